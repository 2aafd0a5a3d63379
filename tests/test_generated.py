"""What is generated and committed is current, and nothing else lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regenerate import ROOT, example_folders, generated

FILES = generated()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_is_current(path: Path) -> None:
    assert path.exists(), "run `make docs`"
    assert path.read_text() == FILES[path], "run `make docs`"


def test_nothing_is_left_over() -> None:
    folders = [ROOT / "docs" / "rules", ROOT / "docs" / "grants", *(folder / "build" for folder in example_folders())]
    left = [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]
    assert set(left) <= set(FILES)
