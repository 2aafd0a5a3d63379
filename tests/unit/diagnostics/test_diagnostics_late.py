"""A pattern that is compiled later finds what one finds that is compiled at once."""

from __future__ import annotations

import re

import pytest

from compiler.diagnostics.late import LatePattern


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
@pytest.mark.parametrize("text", ["", "a1", "A1b22", "--"])
def test_it_finds_the_same(text: str, flags: int) -> None:
    late, usual = LatePattern("([a-z])([0-9])", flags), re.compile("([a-z])([0-9])", flags)
    for name in ("match", "search", "fullmatch"):
        ours, theirs = (getattr(pattern, name)(text) for pattern in (late, usual))
        assert (ours and ours.span()) == (theirs and theirs.span())
    assert late.findall(text) == usual.findall(text)
    assert [item.span() for item in late.finditer(text)] == [item.span() for item in usual.finditer(text)]
    assert late.sub(r"\2", text) == usual.sub(r"\2", text)


def test_it_is_compiled_when_it_is_used() -> None:
    wrong = LatePattern("(")
    with pytest.raises(re.error):
        wrong.match("")
