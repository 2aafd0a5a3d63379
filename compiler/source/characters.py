"""Characters that a spec never contains, in the text itself or behind an escape such as ``"\\u202e"``.

After the reader has accepted a text, no scalar holds a control character, a character that changes the direction of
what is displayed, a line break other than ``\\n``, half of a surrogate pair, or a private-use character. The last is
what ``compiler.aws.reference`` builds on: its markers cannot come from outside.
"""

from __future__ import annotations

import re
import unicodedata

from compiler.diagnostics import Diagnostic, SourceText, Span
from compiler.diagnostics.late import LatePattern
from compiler.source.codes import FORBIDDEN_CHARACTER

# Line breaks of YAML 1.1 that YAML 1.2 dropped (U+0085, U+2028, U+2029) are refused because readers disagree on them;
# the direction controls are those of "Trojan Source" (CVE-2021-42574).
_KINDS = (
    ("\u202a-\u202e\u2066-\u2069", "a direction control", "it makes text look different from what it is"),
    ("\ue000-\uf8ff", "a private-use character", "it has no agreed meaning, and the compiler marks references with it"),
    ("\ud800-\udfff", "half of a surrogate pair", "it is not a character on its own"),
    ("\u0085\u2028\u2029", "a line separator", "YAML readers disagree on whether a line ends there"),
    ("\ufeff", "a byte order mark", "it can only stand at the very beginning of a file"),
    ("\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff", "a control character", "it cannot be seen"),
)
_ALL = "".join(characters for characters, _, _ in _KINDS)
_FORBIDDEN = LatePattern(f"[{_ALL}]")
_FORBIDDEN_IN_SCALAR = LatePattern(f"[{_ALL}\r]")
_ALLOWED_ASCII = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F)])


def forbidden_characters(source: SourceText) -> tuple[Diagnostic, ...]:
    """One finding for each forbidden character that occurs in a text, at its first place."""
    text = source.text
    # Deleting what is allowed takes a tenth of the time of a regular expression.
    if text.isascii() and not text.encode("ascii").translate(None, _ALLOWED_ASCII):
        return ()
    first: dict[str, int] = {}
    for match in _FORBIDDEN.finditer(text):
        first.setdefault(match.group(), match.start())
    if not first:
        return ()
    # The excerpt is shown on a terminal, so it must not carry the character itself.
    shown = SourceText(source.name, _FORBIDDEN.sub("\ufffd", text))
    return tuple(_finding(character, Span(shown, at, at + 1)) for character, at in first.items())


def forbidden_escape(text: str, span: Span) -> Diagnostic | None:
    """A finding when a scalar's text, escapes resolved, holds a forbidden character."""
    match = _FORBIDDEN_IN_SCALAR.search(text)
    return _finding(match.group(), span, "written as an escape here") if match else None


def _finding(character: str, span: Span, label: str = "") -> Diagnostic:
    kind, reason = next(
        ((kind, reason) for characters, kind, reason in _KINDS if re.match(f"[{characters}]", character)),
        ("a carriage return", "no value of a spec has use for it"),
    )
    name = unicodedata.name(character, "")
    code_point = f"U+{ord(character):04X}" + (f" ({name})" if name else "")
    return Diagnostic(
        FORBIDDEN_CHARACTER,
        f"the text contains {kind}, {code_point}",
        span,
        label or kind,
        notes=(reason,),
        help=("delete it",),
    )
