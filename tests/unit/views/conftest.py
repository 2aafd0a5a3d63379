"""Screens are compared with files in ``snapshots/``; ``STACKGRANT_BLESS=1`` rewrites those and still fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent / "snapshots"


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """``snapshot(name, text)``: the text is exactly that of the file (plus the line end that files have)."""

    def compare(name: str, text: str) -> None:
        path = _FOLDER / name
        content = text if text.endswith("\n") else text + "\n"
        expected = path.read_text(encoding="utf-8") if path.exists() else None
        if os.environ.get("STACKGRANT_BLESS") and content != expected:
            path.write_text(content, encoding="utf-8")
            pytest.fail(f"{name} was rewritten: look at the difference, then run again without STACKGRANT_BLESS")
        assert content == expected, f"{name} differs; STACKGRANT_BLESS=1 rewrites it"

    return compare
