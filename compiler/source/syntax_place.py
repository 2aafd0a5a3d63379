"""A syntax error as the parser reports it, and the text around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiler.diagnostics import SourceText, Span


@dataclass(frozen=True, slots=True)
class Place:
    """An error as the parser reports it: where reading stopped, what was being read and where that began."""

    source: SourceText
    at: int
    problem: str
    context: str
    context_at: int | None

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def line_start(self) -> int:
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def line(self) -> str:
        end = self.text.find("\n", self.at)
        return self.text[self.line_start : len(self.text) if end < 0 else end]

    @property
    def before(self) -> str:
        """What stands before the error on its line."""
        return self.text[self.line_start : self.at]

    def span(self, start: int, end: int | None = None) -> Span:
        return Span(self.source, start, min(start + 1, len(self.text)) if end is None else end)

    def word(self) -> Span:
        """The word that begins at the error, or one character."""
        match = re.compile(r"[^\s,:\]}]+").match(self.text, self.at)
        return self.span(self.at, match.end() if match else None)

    def line_of(self, offset: int) -> Span:
        """What is written on the line of an offset, without the space around it and without a comment."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        line = without_comment(self.text[start : len(self.text) if end < 0 else end])
        return self.span(start + indent(line), max(start + len(line), start + indent(line)))


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def without_comment(line: str) -> str:
    return re.sub(r"(?:^|\s)#.*", "", line).rstrip()
