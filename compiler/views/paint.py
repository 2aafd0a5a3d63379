"""Colours by meaning: views say what a piece of text is, this table says how that looks.

Only the 16 basic colours are used, because those follow the user's own terminal theme.
"""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]

_STYLES = {
    "plain": "",
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "help": "1;32",
    "strong": "1",
    "faint": "2",
    "gutter": "1;34",
    "added": "32",
    "removed": "31",
    "hunk": "36",
}


def painter(color: bool) -> Paint:
    """A function ``(style, text) -> text`` that colours by one of the style names, or leaves every text as it is."""
    return _coloured if color else _plain


def _plain(style: str, text: str) -> str:
    assert style in _STYLES
    return text


def _coloured(style: str, text: str) -> str:
    code = _STYLES[style]
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
