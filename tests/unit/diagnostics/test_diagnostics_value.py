"""The quick classes are what ``dataclasses`` would have made of them."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

import compiler
from compiler.diagnostics.value import record, value


def declared(decorate: Callable[[type], type]) -> type:
    @decorate
    class Example:
        """What it is for."""

        first: str
        second: int = 2
        many: list[int] = field(default_factory=list)
        hidden: str = field(default="", repr=False, compare=False)
        last: tuple[str, ...] = field(default=())
        later: int = field(default=7, init=False, repr=False, compare=False)
        lists: list[int] = field(default_factory=list, init=False)
        length: int = field(init=False)

        def __post_init__(self) -> None:
            if not self.first:
                raise ValueError("first is empty")
            object.__setattr__(self, "length", len(self.first))

        @property
        def doubled(self) -> int:
            return self.second * 2

        @classmethod
        def made(cls) -> Any:
            return cls("made")

    return Example


OPTIONS: list[dict[str, bool]] = [
    {"slots": True},
    {"slots": True, "frozen": True},
    {"slots": True, "frozen": True, "order": True},
    {"slots": True, "eq": False},
    {"slots": True, "frozen": True, "eq": False},
    {"slots": True, "unsafe_hash": True},
]


@pytest.fixture(params=OPTIONS, ids=lambda options: "-".join(options))
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The class as it is made here, and as ``dataclasses`` makes it."""
    options = request.param
    return declared(record(**options)), declared(dataclasses.dataclass(**options))


def outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        return type(error), str(error).replace("declared.<locals>.", "")


def test_objects_look_the_same(pair: tuple[Any, Any]) -> None:
    ours, theirs = (
        [cls("a"), cls("a", 3), cls(first="a", many=[1]), cls("a", hidden="h"), cls("b", last=("x",)), cls.made()]
        for cls in pair
    )
    assert [repr(item) for item in ours] == [repr(item) for item in theirs]
    assert [item.doubled for item in ours] == [item.doubled for item in theirs]
    assert [dataclasses.asdict(item) for item in ours] == [dataclasses.asdict(item) for item in theirs]
    assert ours[0].many is not ours[1].many
    assert [(item.later, item.lists, item.length) for item in ours] == [
        (item.later, item.lists, item.length) for item in theirs
    ]
    assert ours[0].lists is not ours[1].lists
    one, other = (outcome(lambda cls=cls: cls("")) for cls in pair)
    assert one == other == (ValueError, "first is empty")


def test_objects_are_compared_and_hashed_the_same(pair: tuple[Any, Any]) -> None:
    def answers(cls: Any) -> list[Any]:
        items = [cls("a"), cls("a", hidden="h"), cls("a", 3), cls("b", many=[1])]
        found = [a == b for a in items for b in (*items, "a", None)]
        found += [outcome(lambda a=a, b=b: a < b) for a in items for b in items]  # type: ignore[misc]
        found += [outcome(lambda a=a: a >= "a") for a in items]  # type: ignore[misc]
        hashes = [outcome(lambda item=item: hash(item)) for item in items]  # type: ignore[misc]
        return [*found, hashes if cls.__hash__ is not object.__hash__ else None]

    assert answers(pair[0]) == answers(pair[1])


def test_hashes_are_those_of_the_contents() -> None:
    @record(frozen=True, slots=True)
    class Point:
        x: int
        y: int
        name: str = field(default="", compare=False)

    assert hash(Point(1, 2, "a")) == hash((1, 2))
    assert len({Point(1, 2, "a"), Point(1, 2, "b"), Point(2, 1)}) == 2


def test_what_is_frozen_stays_as_it_is(pair: tuple[Any, Any]) -> None:
    def assign(item: Any, name: str) -> Any:
        setattr(item, name, "new")
        return getattr(item, name)

    def delete(item: Any) -> bool:
        del item.first
        return hasattr(item, "first")

    ours, theirs = pair
    # What no field is called is refused by both, in other words.
    assert outcome(lambda: assign(ours("a"), "first")) == outcome(lambda: assign(theirs("a"), "first"))
    assert outcome(lambda: delete(ours("a"))) == outcome(lambda: delete(theirs("a")))
    with pytest.raises((AttributeError, TypeError)):
        assign(ours("a"), "unknown")


def test_the_class_says_the_same_of_itself(pair: tuple[Any, Any]) -> None:
    ours, theirs = pair
    assert (ours.__name__, ours.__qualname__, ours.__module__, ours.__doc__) == (
        theirs.__name__,
        theirs.__qualname__,
        theirs.__module__,
        theirs.__doc__,
    )
    assert ours.__slots__ == theirs.__slots__
    assert ours.__match_args__ == theirs.__match_args__
    assert dataclasses.is_dataclass(ours)
    assert [item.name for item in dataclasses.fields(ours)] == [item.name for item in dataclasses.fields(theirs)]
    assert parameters(ours) == parameters(theirs)


