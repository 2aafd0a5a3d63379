"""The decorators of classes that hold values: dataclasses with slots, made when they are first needed.

``dataclasses`` writes and compiles half a dozen methods for each class when its module is imported. A run of the
compiler imports some 150 such classes and makes objects of a third of them, so that was a third of the time of a small
compile. Here a method is written when it is first called; what is rare (``repr``, ordering, ``fields()``) is taken
from the dataclass that the class stands for. The type checker sees dataclasses.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass
from functools import cache, partial
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as record
    from dataclasses import dataclass as value
else:

    def record(**options):
        """``dataclass`` for classes with slots and without bases, of which no field is for keywords only."""
        return lambda cls: _Made(cls, options).cls

    def value(*, frozen, **options):
        """``record`` for values of which a fleet has tens of thousands.

        The type checker reports every assignment; at run time nothing is frozen, since a frozen object takes three
        times as long to make. It is compared and hashed by content, as a frozen one is.
        """
        return record(**options, unsafe_hash=frozen)


__all__ = ["record", "value"]

_FROM_DATACLASS = ("__repr__", "__dataclass_fields__", "__dataclass_params__")
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


class _Factory:
    """Stands for the result of a field's ``default_factory`` in the signature of ``__init__``."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


class _Later:
    """An attribute of a class that is worked out when it is first asked for, and from then on stands there itself."""

    def __init__(self, cls: type, name: str, work: Callable[[], Any]) -> None:
        self.cls, self.name, self.work = cls, name, work

    def __get__(self, instance: object, owner: type) -> Any:
        if self.cls.__dict__[self.name] is self:  # it is not any more when another thread was quicker
            setattr(self.cls, self.name, self.work())
        found = self.cls.__dict__[self.name]
        # Bound as it would have been: `inspect.signature` binds the constructor to the class (since Python 3.13).
        return found.__get__(instance, owner) if isinstance(found, FunctionType) else found


