"""A rule before it is imported: its name, and what it looks at."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostics import Code, Diagnostic
    from compiler.ir.program import Program


class Check(Protocol):
    """What a module with a rule has."""

    @property
    def CODES(self) -> tuple[Code, ...]:  # noqa: N802 - a constant of the module
        """The codes that the rule reports."""

    def check(self, program: Program) -> Iterator[Diagnostic]:
        """What the rule has to say about a program."""


class Rule:
    """The rule in the module ``name`` of this folder.

    ``looks_at`` names what it says something about, as ``sights`` calls it: nothing of that in a program, nothing to
    say. Without a name the rule is asked in any case.
    """

    def __init__(self, name: str, *looks_at: str) -> None:
        self.name = name
        self.looks_at = frozenset(looks_at)

    def has_work(self, program: Program) -> bool:
        """Whether there is anything in the program for the rule to look at."""
        if not self.looks_at:
            return True
        from compiler.checks.sights import sights

        return not self.looks_at.isdisjoint(sights(program))

    def check(self, program: Program) -> Iterator[Diagnostic]:
        """What the rule has to say about a program."""
        return self._module.check(program)

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes that the rule reports."""
        return self._module.CODES

    @property
    def _module(self) -> Check:
        return cast("Check", import_module(f"compiler.checks.{self.name}"))
