"""JSON to the same nodes that YAML gives, for policy documents: the strict grammar, with places.

The YAML reader takes what JSON does not (a comma before a closing bracket, comments, texts without quotes), and refuses
what JSON takes (a character written as a surrogate pair). AWS reads policies as JSON, so what is said about them has
to be said of JSON. Numbers, ``true``, ``false`` and ``null`` are plain scalars, texts are not.

Source: RFC 8259.
"""

from __future__ import annotations

import json
import re

from compiler.diagnostics import Diagnostic, Diagnostics, Label, SourceText, Span
from compiler.source import codes
from compiler.source.aliases import MAX_DEPTH
from compiler.source.characters import forbidden_characters, forbidden_escape
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_SPACE = re.compile(r"[ \t\n]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+)"')
_PLAIN = re.compile(r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])")
_WORD = re.compile(r"[^\s,:\[\]{}\"]+")


def read_json(source: SourceText, diagnostics: Diagnostics) -> Node | None:
    """The value of a text, or None when it is no JSON (which is reported) or says nothing."""
    found = forbidden_characters(source)
    if found:
        diagnostics.extend(found)
        return None
    reader = _Reader(source, diagnostics)
    try:
        return reader.document()
    except _Refused as refused:
        diagnostics.add(refused.diagnostic)
        return None


