"""The piece of source text that a finding shows: the lines, the marks under them and what the labels say.

Invariant: the marks stand under the characters that the span covers, whatever the characters' widths are, and no row
is wider than the screen. A span over several lines is marked on its first line: where a block of YAML begins says
which block is meant, and its end is often far away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record
from compiler.views.cells import Cells, clean, lay_out, width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.diagnostics import Diagnostic, SourceText, Span
    from compiler.views.paint import Paint

_CONTEXT = 2  # lines shown before the primary line: enough to see the name of the block that it stands in
_LABEL_WIDTH = 24  # a label goes below its marks, unless it fits or this much is left of the row
_BEGINNING = 12  # characters of a mark that have to be seen for it to make sense
_NEARBY = 4  # screens' widths of a very long line that are looked at on either side of a mark


@record(frozen=True, slots=True)
class Mark:
    """A span on its first line: ``line`` from 1; ``start`` and ``end`` are characters of that line, from 0."""

    line: int
    start: int
    end: int
    label: str
    primary: bool


@record(frozen=True, slots=True)
class _Window:
    """The part of a line that fits on the screen: ``cells[first:last]``, with signs where something is cut off.

    ``cells`` begin at the character ``base`` of the line and are the whole rest of it, unless ``more`` is set.
    """

    cells: Cells
    base: int
    more: bool
    first: int
    last: int

    @property
    def text(self) -> str:
        """The row of source text, without trailing blanks."""
        right = "…" if self.more or self.last < len(self.cells.pieces) else ""
        return ("…" * self._shift + "".join(self.cells.pieces[self.first : self.last]) + right).rstrip()

    @property
    def _shift(self) -> int:
        return 1 if self.base or self.first else 0

    def holds(self, mark: Mark) -> bool:
        """Whether a mark, or at least its beginning, is in the window."""
        start = mark.start - self.base
        return self.first <= start and min(mark.end - self.base, start + _BEGINNING) <= self.last

    def columns(self, mark: Mark) -> tuple[int, int]:
        """The column (from 0) where a mark begins in the row, and how many columns it takes, at least 1."""
        columns, start = self.cells.columns, mark.start - self.base
        while self.first < start < self.last and columns[start] == columns[start + 1]:
            start -= 1  # a combining character stands on the one before it
        end = min(mark.end - self.base, self.last)
        begin = columns[start] - columns[self.first] + self._shift
        return begin, max(columns[max(end, start)] - columns[start], 1)


def marks_by_source(diagnostic: Diagnostic) -> dict[SourceText, list[Mark]]:
    """The marks of a finding, per text: that of the primary span first, then the others as they come."""
    assert diagnostic.span is not None
    groups = {diagnostic.span.source: [_mark(diagnostic.span, diagnostic.label, primary=True)]}
    for label in diagnostic.secondary:
        mark = _mark(label.span, label.text, primary=False)
        group = groups.setdefault(label.span.source, [])
        if mark not in group:
            group.append(mark)
    return groups


def rows(source: SourceText, marks: Sequence[Mark], *, gutter: int, width: int, style: str, paint: Paint) -> list[str]:
    """The rows of one text's excerpt, each with its gutter: line numbers are ``gutter`` wide, a row at most ``width``.

    ``style`` is the colour of the primary marks.
    """
    room = width - gutter - 4  # " | " beside the number, and one column for a mark behind the end of a line
    by_line: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (not mark.primary, mark.start)):
        by_line.setdefault(mark.line, []).append(mark)
    empty = f"{' ' * gutter} {paint('gutter', '|')}"
    result = [empty]
    previous = 0
    for number in _shown_lines(source, marks):
        if previous and number > previous + 1:
            result.append(paint("gutter", "..."))
        previous = number
        head = f"{paint('gutter', f'{number:>{gutter}} |')} "
        line = source.line(number)
        if number not in by_line:
            result.append((head + _window(line, Mark(number, 0, 0, "", False), room).text).rstrip())
            continue
        window = None
        for mark in by_line[number]:
            if window is None or not window.holds(mark):
                window = _window(line, mark, room)
                result.append((head + window.text).rstrip())
            result.extend(f"{empty} {row}" for row in _mark_rows(window, mark, room, style, paint))
    return result


def _mark(span: Span, label: str, *, primary: bool) -> Mark:
    """The span on its first line; positions outside of the text are taken as its end."""
    size = len(span.source.text)
    start = min(max(span.start, 0), size)
    number, column = span.source.position(start)
    line = span.source.line(number)
    first = column - 1
    last = first + min(max(span.end, start), size) - start
    if last > len(line):
        last = max(len(line.rstrip()), first)
    return Mark(number, first, last, clean(label), primary)


def _shown_lines(source: SourceText, marks: Sequence[Mark]) -> list[int]:
    """The numbers of the lines to show, in order: marked ones, some before the primary, and single ones between."""
    lines = {mark.line for mark in marks}
    for mark in marks:
        if mark.primary:
            before = list(range(max(1, mark.line - _CONTEXT), mark.line))
            while before and not source.line(before[0]).strip():
                before.pop(0)
            lines.update(before)
    lines.update([number + 1 for number in lines if number + 2 in lines])
    return sorted(lines)


def _window(line: str, mark: Mark, room: int) -> _Window:
    """The ``room`` columns of a line that show a mark best: from the line's beginning if the whole mark is seen then,
    else with up to a third of the row before it.
    """
    base = max(0, mark.start - _NEARBY * room)
    end = mark.start + _NEARBY * room
    cells = lay_out(line[base:end])
    columns, more = cells.columns, end < len(line)
    start, stop = mark.start - base, min(mark.end - base, len(cells.pieces))
    if not base and not more and cells.width <= room:
        return _Window(cells, 0, False, 0, len(cells.pieces))
    first = 0
    if base or columns[stop] > room - 1:
        spare = room - 2 - (columns[stop] - columns[start])
        left = columns[start] - (min(room // 3, spare) if spare >= 0 else room // 3)
        if not more:
            left = min(left, cells.width - (room - 1))
        first = bisect_left(columns, left)
        while first < start and columns[first] == columns[first + 1]:
            first += 1
    budget = columns[first] + room - (1 if base or first else 0)
    if not more and cells.width <= budget:
        return _Window(cells, base, False, first, len(cells.pieces))
    return _Window(cells, base, more, first, max(bisect_right(columns, budget - 1) - 1, first))


def _mark_rows(window: _Window, mark: Mark, room: int, style: str, paint: Paint) -> list[str]:
    """The row of ``^`` or ``-`` under a mark, with its label beside it, or below it where there is no room."""
    begin, count = window.columns(mark)
    kind = style if mark.primary else "gutter"
    signs = " " * begin + paint(kind, ("^" if mark.primary else "-") * count)
    if not mark.label:
        return [signs]
    beside = room - (begin + count + 1)
    if beside >= min(width_of(mark.label), _LABEL_WIDTH):
        first, *others = wrap(mark.label, beside)
        indent = " " * (begin + count + 1)
        return [f"{signs} {paint(kind, first)}", *(indent + paint(kind, text) for text in others)]
    indent = " " * max(0, min(begin, room - width_of(mark.label)))
    return [signs, *(indent + paint(kind, text) for text in wrap(mark.label, room - len(indent)))]
