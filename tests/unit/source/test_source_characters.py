"""Characters that a spec never contains, written plainly or as an escape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.aws.reference import CLOSE, OPEN

if TYPE_CHECKING:
    from source_reading import Read

FORBIDDEN = [
    ("\0", "a control character, U+0000"),
    ("\x1b", "a control character, U+001B"),
    ("\x7f", "a control character, U+007F"),
    ("\x9b", "a control character, U+009B"),
    ("\u202e", "a direction control, U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    ("\u2066", "a direction control, U+2066 (LEFT-TO-RIGHT ISOLATE)"),
    ("\u2028", "a line separator, U+2028 (LINE SEPARATOR)"),
    ("\x85", "a line separator, U+0085"),
    (OPEN, "a private-use character, U+E000"),
    (CLOSE, "a private-use character, U+E001"),
    ("\uf8ff", "a private-use character, U+F8FF"),
    ("\ufeff", "a byte order mark, U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
    ("\uffff", "a control character, U+FFFF"),
]


@pytest.mark.parametrize(("character", "words"), [*FORBIDDEN, ("\ud800", "half of a surrogate pair, U+D800")])
def test_forbidden_in_the_text(read: Read, character: str, words: str) -> None:
    documents, (found,) = read(f"a: x{character}y\n")
    assert documents == ()
    assert found.code.id == "SG107"
    assert found.message == f"the text contains {words}"
    assert found.span is not None
    assert found.span.start == 4
    # What is shown on a terminal does not carry the character itself.
    assert found.span.source.text == "a: x\ufffdy\n"


@pytest.mark.parametrize(("character", "words"), [*FORBIDDEN, ("\r", "a carriage return, U+000D")])
def test_forbidden_as_an_escape(read: Read, character: str, words: str) -> None:
    documents, (found,) = read(f'a: "x\\u{ord(character):04x}y"\n')
    assert documents == ()
    assert (found.code.id, found.message) == ("SG107", f"the text contains {words}")
    assert found.span is not None
    assert found.span.text == f'"x\\u{ord(character):04x}y"'


def test_an_escape_in_a_key_is_found_as_well(read: Read) -> None:
    assert [item.code.id for item in read('"\\ue000": 1\n')[1]] == ["SG107"]


def test_half_a_surrogate_pair_as_an_escape(read: Read) -> None:
    documents, (found,) = read('a: "\\ud800"\n')
    assert documents == ()
    assert found.code.id in ("SG101", "SG107")  # libyaml refuses the escape, PyYAML's own parser takes it


@pytest.mark.parametrize("text", ["é", "日本語", "😀", "a\tb", "\u200d", "\u00a0", "عربي", "\U000f0000"])
def test_other_characters_are_fine(read: Read, text: str) -> None:
    (document,), found = read(f"a: 'x{text}y' # {text}\n")
    assert found == ()
    value = document.get("a")
    assert value is not None
    assert value.span.text == f"'x{text}y'"


def test_each_character_is_reported_once(read: Read) -> None:
    assert len(read("a: \u202e\u202e\nb: \u202e \x01\n")[1]) == 2
