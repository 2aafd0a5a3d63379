"""Golden cases: a spec in, files out (``cases/ok``); a spec with marks in, a whole screen out (``cases/err``;
a folder of the case's name may hold guardrails); a spec after another one in, a whole screen out (``cases/after``).

An ok-case is a folder with ``stackgrant.yaml`` and ``expected/``: every output file, and each policy document again
as a file of its own under ``expected/policies/``, so that a change of permissions shows as a small diff.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from compiler.aws.reference import display
from compiler.aws.statement import document_json
from compiler.cli.main import run
from compiler.diagnostics import Diagnostics
from compiler.driver import Options, Result, compile_paths
from compiler.frontend.guardrails import read_guardrail_files
from compiler.views import full, summary

CASES = Path(__file__).parent / "cases"
OK = sorted(path.parent for path in (CASES / "ok").glob("*/stackgrant.yaml"))
ERR = sorted((CASES / "err").glob("*.yaml"))
AFTER = sorted(path.parent for path in (CASES / "after").glob("*/before.yaml"))
_MARK = re.compile(r"#\s*(error|warning|note): (SG\d{3})")


def _policies(result: Result) -> dict[str, str]:
    files: dict[str, str] = {}
    for stack in result.program.stacks:
        documents = {f"policies/{stack.name}/{policy.label}.json": policy.statements for policy in stack.policies}
        documents |= {f"trust/{stack.name}/{role.label}.json": role.trust for role in stack.roles if not role.existing}
        for name, statements in documents.items():
            files[name] = display(json.dumps(document_json(statements), indent=2, ensure_ascii=False)) + "\n"
    return files


def _compare(folder: Path, files: dict[str, str], *, bless: bool) -> None:
    existing = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if bless:
        for name, path in existing.items():
            if name not in files:
                path.unlink()
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        pytest.fail("expected files were rewritten: look at the diff")
    assert sorted(existing) == sorted(files)
    for name, content in files.items():
        assert existing[name].read_text() == content, f"{name} (run with --bless to take it over)"


@pytest.mark.parametrize("case", OK, ids=lambda case: case.name)
def test_ok(case: Path, bless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    options = json.loads((case / "options.json").read_text()) if (case / "options.json").exists() else {}
    result = compile_paths(["stackgrant.yaml"], Options(**options))
    assert [full.render([item], color=False, width=100) for item in result.diagnostics] == []
    files = {f"build/{path}": content.decode() for path, content in result.files.items()} | _policies(result)
    _compare(case / "expected", files, bless=bless)


@pytest.mark.parametrize("case", ERR, ids=lambda case: case.stem)
def test_err(case: Path, bless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)
    text = case.read_text()
    file = Path(case.stem, "stackgrant-guardrails.yaml")
    guardrails = read_guardrail_files([str(file)] if file.exists() else [], Diagnostics())
    today = dt.date(2027, 1, 1) if guardrails else None
    result = compile_paths([case.name], Options(guardrails=guardrails, today=today))
    marks = [
        (mark.group(1), mark.group(2), number)
        for item in (text, *(source.text for source in guardrails))
        for number, line in enumerate(item.split("\n"), 1)
        for mark in _MARK.finditer(line)
    ]
    found = [
        (item.level.value, item.code.id, item.span.source.position(item.span.start)[0] if item.span else 0)
        for item in result.diagnostics
    ]
    assert sorted(found) == sorted(marks)
    screen = (
        full.render(result.diagnostics, color=False, width=100) + "\n" + summary.render(result.diagnostics, files=1)
    )
    expected = case.with_suffix(".out")
    if bless:
        expected.write_text(screen.rstrip("\n") + "\n")
        pytest.fail("the expected screen was rewritten: look at the diff")
    assert screen.rstrip("\n") + "\n" == expected.read_text()


@pytest.mark.parametrize("case", AFTER, ids=lambda case: case.name)
def test_after(
    case: Path, bless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is said of a change compared with the output of the spec before it, which stays as it is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    spec, screen = tmp_path / "stackgrant.yaml", case / "screen.out"
    spec.write_text((case / "before.yaml").read_text())
    assert run(["compile"]) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "build").rglob("*.json")}
    capsys.readouterr()
    spec.write_text((case / "stackgrant.yaml").read_text())
    assert run(["compile"]) == 1
    assert {path: path.read_bytes() for path in (tmp_path / "build").rglob("*.json")} == before
    found = capsys.readouterr().err
    if bless:
        screen.write_text(found)
        pytest.fail("the expected screen was rewritten: look at the diff")
    assert found == screen.read_text()


def test_there_are_cases() -> None:
    assert len(OK) >= 8
    assert len(ERR) >= 8
    assert len(AFTER) >= 2
