from __future__ import annotations

import pytest

from compiler.views.cells import clean, lay_out, width_of, wrap


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("你好", 4),
        ("ｱ", 1),
        ("Ａ", 2),
        ("👩", 2),
        ("a\u200db", 2),
        ("\u1100\u1161\u11a8", 2),
    ],
)
def test_width_in_columns(text, width):
    assert width_of(text) == width
    assert lay_out(text).width == width


@pytest.mark.parametrize(
    ("line", "shown", "columns"),
    [
        ("\ta", "    a", (0, 4, 5)),
        ("abc\td", "abc d", (0, 1, 2, 3, 4, 5)),
        ("你\tb", "你  b", (0, 2, 4, 5)),
        ("a\x1b\x7f", "a\u241b\u2421", (0, 1, 2, 3)),
        ("a\u200bb\u2060\ufeff", "a\ufffdb\ufffd\ufffd", (0, 1, 2, 3, 4, 5)),
        ("\u202e\u2028\x85\ud800", "\ufffd" * 4, (0, 1, 2, 3, 4)),
    ],
)
def test_cells_of_a_line(line, shown, columns):
    cells = lay_out(line)
    assert "".join(cells.pieces) == shown
    assert cells.columns == columns


def test_clean_keeps_what_is_printable_and_one_line():
    assert clean("plain `text` 你好") == "plain `text` 你好"
    assert clean("a\nb\tc\x1b[0m\u202e") == "a b c\u241b[0m\ufffd"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 100, ["one two three"]),
        ("a-very-long-word b", 5, ["a-very-long-word", "b"]),
        ("你好 你好 a", 9, ["你好 你好", "a"]),
        ("first\nsecond line", 6, ["first", "second", "line"]),
        ("type:\n  a: {b: c, d: e}\n    f", 6, ["type:", "  a: {b: c, d: e}", "    f"]),
        ("two  blanks ", 40, ["two  blanks"]),
    ],
)
def test_wrapping(text, width, lines):
    assert wrap(text, width) == lines
