"""Whatever a spec says, it comes to the same with recipes and without: files, findings and screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.catalog.recipes import Recipes
from compiler.codes import ALL_CODES
from compiler.diagnostics import Diagnostics, SourceText
from compiler.driver import Source, read_sources
from compiler.source.files import find_spec_files
from tests.support.ways import at_once, differences

ROOT = Path(__file__).parents[3]
SOUND = sorted((ROOT / "tests" / "cases" / "ok").glob("*/stackgrant.yaml"))
FAULTY = sorted((ROOT / "tests" / "cases" / "err").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "examples").rglob("stackgrant.yaml"))


def _check(sources: tuple[Source, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(sources)  # from which recipes are learned
    expected = at_once(sources)
    monkeypatch.setattr(Recipes, "find", lambda *_: None)
    assert not differences(expected, at_once(sources))


@pytest.mark.parametrize("path", [*SOUND, *FAULTY, *EXAMPLES], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_specs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(read_sources(find_spec_files([str(path)], Diagnostics()), Diagnostics()), monkeypatch)


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.id)
def test_the_examples_of_each_code(code: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (code.bad, code.good):  # type: ignore[attr-defined]
        with monkeypatch.context() as patch:
            _check((Source(SourceText("spec.yaml", text), "spec.yaml"),), patch)
