"""Screens are compared with files in ``snapshots/``; ``--bless`` rewrites those and still fails the test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path(__file__).parent / "snapshots"


@pytest.fixture
def snapshot(bless: bool) -> Callable[[str, str], None]:
    """``snapshot(name, text)``: the text is exactly that of the file (plus the line end that files have)."""

    def compare(name: str, text: str) -> None:
        path = _FOLDER / name
        content = text if text.endswith("\n") else text + "\n"
        expected = path.read_text(encoding="utf-8") if path.exists() else None
        if bless and content != expected:
            path.write_text(content, encoding="utf-8")
            pytest.fail(f"{name} was rewritten: look at the difference, then run again without --bless")
        assert content == expected, f"{name} differs; --bless rewrites it"

    return compare
