"""Syntax errors of lines: colons, list items and indentation.

Each function looks at one kind of error and gives its finding, or None when the error is of another kind.
"""

from __future__ import annotations

import re
import unicodedata

from yaml.events import DocumentEndEvent

from compiler.diagnostics import Diagnostic, Label, Span
from compiler.diagnostics.late import LatePattern
from compiler.source.codes import SYNTAX
from compiler.source.syntax_place import Place, quoted, read_before, without_comment

_KEY_WITHOUT_SPACE = LatePattern(r"(?:- )?([A-Za-z_][\w-]*):(?![ \t\n/])\s*(\S+)")


def other_space(place: Place) -> Diagnostic | None:
    """A line that is indented with a space that YAML takes for text, such as those of text copied from a web page."""
    starts = (place.text.rfind("\n", 0, _line_above(place).start) + 1, place.line_start)
    for start in starts:
        found = re.compile(r" *([^\S \t\n])").match(place.text, start)
        if found:
            character = found.group(1)
            name = unicodedata.name(character, "a control character")
            return Diagnostic(
                SYNTAX,
                f"a line is indented with U+{ord(character):04X} ({name})",
                place.span(found.start(1), found.end(1)),
                "YAML indents with spaces only",
                help=("replace it by an ordinary space, and so every other one like it",),
            )
    return None


def no_colon(place: Place) -> Diagnostic | None:
    """A line among keys that is no key, because it has no colon or no space after its colon."""
    if "could not find expected ':'" not in place.problem or place.context_at is None:
        return None
    line = place.line_of(place.context_at)
    written = place.span(place.context_at, line.end)
    if place.at <= line.end:
        return Diagnostic(
            SYNTAX,
            "a key is longer than 1,024 characters",
            written,
            "YAML looks no further for the colon",
            help=("shorten it, or write `? ` before it",),
        )
    more = "indent it more if it goes on with the text above"
    return _without_space(place, written) or _without_colon(written, help_lines=(more,))


def _without_space(place: Place, line: Span) -> Diagnostic | None:
    glued = _KEY_WITHOUT_SPACE.match(line.text)
    if glued is None:
        return None
    return Diagnostic(
        SYNTAX,
        f"there is no space after the colon of `{glued.group(1)}:`",
        place.span(line.start + glued.start(1), line.start + glued.end(1) + 1),
        "needs a space",
        help=(f"write `{glued.group(1)}: {glued.group(2)}`",),
    )


def _without_colon(line: Span, secondary: tuple[Label, ...] = (), help_lines: tuple[str, ...] = ()) -> Diagnostic:
    words = line.text.split()
    meant = f"{words[0]}: {words[1]}" if len(words) == 2 else f"{line.text}:"
    return Diagnostic(
        SYNTAX,
        f"there is no colon after `{words[0] if len(words) == 2 else line.text}`",
        line,
        "a key needs a colon",
        secondary,
        help=(f"write `{meant}`", *help_lines),
    )


def colon(place: Place) -> Diagnostic | None:
    """``a: b: c``, and lines that belong to the line before because of their indentation or of a missing colon."""
    if "mapping values are not allowed" not in place.problem:
        return None
    before = place.before
    first = re.match(r"\s*(?:- )*[^\s:#][^:#]*:\s+(?=\S)", before)
    if first:
        start = place.line_start + first.end()
        value = without_comment(place.line)[first.end() :]
        return Diagnostic(
            SYNTAX,
            "a text that contains `: ` needs quotes",
            place.span(start, start + len(value)),
            "a second key on one line",
            help=(f"write `{quoted(value)}`", "put a further key on a line of its own"),
        )
    here = place.line_of(place.at)
    if here.text.startswith("--- "):
        return Diagnostic(
            SYNTAX,
            "a key stands on the line of `---`",
            here,
            "belongs on the next line",
            help=("put nothing behind `---`",),
        )
    above = _line_above(place)
    glued = _without_space(place, above)
    if glued:
        return glued
    name = place.before.strip().removeprefix("- ")
    span = place.span(place.at - len(name), place.at) if name else place.span(place.at)
    if ":" not in above.text and above.text:
        return _without_colon(above, (Label(span, "read as more of the same text"),))
    return Diagnostic(
        SYNTAX,
        f"`{name}` is indented too far",
        span,
        "cannot stand below a key that has a value already",
        (Label(above, "this has its value on the same line"),),
        help=("indent it like the line above, or move the value above to a line of its own",),
    )