class _Made:
    """A class in the making: ``cls`` is what comes of ``body``, the class as it was written."""

    def __init__(self, body: type, options: dict[str, bool]) -> None:
        self.body, self.options = body, options
        self.names = tuple(inspect.get_annotations(body))
        self.cls = self._slotted()
        for name, method in self._methods().items():
            if name not in body.__dict__:
                setattr(self.cls, name, method)

    def _slotted(self) -> type:
        if not self.options.get("slots") or self.body.__bases__ != (object,):
            raise TypeError(f"{self.body.__name__} has no slots, or bases")
        left_out = {*self.names, "__dict__", "__weakref__"}
        members = {name: member for name, member in self.body.__dict__.items() if name not in left_out}
        cls = type(self.body)(self.body.__name__, (), {**members, "__slots__": self.names})
        cls.__qualname__ = self.body.__qualname__
        return cls

    def _methods(self) -> dict[str, Any]:
        frozen, eq = self.options.get("frozen", False), self.options.get("eq", True)
        copied = [*_FROM_DATACLASS, *(_ORDER if self.options.get("order") else ())]
        if sys.version_info >= (3, 13):
            copied.append("__replace__")
        methods: dict[str, Any] = {name: self._later(name, partial(self._copied, name)) for name in copied}
        methods["__match_args__"] = tuple([name for name in self.names if self._is_argument(name)])
        methods["__init__"] = self._later("__init__", self._init)
        if eq:
            methods["__eq__"] = self._later("__eq__", self._eq)
            hashed = frozen or self.options.get("unsafe_hash")
            methods["__hash__"] = self._later("__hash__", self._hash) if hashed else None
        if frozen:
            methods |= {"__setattr__": _no_assignment, "__delattr__": _no_deletion}
            methods |= {"__getstate__": _state, "__setstate__": _set_state}
        return methods

    def _later(self, name: str, work: Callable[[], Any]) -> _Later:
        return _Later(self.cls, name, work)

    def _copied(self, name: str) -> Any:
        """An attribute of the dataclass that the class stands for."""
        members = {key: member for key, member in self.body.__dict__.items() if key not in ("__dict__", "__weakref__")}
        twin = type(self.body)(self.body.__name__, (), members)
        twin.__qualname__ = self.body.__qualname__
        options = {**self.options, "slots": False}
        if name == "__dataclass_fields__":  # for which `replace` asks, so at least that has to be quick
            options = {"init": False, "repr": False, "eq": False, "match_args": False}
        return dataclass(**options)(twin).__dict__[name]

    def _defaults(self) -> dict[str, Any]:
        """The fields that have a default or a factory, with it (or with a ``Field``) as it was written."""
        return {name: self.body.__dict__[name] for name in self.names if name in self.body.__dict__}

    def _is_argument(self, name: str) -> bool:
        default = self.body.__dict__.get(name)
        return not isinstance(default, Field) or default.init

    def _init(self) -> FunctionType:
        """The constructor: compiled once for all classes with fields of such kinds, with the names of this one."""
        written = self._defaults()
        frozen = self.options.get("frozen", False)
        space: dict[str, Any] = {"FACTORY": _FACTORY}
        kinds: list[str] = []
        defaults: list[Any] = []
        for number, name in enumerate(self.names):
            default, made = written.get(name, MISSING), False
            if isinstance(default, Field):
                made = default.default_factory is not MISSING
                if made:
                    space[f"new_{number}"] = default.default_factory
                    default = _FACTORY
                else:
                    default = default.default
            if frozen:
                space[f"set_{number}"] = self.cls.__dict__[name].__set__
            if self._is_argument(name):
                kinds.append("made" if made else "given")
                if default is not MISSING:
                    defaults.append(default)
                elif defaults:
                    raise TypeError(f"non-default argument {name!r} follows default argument")
            elif default is MISSING:
                kinds.append("later")
            else:
                kinds.append("made alone" if made else "fixed")
                space[f"default_{number}"] = default
        code = _constructor(tuple(kinds), frozen, "__post_init__" in self.body.__dict__)
        own = {f"field_{number}": name for number, name in enumerate(self.names)}
        code = code.replace(
            co_names=tuple([own.get(name, name) for name in code.co_names]),
            co_varnames=tuple([own.get(name, name) for name in code.co_varnames]),
        )
        return self._named(FunctionType(code, space, "__init__", tuple(defaults)))

    def _compared(self, of: str) -> str:
        """The fields that count when two objects are compared, as the text of a tuple."""
        skipped = {name for name, item in self._defaults().items() if isinstance(item, Field) and not item.compare}
        return "(" + "".join(f"{of}.{name}, " for name in self.names if name not in skipped) + ")"

    def _eq(self) -> FunctionType:
        same = f"return {self._compared('self')} == {self._compared('other')}"
        lines = ["if other.__class__ is self.__class__:", f" {same}", "return NotImplemented"]
        return self._function("__eq__", ["self", "other"], lines, {})

    def _hash(self) -> FunctionType:
        return self._function("__hash__", ["self"], [f"return hash({self._compared('self')})"], {})

    def _function(self, name: str, parameters: list[str], lines: list[str], space: dict[str, Any]) -> FunctionType:
        body = "\n ".join(lines)
        exec(f"def {name}({', '.join(parameters)}):\n {body}", space)  # noqa: S102 - made of names of fields, as dataclasses do it
        return self._named(space.pop(name))

    def _named(self, function: FunctionType) -> FunctionType:
        function.__qualname__ = f"{self.cls.__qualname__}.{function.__name__}"
        function.__module__ = self.cls.__module__
        return function


@cache
def _constructor(kinds: tuple[str, ...], frozen: bool, ends_with_post_init: bool) -> CodeType:
    """The code of a constructor for fields of these kinds, which are called by their numbers.

    ``given`` and ``made`` are arguments, the latter with a factory for what is not given; ``fixed`` and ``made alone``
    are none; ``later``: ``__post_init__`` makes it.
    """
    values = {
        "given": "field_{0}",
        "made": "new_{0}() if field_{0} is FACTORY else field_{0}",
        "fixed": "default_{0}",
        "made alone": "new_{0}()",
    }
    parameters, lines = ["self"], []
    for number, kind in enumerate(kinds):
        if kind in ("given", "made"):
            parameters.append(f"field_{number}")
        if kind != "later":
            value = values[kind].format(number)
            lines.append(f"set_{number}(self, {value})" if frozen else f"self.field_{number} = {value}")
    if ends_with_post_init:
        lines.append("self.__post_init__()")
    space: dict[str, Any] = {}
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), space)  # noqa: S102 - made of numbers
    code: CodeType = space["__init__"].__code__
    return code


def _no_assignment(self: object, name: str, value: object) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_deletion(self: object, name: str) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__slots__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, item in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, item)
