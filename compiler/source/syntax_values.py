"""Syntax errors inside of a value: quotes, brackets, escapes and characters that need quotes.

Each function looks at one kind of error and gives its finding, or None when the error is of another kind.
"""

from __future__ import annotations

import re

from compiler.diagnostics import Diagnostic, Label
from compiler.diagnostics.late import LatePattern
from compiler.source.codes import SYNTAX
from compiler.source.events import Event
from compiler.source.syntax_place import Place, indent, quoted, read_before
from compiler.source.tags import tag_problem

_UNQUOTED_TEMPLATE = LatePattern(r"(?:^|[:\-,\[{])\s+(\{\{[^\n]*?\}\}[^\s,\]}#]*)")


def tab(place: Place) -> Diagnostic | None:
    """Tabs where YAML wants spaces."""
    if "tab" not in place.problem and not place.text.startswith("\t", place.at):
        return None
    start = place.at
    while start > place.line_start and place.text[start - 1] == "\t":
        start -= 1
    end = place.at + len(place.text[place.at :]) - len(place.text[place.at :].lstrip("\t"))
    return Diagnostic(
        SYNTAX,
        "a tab is used for indentation",
        place.span(start, max(end, start + 1)),
        "YAML indents with spaces only",
        help=("replace the tab by spaces, two for each level",),
    )


def glued_colon(place: Place) -> Diagnostic | None:
    """``{key:[a]}``: a colon with a bracket right behind it, inside of brackets."""
    if "unexpected ':'" not in place.problem or place.context_at is None:
        return None
    name = place.text[place.context_at : place.at]
    return Diagnostic(
        SYNTAX,
        f"there is no space after the colon of `{name}:`",
        place.span(place.context_at, place.at + 1),
        "needs a space",
        help=(f"write `{name}: `, or put quotes around the text if the colon is a part of it",),
    )


def unquoted_template(place: Place) -> Diagnostic | None:
    """``key: {{ x }}-y``: braces at the beginning of a text are a mapping for YAML."""
    match = _UNQUOTED_TEMPLATE.search(place.line)
    if match is None or ("flow" in place.context and "\n" in place.text[place.context_at or 0 : place.at]):
        return None
    start = place.line_start + match.start(1)
    return Diagnostic(
        SYNTAX,
        "a text that begins with `{{` needs quotes",
        place.span(start, start + len(match.group(1))),
        "YAML reads braces as a mapping",
        help=(f"write `{quoted(match.group(1))}`",),
    )


def indicator(place: Place) -> Diagnostic | None:
    """``@x``, `` `x` ``, ``%x``, ``*.x``, ``? x``: characters that cannot begin an unquoted text."""
    start = place.at
    if "alias" in place.context or "anchor" in place.context or "directive" in place.context:
        start = place.context_at if place.context_at is not None else place.at
    elif "cannot start any token" not in place.problem and "mapping keys are not allowed" not in place.problem:
        return None
    match = re.compile(r"[^\s,\]}]+").match(place.text, start)
    text = match.group().removesuffix(":") if match else place.text[start : start + 1]
    sign = "a backtick" if text[:1] == "`" else f"`{text[:1]}`"
    reason = {"*": "begins an alias", "&": "begins an anchor", "%": "begins a directive", "?": "begins a key"}
    return Diagnostic(
        SYNTAX,
        f"a text that begins with {sign} needs quotes",
        place.span(start, start + len(text)),
        f"{sign} {reason.get(text[:1], 'is kept back by YAML for later use')}",
        help=(f"write `{quoted(text)}`",),
    )


def directive(place: Place) -> Diagnostic | None:
    """``%YAML 2.0`` and tags with a handle that nothing declares."""
    if "tag handle" in place.problem:
        return tag_problem(place.word().text, place.word())
    if "incompatible YAML" not in place.problem:
        return None
    return Diagnostic(
        SYNTAX,
        "the file asks for another version of YAML",
        place.line_of(place.at),
        "only YAML 1.1 and 1.2 can be read",
        help=("delete the line",),
    )


def unclosed_quote(place: Place) -> Diagnostic | None:
    """A quote that nothing closes."""
    if "quoted scalar" not in place.context or "escape" in place.problem or "hexdec" in place.problem.lower():
        return None
    start = place.context_at if place.context_at is not None else place.at
    quote = place.text[start]
    extra = ("inside of single quotes an apostrophe is written twice: `''`",) if quote == "'" else ()
    return Diagnostic(
        SYNTAX,
        f"the quote {quote} is never closed",
        place.span(start),
        "opened here",
        help=(f"close it with {quote}", *extra),
    )