def _line_above(place: Place) -> Span:
    """What is written on the nearest line above that has anything but a comment."""
    offset = place.line_start - 1
    while offset > 0:
        span = place.line_of(offset)
        if span.text:
            return span
        offset = place.text.rfind("\n", 0, offset)
    return place.span(0, 0)


def dash(place: Place) -> Diagnostic | None:
    """``key: - item``: a list that begins on the line of its key."""
    if "entries are not allowed" not in place.problem:
        return None
    return Diagnostic(
        SYNTAX,
        "a list item begins on the line of its key",
        place.span(place.at),
        "belongs on the next line",
        help=("put `- ` on a line of its own below the key, or write `[a, b]`",),
    )


def after_value(place: Place) -> Diagnostic | None:
    """Text that goes on after a closed quote or bracket, or after an alias."""
    before = place.before.rstrip()
    if not before or ("block" not in place.context and "<document start>" not in place.problem):
        return None
    last = before[-1]
    if last in "\"'":
        extra = ("inside of single quotes an apostrophe is written twice: `''`",) if last == "'" else ()
        return Diagnostic(
            SYNTAX,
            "the text goes on after its closing quote",
            place.word(),
            "the quote before this closed the text",
            help=("put all of it inside of the quotes", *extra),
        )
    alias = re.search(r"(?:^|\s)(\*\S+)$", before)
    if alias:
        start = place.line_start + alias.start(1)
        text = place.line[alias.start(1) :].rstrip()
        return Diagnostic(
            SYNTAX,
            "a text that begins with `*` needs quotes",
            place.span(start, start + len(text)),
            "`*` begins an alias",
            help=(f"write `{quoted(text)}`",),
        )
    wrong = place.text[place.at : place.at + 1]
    if wrong in ("]", "}"):
        return Diagnostic(
            SYNTAX,
            f"`{wrong}` closes nothing",
            place.span(place.at),
            "nothing is open here",
            help=(f"delete the `{wrong}`",),
        )
    if last in "]}":
        return Diagnostic(
            SYNTAX,
            f"something follows the closing `{last}`",
            place.word(),
            "not part of the value before it",
            help=("put it on a line of its own, or quotes around the whole text",),
        )
    return None


def indentation(place: Place) -> Diagnostic | None:
    """A line that fits no level above it, or that mixes keys and list items on one level."""
    in_block = "parsing a block" in place.context and "node" not in place.context
    if not in_block and "<document start>" not in place.problem:
        return None
    span = place.span(place.at, max(place.line_of(place.at).end, min(place.at + 1, len(place.text))))
    if span.text.startswith(":"):
        return Diagnostic(SYNTAX, "a key is missing", span, "nothing stands before the colon")
    if not in_block and (_line_above(place).text == "..." or _ended_with_bracket(place)):
        return Diagnostic(
            SYNTAX,
            "the text goes on after the end of the document",
            span,
            "not part of the document above",
            help=("begin a new document with `---` on a line of its own, or take away what ends the first",),
        )
    column = place.at - place.line_start
    begin = place.context_at
    begin_column = begin - (place.text.rfind("\n", 0, begin) + 1) if begin is not None else 0
    if in_block and begin is not None and column == begin_column:
        if "mapping" in place.context:
            message, label, level = "a list item stands among keys", "expected a key", "keys"
            advice = "indent it so that it belongs to the key above"
        else:
            message, label, level = "a key stands among list items", "expected `- `", "list items"
            advice = "begin it with `- `, or indent it"
        second = (Label(place.line_of(begin), f"the {level} begin here"),)
        return Diagnostic(SYNTAX, message, span, label, second, help=(advice,))
    text = span.text if len(span.text) <= 40 else span.text[:39] + "…"
    return Diagnostic(
        SYNTAX,
        f"the indentation of `{text}` fits no line above",
        span,
        f"indented by {column}",
        (Label(place.line_of(begin), f"indented by {begin_column}"),) if begin is not None else (),
        help=("give lines of one level the same number of spaces",),
    )


def _ended_with_bracket(place: Place) -> bool:
    """Whether the document before the error is a list or mapping in brackets, which nothing can follow."""
    if _line_above(place).text[-1:] not in ("}", "]"):
        return False
    before = read_before(place)
    return isinstance(before.last, DocumentEndEvent) and before.root is not None and bool(before.root.flow_style)
