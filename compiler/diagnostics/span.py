"""Positions: a text with line starts, a span of characters in it, and the origin of something the compiler made.

Offsets count Unicode code points from 0. Lines and columns, which people read, count from 1 and are only
computed when a message is shown, so that the happy path never pays for them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from compiler.diagnostics.value import value


class SourceText:
    """One text as it was read: its display name and its characters (line ends normalised to ``\\n``).

    ``file`` is the file that it comes from and ``address`` the place in there, when the text is not the file itself
    (the policy of a resource in a plan of Terraform, say): lines and columns are those of the text.

    >>> source = SourceText("app.yaml", "a: 1\\nb: 2\\n")
    >>> source.position(5)
    (2, 1)
    """

    def __init__(self, name: str, text: str, *, file: str = "", address: str = "") -> None:
        self.name = name
        self.text = text
        self.file = file or name
        self.address = address

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which lines begin."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def has_templates(self) -> bool:
        """Whether ``{{`` stands anywhere in the text: where it does not, nothing has to be looked for."""
        return "{{" in self.text

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1) of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]


# What continues a word: actions, ARNs and names are made of these. A colon continues one only if something follows it,
# because it also ends the key of a mapping.
_CONTINUES = frozenset("_*/.-")


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and (before.isalnum() or before in _CONTINUES or before == ":"):
        return False
    if after == ":":
        return text[end + 1 : end + 2].isspace() or end + 1 >= len(text)
    return not (after and (after.isalnum() or after in _CONTINUES))


@value(frozen=True, slots=True)
class Span:
    """A half-open range of characters ``[start, end)`` in a source text."""

    source: SourceText
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters that the span covers."""
        return self.source.text[self.start : self.end]

    def find(self, needle: str) -> Span:
        """The first place inside this span where ``needle`` stands as a whole word; this span when there is none."""
        text, offset = self.source.text, self.start - 1
        while needle and (offset := text.find(needle, offset + 1, self.end)) >= 0:
            if _is_word(text, offset, offset + len(needle)):
                return Span(self.source, offset, offset + len(needle))
        return self


@value(frozen=True, slots=True)
class Origin:
    """Where something the compiler made was asked for: span and spec path (``apps.web.permissions[0]``)."""

    span: Span
    path: str