class _Refused(Exception):  # noqa: N818 - control flow inside this module
    """The text is no JSON from here on."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class _Reader:
    def __init__(self, source: SourceText, diagnostics: Diagnostics) -> None:
        self.source = source
        self.text = source.text
        self.diagnostics = diagnostics

    def document(self) -> Node | None:
        start = self._space(0)
        if start == len(self.text):
            return None
        node = self._value(start, 0)
        end = self._space(node.end)
        if end < len(self.text):
            if self.text[end] in "{[" and self.text[start] in "{[":
                raise self._refuse(end, "a second value begins here", "one document in one file")
            raise self._refuse(end, "text behind the end of the value", "nothing behind the last brace")
        return node

    def _space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        assert match
        return match.end()

    def _value(self, at: int, depth: int) -> Node:
        character = self.text[at : at + 1]
        if character == '"':
            return self._string(at)
        if character == "{":
            return self._object(at, depth + 1)
        if character == "[":
            return self._array(at, depth + 1)
        match = _PLAIN.match(self.text, at)
        if match is None:
            raise self._no_value(at)
        return Scalar(match.group(), True, self.source, at, match.end())

    def _string(self, at: int) -> Scalar:
        match = _STRING.match(self.text, at)
        if match is None:
            raise self._no_string(at)
        text, end = match.group(1), match.end()
        if "\\" in text:
            try:
                text = json.loads(match.group())
            except ValueError as error:
                where = at + getattr(error, "pos", 0)
                raise self._refuse(
                    min(where, end - 1), "a backslash that is no escape of JSON", 'one of `\\"`, `\\\\`, `\\/`, '
                    "`\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\u` with four hexadecimal digits",
                ) from None  # fmt: skip
            found = forbidden_escape(text, Span(self.source, at, end))
            if found is not None:
                raise _Refused(found)
        return Scalar(text, False, self.source, at, end)

    def _object(self, start: int, depth: int) -> Mapping:
        self._deep(start, depth)
        text, entries = self.text, dict[str, tuple[Scalar, Node]]()
        at = self._space(start + 1)
        if text[at : at + 1] == "}":
            return Mapping(entries, self.source, start, at + 1)
        while True:
            if text[at : at + 1] != '"':
                raise self._no_key(at, start)
            key = self._string(at)
            at = self._space(key.end)
            if text[at : at + 1] != ":":
                raise self._refuse(at, f"no colon behind the key `{key.text}`", "`:` and a value", opened=start)
            value = self._value(self._space(at + 1), depth)
            first = entries.setdefault(key.text, (key, value))
            if first[0] is not key:
                self._duplicate(key, first[0])
            at = self._space(value.end)
            if text[at : at + 1] == "}":
                return Mapping(entries, self.source, start, at + 1)
            at = self._comma(at, start, "}")

    def _array(self, start: int, depth: int) -> Sequence:
        self._deep(start, depth)
        items: list[Node] = []
        at = self._space(start + 1)
        if self.text[at : at + 1] == "]":
            return Sequence((), self.source, start, at + 1)
        while True:
            items.append(self._value(at, depth))
            at = self._space(items[-1].end)
            if self.text[at : at + 1] == "]":
                return Sequence(tuple(items), self.source, start, at + 1)
            at = self._comma(at, start, "]")

    def _comma(self, at: int, start: int, closing: str) -> int:
        """The place behind a comma and white space; anything else there is reported."""
        if self.text[at : at + 1] != ",":
            message = "a comma is missing before this" if self.text[at : at + 1] == '"' else "this is out of place"
            raise self._refuse(at, message, f"`,` or `{closing}`", opened=start)
        after = self._space(at + 1)
        if self.text[after : after + 1] == closing:
            raise self._refuse(at, f"a comma before `{closing}`", help_line="delete the comma")
        return after

    def _deep(self, at: int, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} levels of nesting"
            raise _Refused(Diagnostic(codes.TOO_DEEP, message, Span(self.source, at, at + 1)))

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        self.diagnostics.add(
            Diagnostic(
                codes.DUPLICATE_KEY,
                f"key `{key.text}` is defined twice",
                key.span,
                "defined again here",
                (Label(first.span, "first defined here"),),
                notes=("readers of JSON keep the last one and drop the other in silence",),
                help=("put both together under one key",),
            )
        )

    def _no_value(self, at: int) -> _Refused:
        if self.text[at : at + 1] in (",", "]", "}", ":"):
            return self._refuse(at, "a value is missing here", "a text in quotes, `[` or `{`")
        match = _WORD.match(self.text, at)
        word = match.group() if match else ""
        if word.lower() in ("true", "false", "null", "none"):
            meant = "null" if word.lower() in ("null", "none") else word.lower()
            return self._refuse(at, f"`{word}` is no value of JSON", help_line=f"write `{meant}`", length=len(word))
        return self._no_text(at, "a text in double quotes, `[` or `{`")

    def _no_key(self, at: int, start: int) -> _Refused:
        return self._no_text(at, "a key in double quotes", start)

    def _no_text(self, at: int, expected: str, opened: int | None = None) -> _Refused:
        rest = self.text[at : at + 2]
        if rest[:1] == "#" or rest in ("//", "/*"):
            return self._refuse(at, "JSON has no comments", help_line="delete it, or keep the document as YAML")
        match = _WORD.match(self.text, at)
        if match and rest[:1] not in "'{[":
            return self._refuse(at, "this is not in quotes", expected, length=len(match.group()))
        return self._refuse(at, "single quotes" if rest[:1] == "'" else "this is out of place", expected, opened=opened)

    def _no_string(self, at: int) -> _Refused:
        line_end = self.text.find("\n", at)
        end = len(self.text) if line_end < 0 else line_end
        if "\t" in self.text[at:end] and '"' in self.text[at + 1 : end]:
            return self._refuse(self.text.index("\t", at), "a tab inside of a text", help_line="write `\\t`")
        return self._refuse(at, "the quote is never closed", help_line='close it with `"` on the same line')

    def _refuse(
        self, at: int, message: str, expected: str = "", opened: int | None = None, help_line: str = "", length: int = 1
    ) -> _Refused:
        secondary: tuple[Label, ...] = ()
        if at >= len(self.text):
            at, message = max(len(self.text.rstrip()) - 1, 0), "the text ends too early"
            if opened is not None:
                secondary = (Label(Span(self.source, opened, opened + 1), "not closed"),)
        span = Span(self.source, at, min(at + length, len(self.text)))
        return _Refused(
            Diagnostic(
                codes.SYNTAX, f"the text is not JSON: {message}", span, "reading stops here", secondary,
                expected=expected, help=(help_line,) if help_line else (),
            )
        )  # fmt: skip
