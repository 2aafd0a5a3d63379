"""Findings as Markdown: for the comment on a pull request and the summary of a job."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.diagnostics import Diagnostic
from compiler.views.cells import clean
from compiler.views.summary import counted_levels

_ROWS = 200  # GitHub cuts a comment at 65,536 characters


def render(diagnostics: Sequence[Diagnostic], *, files: int) -> str:
    """A heading with the counts, and a table of the findings in the given order."""
    lines = [f"### stackgrant: {counted_levels(diagnostics, files=files)}"]
    if diagnostics:
        lines += ["", "| | place | finding | what to do |", "| --- | --- | --- | --- |"]
        lines += map(_row, diagnostics[:_ROWS])
    if len(diagnostics) > _ROWS:
        lines += ["", f"… and {len(diagnostics) - _ROWS:,} more."]
    return "\n".join(lines)


def _row(item: Diagnostic) -> str:
    place = ""
    if item.span:
        line, column = item.span.source.position(item.span.start)
        place = f"`{clean(item.span.source.name)}:{line}:{column}`"
    elif item.path:
        place = f"`{clean(item.path)}`"
    advice = [f"expected: {item.expected}"] if item.expected else []
    cells = [f"{item.level.value} {item.code.id}", place, item.message, "; ".join((*advice, *item.help))]
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """A text that neither ends the cell nor is HTML; what stands between backticks stays as it is."""
    parts = clean(text).replace("|", "\\|").replace("\n", " ").split("`")
    return "`".join(part if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")
