"""However a spec is compiled, at once or apart, in one process or several, cached or not: the same comes out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from compiler.codes import ALL_CODES
from compiler.diagnostics import Diagnostics, SourceText
from compiler.driver import Source, read_sources
from compiler.pipeline import apart, missing
from compiler.source.files import find_spec_files
from tests.support.ways import at_once, differences, ways

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "tests" / "cases" / "ok").glob("*/stackgrant.yaml"))
FAULTY = sorted((ROOT / "tests" / "cases" / "err").glob("*.yaml"))
EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def _every_process_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(missing, "WORTH_A_PROCESS", 1)


def _check(sources: tuple[Source, ...], cache: Path) -> None:
    expected = at_once(sources)
    for name, found in ways(sources, cache):
        assert not differences(expected, found), name


def _taken_apart(text: str) -> tuple[Source, ...]:
    """A spec in several files: one for each stack, with the apps that no other stack runs, and one for the rest."""
    spec = yaml.safe_load(text)
    runs = {
        name: {app for layer in (stack.get("layers") or {}).values() for app in layer.get("apps") or ()}
        for name, stack in spec["stacks"].items()
    }
    files = {}
    for name, stack in spec["stacks"].items():
        others = set().union(*(apps for other, apps in runs.items() if other != name))
        own = {app: spec["apps"].pop(app) for app in runs[name] - others if app in spec.get("apps", {})}
        files[f"stack-{name}.yaml"] = {"version": 1, "stacks": {name: stack}} | ({"apps": own} if own else {})
    rest = {key: value for key, value in spec.items() if key != "stacks" and value}
    files["common.yaml"] = rest
    texts = {name: yaml.safe_dump(body, sort_keys=False) for name, body in files.items()}
    return tuple(Source(SourceText(name, text), name) for name, text in sorted(texts.items()))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_sound_specs(path: Path, tmp_path: Path) -> None:
    _check(read_sources(find_spec_files([str(path)], Diagnostics()), Diagnostics()), tmp_path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples(path: Path, tmp_path: Path) -> None:
    _check(read_sources(find_spec_files([str(path)], Diagnostics()), Diagnostics()), tmp_path)


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_faulty_specs(path: Path, tmp_path: Path) -> None:
    _check(read_sources(find_spec_files([str(path)], Diagnostics()), Diagnostics()), tmp_path)


@pytest.mark.parametrize("code", [c for c in ALL_CODES if "stacks:" in c.bad], ids=lambda code: code.id)
def test_what_every_code_reports(code, tmp_path: Path) -> None:
    _check((Source(SourceText("spec.yaml", code.bad), "spec.yaml"),), tmp_path)


@pytest.mark.parametrize("path", [p for p in CASES if "\n---" not in p.read_text()], ids=lambda path: path.parent.name)
def test_specs_in_several_files(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)  # policy files lie beside the spec
    _check(_taken_apart(path.read_text()), tmp_path)


@pytest.mark.parametrize("code", [c for c in ALL_CODES if "stacks:" in c.bad], ids=lambda code: code.id)
def test_what_every_code_reports_in_several_files(code, tmp_path: Path) -> None:
    try:
        sources = _taken_apart(code.bad)
    except (yaml.YAMLError, ValueError, AttributeError, TypeError, KeyError):
        pytest.skip("what is wrong is the form of the file")
    _check(sources, tmp_path)
