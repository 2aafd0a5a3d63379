"""Text as terminal cells: how wide characters are, and how those are shown that would disturb the screen.

Invariant: what leaves this module holds no control character, no bidirectional override, no space without width and no
lone surrogate, so a spec can neither move the cursor, nor reorder or hide what a reader sees, nor make printing fail.

Sources: Unicode Standard Annex #11 (East Asian Width: W and F take two cells); Unicode Technical Report #36 on
bidirectional text spoofing.
"""

from __future__ import annotations

import unicodedata

from compiler.diagnostics.value import record

TAB_STOP = 4
_REPLACEMENT = "\ufffd"
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff")  # take no room and join nothing
_CONTROL_PICTURES = 0x2400  # U+2400 … U+241F picture the controls U+0000 … U+001F; U+2421 pictures DEL


@record(frozen=True, slots=True)
class Cells:
    """A line as it is shown: one piece of text per source character, and the column (from 0) where each begins.

    ``columns`` has one element more than ``pieces``: the last is the width of the whole line.
    """

    pieces: tuple[str, ...]
    columns: tuple[int, ...]

    @property
    def width(self) -> int:
        """Columns that the whole line takes."""
        return self.columns[-1]


def character_width(character: str) -> int:
    """Columns (0, 1 or 2) that one character takes, when it is shown as it is."""
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
        return 0  # the latter are the vowels and finals of Hangul, drawn onto the consonant before them
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _shown(character: str) -> str:
    """What stands on the screen for one character that is neither a tab nor a line end."""
    if character.isprintable():
        return character
    if character < " ":
        return chr(_CONTROL_PICTURES + ord(character))
    if character == "\x7f":
        return "\u2421"
    unsafe = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    if unsafe or character in _BIDIRECTIONAL or character in _INVISIBLE:
        return _REPLACEMENT
    return character


def lay_out(line: str) -> Cells:
    """The cells of one line, tabs expanded to stops of four columns.

    >>> lay_out("a\\tb").columns
    (0, 1, 4, 5)
    """
    pieces: list[str] = []
    columns = [0]
    for character in line:
        column = columns[-1]
        if character == "\t":
            piece = " " * (TAB_STOP - column % TAB_STOP)
            columns.append(column + len(piece))
        else:
            piece = _shown(character)
            columns.append(column + character_width(piece))
        pieces.append(piece)
    return Cells(tuple(pieces), tuple(columns))


def clean(text: str) -> str:
    """The text on one line, safe to print: line ends and tabs become spaces, other controls become visible."""
    if text.isprintable():
        return text
    return "".join(" " if character in "\n\t" else _shown(character) for character in text)


def width_of(text: str) -> int:
    """Columns that a cleaned text takes."""
    return len(text) if text.isascii() else sum(map(character_width, text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` columns, broken at spaces only: words, and so what the user typed, stay
    whole. Line ends are kept, and a line that begins with a space (a snippet) is not broken at all.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if paragraph.startswith(" "):
            lines.append(clean(paragraph).rstrip())
            continue
        line, used = "", 0
        for word in clean(paragraph).split(" "):
            size = width_of(word)
            if line and used + 1 + size > width:
                lines.append(line.rstrip())
                line, used = word, size
            else:
                line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
        lines.append(line.rstrip())
    return lines
