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
from functools import partial
from types import FunctionType
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

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self.name = name
        self.work = work

    def __get__(self, instance: object, owner: type) -> Any:
        for cls in owner.__mro__:
            if cls.__dict__.get(self.name) is self:  # it is not any more when another thread was quicker
                setattr(cls, self.name, self.work())
        return getattr(owner if instance is None else instance, self.name)


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
        methods: dict[str, Any] = {name: _Later(name, partial(self._copied, name)) for name in copied}
        methods["__match_args__"] = tuple([name for name in self.names if self._is_argument(name)])
        methods["__init__"] = _Later("__init__", self._init)
        if eq:
            methods["__eq__"] = _Later("__eq__", self._eq)
            hashed = frozen or self.options.get("unsafe_hash")
            methods["__hash__"] = _Later("__hash__", self._hash) if hashed else None
        if frozen:
            methods |= {"__setattr__": _no_assignment, "__delattr__": _no_deletion}
            methods |= {"__getstate__": _state, "__setstate__": _set_state}
        return methods

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
        space: dict[str, Any] = {"_FACTORY": _FACTORY}
        written = self._defaults()
        parameters, lines = [], []
        for name in self.names:
            default, expression = written.get(name, MISSING), name
            if isinstance(default, Field):
                if default.default_factory is not MISSING:
                    space[f"_new_{name}"] = default.default_factory
                    expression = f"_new_{name}() if {name} is _FACTORY else {name}"
                    default = _FACTORY
                else:
                    default = default.default
            if default is not MISSING:
                space[f"_default_{name}"] = default
            if self._is_argument(name):
                parameters.append(name if default is MISSING else f"{name}=_default_{name}")
            elif default is MISSING:
                continue  # `__post_init__` makes it
            else:
                expression = f"_new_{name}()" if default is _FACTORY else f"_default_{name}"
            if self.options.get("frozen"):
                space[f"_set_{name}"] = self.cls.__dict__[name].__set__
                lines.append(f"_set_{name}(self, {expression})")
            else:
                lines.append(f"self.{name} = {expression}")
        if "__post_init__" in self.body.__dict__:
            lines.append("self.__post_init__()")
        return self._function("__init__", ["self", *parameters], lines or ["pass"], space)

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
        function: FunctionType = space.pop(name)
        function.__qualname__ = f"{self.cls.__qualname__}.{name}"
        function.__module__ = self.cls.__module__
        return function


def _no_assignment(self: object, name: str, value: object) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_deletion(self: object, name: str) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__slots__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, item in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, item)
