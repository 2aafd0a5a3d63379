"""A syntax error as the parser reports it, and the text around it."""

from __future__ import annotations

import re

from yaml.error import YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent, StreamEndEvent

from compiler.diagnostics import SourceText, Span
from compiler.diagnostics.value import record
from compiler.source.events import Event, events


@record(frozen=True, slots=True)
class Place:
    """An error as the parser reports it: where reading stopped, what was being read and where that began."""

    source: SourceText
    at: int
    problem: str
    context: str
    context_at: int | None

    @property
    def text(self) -> str:
        """The whole text."""
        return self.source.text

    @property
    def line_start(self) -> int:
        """Where the line of the error begins."""
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def line(self) -> str:
        """The line of the error, without its line end."""
        end = self.text.find("\n", self.at)
        return self.text[self.line_start : len(self.text) if end < 0 else end]

    @property
    def before(self) -> str:
        """What stands before the error on its line."""
        return self.text[self.line_start : self.at]

    def span(self, start: int, end: int | None = None) -> Span:
        """A part of the text; a single character when no end is given."""
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


@record(frozen=True, slots=True)
class Before:
    """What was read before the error.

    ``last`` is the last event, ``root`` the list or mapping that its document is; ``open_brackets`` are the lists and
    mappings in brackets that are not closed yet.
    """

    last: Event | None
    root: Event | None
    open_brackets: tuple[Event, ...]


def read_before(place: Place) -> Before:
    """Read the text once more up to the error, which says what the parser had in hand when it stopped."""
    get_event = events(place.text)
    last, root, opened = None, None, list[Event]()
    try:
        while not isinstance(last, StreamEndEvent):
            last = get_event()
            if isinstance(last, CollectionStartEvent):
                root = root if opened else last
                opened.append(last)
            elif isinstance(last, CollectionEndEvent):
                opened.pop()
    except YAMLError:
        pass
    return Before(last, root, tuple(event for event in opened if event.flow_style))


def quoted(text: str) -> str:
    """The text as YAML in quotes: double ones, or single ones where it holds what double ones would change."""
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"


def indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def without_comment(line: str) -> str:
    """A line without its comment and without the space at its end."""
    return re.sub(r"(?:^|\s)#.*", "", line).rstrip()
