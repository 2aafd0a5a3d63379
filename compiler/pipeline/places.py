"""Places in texts and findings as JSON: texts are numbers, which say nothing without the texts that are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from compiler.diagnostics import Diagnostic, Label, Origin, Severity, SourceText, Span
from compiler.diagnostics.value import record

Json = Any


@record(slots=True)
class PlaceWriter:
    """Turns places into JSON; texts beside the given ones become ``foreign``, and stand in the record itself."""

    texts: Sequence[SourceText]
    foreign: list[SourceText] = field(default_factory=list)
    numbers: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {id(text): number for number, text in enumerate(self.texts)}

    def span(self, span: Span) -> Json:
        """Number of the text, start, end."""
        number = self.numbers.get(id(span.source))
        if number is None:
            number = self.numbers[id(span.source)] = len(self.texts) + len(self.foreign)
            self.foreign.append(span.source)
        return (number, span.start, span.end)

    def origin(self, origin: Origin) -> Json:
        """A span and a path."""
        return (*self.span(origin.span), origin.path)

    def diagnostic(self, item: Diagnostic) -> Json:
        """A finding; what would repair it is left out: whoever repairs compiles anew."""
        return [
            item.code.id,
            item.message,
            item.span and self.span(item.span),
            item.label,
            [[*self.span(label.span), label.text] for label in item.secondary],
            item.expected,
            item.notes,
            item.help,
            item.path,
            item.severity and item.severity.value,
        ]

    def texts_beside(self) -> Json:
        """The foreign texts so far."""
        return [[text.name, text.text] for text in self.foreign]


@record(frozen=True, slots=True)
class PlaceReader:
    """Turns the JSON of a ``PlaceWriter`` into places."""

    texts: Sequence[SourceText]

    @classmethod
    def of(cls, texts: Sequence[SourceText], foreign: Json) -> PlaceReader:
        """A reader that knows the foreign texts of a record as well."""
        return cls([*texts, *(SourceText(name, text) for name, text in foreign)])

    def span(self, number: int, start: int, end: int) -> Span:
        """See ``PlaceWriter.span``."""
        return Span(self.texts[number], start, end)

    def origin(self, number: int, start: int, end: int, path: str) -> Origin:
        """See ``PlaceWriter.origin``."""
        return Origin(self.span(number, start, end), path)

    def diagnostic(self, data: Json) -> Diagnostic:
        """See ``PlaceWriter.diagnostic``."""
        from compiler.codes import find_code  # which loads all rules, and most records hold no finding

        code, message, span, label, secondary, expected, notes, help_lines, path, severity = data
        known = find_code(code)
        if known is None:
            raise ValueError(f"no code {code}")
        return Diagnostic(
            known,
            message,
            self.span(*span) if span else None,
            label,
            tuple(Label(self.span(*place), text) for *place, text in secondary),
            expected,
            tuple(notes),
            tuple(help_lines),
            path,
            Severity(severity) if severity else None,
        )
