"""What a rule knows about putting a finding right, in terms of what is meant; where the text changes is found later.

A rule gives a repair only where there is one way to do it. Whatever a person has to decide stays a line of help.
"""

from __future__ import annotations

from compiler.diagnostics.span import Span
from compiler.diagnostics.value import record


@record(frozen=True, slots=True)
class Drop:
    """Take out the list item, or the entry of a mapping, whose value stands at a place."""

    place: Span


@record(frozen=True, slots=True)
class DropWords:
    """Take words out of an element of a statement.

    ``element`` leads to the list in the statement: ``("Action",)``, ``("Condition", "StringLike", "aws:userid")``.
    """

    statement: Span
    element: tuple[str, ...]
    words: tuple[str, ...]


@record(frozen=True, slots=True)
class DropCopy:
    """Take out a statement that stands in the same list a second time; ``kept`` is the first one."""

    statement: Span
    kept: Span


@record(frozen=True, slots=True)
class Reach:
    """Let actions of a statement work on resources that it does not name.

    ``alone``: in a statement of their own, since the other actions would reach these resources as well.
    """

    statement: Span
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    alone: bool


@record(frozen=True, slots=True)
class AddVersion:
    """Say the version of a policy document that says none."""

    document: Span
    version: str


Repair = Drop | DropWords | DropCopy | Reach | AddVersion
