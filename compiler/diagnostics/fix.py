"""Edits of a text, and the one that every finding may give: a mistyped word for which one word was suggested."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.diagnostics.model import Diagnostic
from compiler.diagnostics.span import SourceText, Span
from compiler.diagnostics.suggest import Suggestion, is_slip
from compiler.diagnostics.value import record

_QUOTES = "\"'"


@record(frozen=True, slots=True)
class Edit:
    """``text`` in the place of a span."""

    span: Span
    text: str


def edit_for(diagnostic: Diagnostic) -> Edit | None:
    """The edit that puts a finding right, or None where a person has to decide.

    It is made only where the finding's place is the word itself and hardly differs from the one suggestion.
    """
    words = [line.word for line in diagnostic.help if isinstance(line, Suggestion)]
    span = diagnostic.span
    if len(words) != 1 or span is None:
        return None
    written = span.text
    if written[:1] in _QUOTES and written[-1:] == written[:1]:
        span = Span(span.source, span.start + 1, span.end - 1)
        written = span.text
    # A template or an escape is more than the word that was meant.
    if not written or any(sign in written for sign in "{}\\\n,") or not is_slip(written, words[0]):
        return None
    return Edit(span, words[0])


def apart(groups: Iterable[tuple[Edit, ...]]) -> list[tuple[Edit, ...]]:
    """The groups of which no edit touches one of a group before; a group is made whole or not at all."""
    chosen: list[tuple[Edit, ...]] = []
    taken: list[Edit] = []
    for group in groups:
        if not any(_touch(edit, other) for edit in group for other in taken):
            chosen.append(group)
            taken += group
    return chosen


def _touch(one: Edit, other: Edit) -> bool:
    a, b = one.span, other.span
    return a.source is b.source and a.start <= b.end and b.start <= a.end


def fixed(source: SourceText, edits: Iterable[Edit]) -> str:
    """The text with all edits of this source made; of edits that overlap the first counts."""
    parts: list[str] = []
    end = 0
    mine = dict.fromkeys(edit for edit in edits if edit.span.source is source)
    for edit in sorted(mine, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start >= end:
            parts += [source.text[end : edit.span.start], edit.text]
            end = edit.span.end
    return "".join([*parts, source.text[end:]])