def closed_later(place: Place) -> Diagnostic | None:
    """A quote that is closed by one further down, mostly because the one that should close it is missing."""
    scalar: Event = read_before(place).last if place.before.rstrip()[-1:] in ("'", '"') else None
    if getattr(scalar, "style", None) not in ("'", '"'):  # only scalars have a style
        return None
    start, end = scalar.start_mark.index, scalar.end_mark.index
    between = place.text[end : place.at]
    if "\n" not in place.text[start:end] or "\n" in between or between.strip() or place.at < end:
        return None
    while place.text[start] != scalar.style:  # the event begins with a tag or an anchor
        start += 1
    return Diagnostic(
        SYNTAX,
        "the text goes on after its closing quote",
        place.word(),
        "the quote before this closed the text",
        (Label(place.span(start), "the text in quotes begins here"),),
        help=(f"close it with {scalar.style} on the line where it begins, or put all of it inside of the quotes",),
    )


def escape(place: Place) -> Diagnostic | None:
    """An escape that double-quoted text does not know."""
    start = place.text.rfind("\\", 0, place.at + 1)
    if start < 0 or ("escape" not in place.problem and "hexdec" not in place.problem.lower()):
        return None
    code = re.compile(r"\\[uU][0-9A-Fa-f]+").match(place.text, start)
    if code:
        return Diagnostic(
            SYNTAX,
            f"`{code.group()}` is not a character",
            place.span(start, code.end()),
            "not a character on its own",
            notes=("YAML has no surrogate pairs, unlike JSON",),
            help=("write the character itself, or its code point as `\\U0001F600`",),
        )
    return Diagnostic(
        SYNTAX,
        f"`{place.text[start : start + 2]}` is not an escape of double-quoted text",
        place.span(start, min(start + 2, len(place.text))),
        "unknown escape",
        help=("write `\\\\` for a backslash, or put the text in single quotes",),
    )


def bracket(place: Place) -> Diagnostic | None:
    """Inside of ``{ }`` or ``[ ]``: a bracket that is never closed, or a comma that is missing."""
    if "parsing a flow" not in place.context or "node" in place.context or place.context_at is None:
        return None
    opening = place.text[place.context_at]
    closing = "}" if opening == "{" else "]"
    if place.at >= len(place.text.rstrip()) or _is_dedented(place, place.context_at):
        return _never_closed(place, place.context_at)
    opened = Label(place.span(place.context_at), "opened here")
    wrong = place.text[place.at]
    if wrong in "]}":
        return Diagnostic(
            SYNTAX,
            f"`{opening}` is closed by `{wrong}`",
            place.span(place.at),
            f"does not fit `{opening}`",
            (opened,),
            expected=f"`,` or `{closing}`",
        )
    key = re.search(r"(?:\"[^\"]*\"|[\w.-]+)$", place.before) if wrong == ":" else None
    return Diagnostic(
        SYNTAX,
        "a comma is missing",
        place.span(place.line_start + key.start(), place.at) if key else place.word(),
        f"expected `,` or `{closing}` before this",
        (opened,),
        help=("put a comma before it, or quotes around a text that contains `: `",),
    )


def _never_closed(place: Place, opened_at: int) -> Diagnostic:
    opening = place.text[opened_at]
    closing = "}" if opening == "{" else "]"
    return Diagnostic(
        SYNTAX,
        f"the bracket `{opening}` is never closed",
        place.span(opened_at),
        "opened here",
        (Label(place.line_of(place.at), "something else begins here"),) if place.text[place.at :].strip() else (),
        expected=f"`,` or `{closing}`",
        help=(f"close it with `{closing}`",),
    )


def _is_dedented(place: Place, opened_at: int) -> bool:
    """Whether the error is on a later line that is indented no more than the line of the bracket."""
    start = place.text.rfind("\n", 0, opened_at) + 1
    return start < place.line_start and indent(place.line) <= indent(place.text[start:opened_at])


def missing_value(place: Place) -> Diagnostic | None:
    """A bracket or comma where a value is expected."""
    if "content" not in place.problem:
        return None
    wrong = place.text[place.at : place.at + 1]
    brackets = () if place.text[place.at :].strip() else read_before(place).open_brackets
    if brackets:
        # The event begins with a tag or an anchor, and it ends behind the bracket.
        return _never_closed(place, brackets[-1].end_mark.index - 1)
    return Diagnostic(
        SYNTAX,
        f"`{wrong}` stands where a value is expected" if wrong.strip() else "a value is missing",
        place.span(place.at),
        "expected a value",
        help=(f"delete it, or write `{quoted(wrong)}` if it is meant as a text",) if wrong.strip() else (),
    )


def block_text(place: Place) -> Diagnostic | None:
    """``key: | text``: text on the line of the block sign."""
    if "block scalar" not in place.context or place.context_at is None:
        return None
    sign = place.text[place.context_at]
    return Diagnostic(
        SYNTAX,
        f"text stands on the line of `{sign}`",
        place.word(),
        f"a text after `{sign}` begins on the next line",
        help=(f"move it to the next line, or put quotes around a text that begins with `{sign}`",),
    )
