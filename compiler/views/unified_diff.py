"""Old and new output files as a unified diff, as ``git diff`` shows it and ``git apply`` takes it."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from compiler.views.paint import Paint, painter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NO_LINE_END = "\n\\ No newline at end of file\n"


def render(old: Mapping[str, str], new: Mapping[str, str], *, color: bool = False) -> str:
    """The diff of all files that differ, by name; each mapping goes from a file's name to its content.

    A name that is missing on one side is a file that is made or removed. Nothing differs: the empty text.
    """
    paint = painter(color)
    return "".join(
        line
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
        for line in _file(name, old.get(name), new.get(name), paint)
    )


def _file(name: str, old: str | None, new: str | None, paint: Paint) -> Iterator[str]:
    lines = unified_diff(
        _lines(old or ""),
        _lines(new or ""),
        "/dev/null" if old is None else f"a/{name}",
        "/dev/null" if new is None else f"b/{name}",
    )
    for index, line in enumerate(lines):
        text, end = (line[:-1], "\n") if line.endswith("\n") else (line, _NO_LINE_END)
        yield paint(_style(text, index), text) + end


def _style(line: str, index: int) -> str:
    if index < 2:
        return "strong"
    return {"+": "added", "-": "removed", "@": "hunk"}.get(line[0], "plain")


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends: only ``\\n`` ends one, unlike ``str.splitlines``."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines
