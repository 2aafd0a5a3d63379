"""A finding about a permission is told once, however many stacks the permission is expanded for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.aws.statement import Statement
    from compiler.diagnostics import Diagnostic
    from compiler.ir.program import StackProgram


class Told:
    """What has been told of which permission, for one run of one rule.

    What templates fill in differs from stack to stack, the mistake does not: so the first stack with a finding tells
    all of its findings, and the others none.
    """

    def __init__(self) -> None:
        self._first: dict[object, str] = {}

    def new(self, stack: StackProgram, statement: Statement, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The findings on a statement that are not told already."""
        for finding in found:
            key = (statement.origins, finding.code.id)
            if not statement.origins or self._first.setdefault(key, stack.name) == stack.name:
                yield finding