def parameters(cls: Any) -> list[tuple[str, str, str]]:
    """Name, kind and default of each parameter."""
    found = inspect.signature(cls).parameters.values()
    return [(item.name, item.kind.name, repr(item.default)) for item in found]


def test_wrong_arguments_are_refused(pair: tuple[Any, Any]) -> None:
    for wrong in (lambda cls: cls(), lambda cls: cls("a", 1, [], "", (), 6), lambda cls: cls("a", other=1)):
        ours, theirs = (outcome(lambda cls=cls, wrong=wrong: wrong(cls)) for cls in pair)  # type: ignore[misc]
        assert ours == theirs
        assert ours[0] is TypeError


def test_objects_are_replaced_and_copied(pair: tuple[Any, Any]) -> None:
    for cls in pair:
        item = cls("a", 3, [1], "h")
        changed = dataclasses.replace(item, second=4)
        assert (changed.first, changed.second, changed.many, changed.hidden) == ("a", 4, [1], "h")
        assert dataclasses.asdict(copy.deepcopy(item)) == dataclasses.asdict(item)


def test_objects_are_matched() -> None:
    @record(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 0

    match Point(1, 2):
        case Point(x, y=2):
            assert x == 1
        case _:
            pytest.fail("not matched")


@record(frozen=True, slots=True)
class Frozen:
    """Lies in a module, so it can be pickled."""

    first: str
    many: tuple[int, ...] = ()


@value(frozen=True, slots=True)
class Quick:
    """As above."""

    first: str
    many: tuple[int, ...] = ()


@pytest.mark.parametrize("item", [Frozen("a", (1,)), Quick("a", (1,))], ids=["record", "value"])
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_objects_are_pickled(item: Any, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(item, protocol))
    assert again == item
    assert again is not item


def test_a_value_is_frozen_for_the_type_checker_only() -> None:
    item = Quick("a")
    item.first = "b"  # type: ignore[misc]
    assert item == Quick("b")
    assert hash(item) == hash(Quick("b"))
    with pytest.raises(FrozenInstanceError):
        Frozen("a").first = "b"  # type: ignore[misc]


def test_methods_are_written_when_they_are_needed() -> None:
    cls = declared(record(frozen=True, slots=True))
    assert not inspect.isfunction(vars(cls)["__init__"])
    assert not inspect.isfunction(vars(cls)["__eq__"])
    cls("a")
    assert inspect.isfunction(vars(cls)["__init__"])
    assert not inspect.isfunction(vars(cls)["__eq__"])


def test_two_threads_may_need_a_method_at_once() -> None:
    cls: Any = declared(record(frozen=True, slots=True))
    later = vars(cls)["__init__"]
    first = later.__get__(None, cls)
    assert later.__get__(None, cls) is first is cls.__init__


def test_methods_that_are_written_out_stay() -> None:
    @record(slots=True)
    class Loud:
        name: str

        def __repr__(self) -> str:
            return self.name.upper()

    assert repr(Loud("a")) == "A"


def test_what_is_not_supported_is_refused() -> None:
    with pytest.raises(TypeError):
        declared(record(frozen=True))

    with pytest.raises(TypeError):

        @record(slots=True)
        class Child(Frozen):
            more: int = 0

    @record(slots=True)
    class Backwards:
        first: int = 0
        second: int

    with pytest.raises(TypeError, match="non-default argument 'second' follows default argument"):
        Backwards(1, 2)


def quick_classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(compiler.__path__, "compiler."):
        if module.name != "compiler.__main__":
            for item in vars(importlib.import_module(module.name)).values():
                if inspect.isclass(item) and item.__module__ == module.name and dataclasses.is_dataclass(item):
                    yield item


def test_every_class_of_the_compiler_has_the_fields_that_dataclasses_find() -> None:
    found = list(quick_classes())
    assert len(found) > 100
    for cls in found:
        names = [item.name for item in dataclasses.fields(cls)]
        arguments = [item for item in dataclasses.fields(cls) if item.init]
        assert not any(item.kw_only for item in dataclasses.fields(cls)), cls
        assert list(cls.__match_args__) == [item.name for item in arguments], cls
        assert list(cls.__slots__) == names, cls
        expected = [
            (
                item.name,
                "POSITIONAL_OR_KEYWORD",
                "<factory>"
                if item.default_factory is not dataclasses.MISSING
                else repr(inspect.Parameter.empty if item.default is dataclasses.MISSING else item.default),
            )
            for item in arguments
        ]
        assert parameters(cls) == expected, cls
