"""The stacks that an engine is to plan: what all formats of ``stackgrant matrix`` are made from."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.diagnostics.value import record
from compiler.git.repository import Commit
from compiler.terraform.changes import Change


@record(frozen=True, slots=True)
class Row:
    """A stack. ``change`` is None where nothing was compared; account and region are None where nobody knows them."""

    stack: str
    dir: str
    change: Change | None
    files: tuple[str, ...]
    account: str | None
    region: str | None


@record(frozen=True, slots=True)
class Matrix:
    """``rows`` are to be planned, ``removed`` cannot be: their configuration is gone.

    ``total`` counts the stacks of the spec (as far as they were asked for); ``commit`` is what was compared with, and
    ``unknown`` says why there was nothing to compare with, so that all stacks are listed.
    """

    rows: tuple[Row, ...]
    removed: tuple[Row, ...]
    total: int
    commit: Commit | None = None
    unknown: str = ""


@record(frozen=True, slots=True)
class Entry:
    """What one job plans: texts with a blank between where there are several stacks."""

    stack: str
    dir: str
    account: str
    region: str


def entries(rows: Sequence[Row], most: int | None) -> tuple[Entry, ...]:
    """The rows in at most so many entries, which differ in length by one at most; the order stays.

    >>> rows = [Row(name, f"build/{name}", None, (), "1", "eu-west-1") for name in "abc"]
    >>> [entry.dir for entry in entries(rows, 2)]
    ['build/a build/b', 'build/c']
    """
    count = min(len(rows), most) if most else len(rows)
    if not count:
        return ()
    size, longer = divmod(len(rows), count)
    found = []
    start = 0
    for number in range(count):
        end = start + size + (number < longer)
        found.append(_entry(rows[start:end]))
        start = end
    return tuple(found)


def _entry(rows: Sequence[Row]) -> Entry:
    return Entry(
        " ".join(row.stack for row in rows),
        " ".join(row.dir for row in rows),
        " ".join(row.account or "" for row in rows),
        " ".join(row.region or "" for row in rows),
    )


def removed_note(matrix: Matrix) -> str:
    """What is said of stacks that cannot be planned any more; nothing where there are none."""
    if matrix.commit is None or not matrix.removed:
        return ""
    names = ", ".join(row.stack for row in matrix.removed)
    return f"removed since {matrix.commit.name}, so nothing here can plan it: {names}"


def summary(matrix: Matrix, jobs: int | None) -> str:
    """What people are told beside the matrix."""
    stacks = "1 stack" if matrix.total == 1 else f"{matrix.total:,} stacks"
    if matrix.commit is None:
        lines = [stacks]
    elif matrix.unknown:
        lines = [f"{matrix.unknown}, so all stacks count as changed: {stacks}"]
    else:
        since = "has" if len(matrix.rows) == 1 else "have"
        lines = [f"{len(matrix.rows):,} of {stacks} {since} changed since {matrix.commit.name}"]
    lines += [note] if (note := removed_note(matrix)) else []
    if jobs is not None and jobs < len(matrix.rows):
        lines.append(f"{len(matrix.rows):,} stacks in {jobs:,} jobs: some plan several, one after the other")
    return "\n".join(lines)
