"""The closing lines under a list of findings: how many there are, and how to learn more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Severity
from compiler.views.paint import painter

if TYPE_CHECKING:
    from collections.abc import Sequence


def render(diagnostics: Sequence[Diagnostic], *, files: int, color: bool = False) -> str:
    """``2 errors, 1 warning in 4 files``, and the ``explain`` command for the most serious of the findings."""
    paint = painter(color)
    where = f" in {counted(files, 'file')}"
    if not diagnostics:
        return f"no findings{where}"
    found = by_level(diagnostics, color=color)
    worst = min(diagnostics, key=lambda diagnostic: diagnostic.level.rank)
    command = paint("strong", f"stackgrant explain {worst.code.id}")
    return f"{found}{where}\nrun `{command}` to learn more about a code"


def by_level(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """``2 errors, 1 warning``, or ``no findings``."""
    paint = painter(color)
    levels = [diagnostic.level for diagnostic in diagnostics]
    counts = [(level, levels.count(level)) for level in Severity]
    return ", ".join(paint(level.value, counted(count, level.value)) for level, count in counts if count) or (
        "no findings"
    )


def counted_levels(diagnostics: Sequence[Diagnostic], *, files: int) -> str:
    """``2 errors, 1 warning in 4 files`` without colours."""
    return render(diagnostics, files=files).partition("\n")[0]


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "policy"), counted(2, "policy"), counted(2000, "file")
    ('1 policy', '2 policies', '2,000 files')
    """
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"
