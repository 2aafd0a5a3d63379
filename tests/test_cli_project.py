"""The project file: where it is found, what it changes of the findings, and what it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.cli.main import run
from compiler.codes import ALL_CODES
from compiler.diagnostics import Diagnostics, SourceText
from compiler.frontend.project import read_project
from compiler.frontend.project_rules import _is_in

SPEC = """\
version: 1
apps:
  web:
    permissions:
      - statement: {Effect: Allow, Action: [s3:GetObject, s3:Get*], Resource: "arn:aws:s3:::shop/*"}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": sid, "Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*"], "Resource": f"arn:aws:s3:::{sid}/*"}
        for sid in ("one", "two")
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "stackgrant.yaml").write_text(SPEC)
    (tmp_path / "iam").mkdir()
    (tmp_path / "iam" / "a.json").write_text(json.dumps(DOCUMENT, indent=2))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    capsys.readouterr()
    run([*arguments, "--format", "json"])
    rows: Any = json.loads(capsys.readouterr().out)
    return [(row["severity"], row["code"]) for row in rows["findings"]]


def write(folder: Path, text: str) -> None:
    (folder / ".stackgrant.yaml").write_text(text)


@pytest.mark.parametrize("level", ["error", "warning", "note", "off"])
@pytest.mark.parametrize("rule", ["SG707", "covered-element"])
def test_a_rule_counts_as_much_as_it_says(
    folder: Path, capsys: pytest.CaptureFixture[str], rule: str, level: str
) -> None:
    assert found(capsys, "check") == [("note", "SG707")]
    write(folder, f"rules: {{{rule}: {level}}}\n")
    expected = [] if level == "off" else [(level, "SG707")]
    assert found(capsys, "check") == expected
    assert found(capsys, "check-policy", "iam") == expected * 2
    assert run(["check"]) == (level == "error")
    assert run(["compile"]) == (level == "error")
    assert (folder / "build").exists() == (level != "error")
    assert found(capsys, "check", "--no-config") == [("note", "SG707")]


def test_a_judgement_that_is_an_error_may_become_less(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "stackgrant.yaml").write_text(SPEC.replace("s3:Get*", "s3:GetObjct"))
    assert run(["compile"]) == 1
    write(folder, "rules: {unknown-action: warning}\n")
    assert run(["compile"]) == 0
    assert "warning[SG502]" in capsys.readouterr().err


def test_where_it_is_found(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "rules: {SG707: off}\n")
    assert found(capsys, "check-policy", "iam/a.json") == []
    assert found(capsys, "check-policy", "iam/*.json") == []
    monkeypatch.chdir(folder / "iam")
    assert found(capsys, "check-policy", "a.json") == []
    # The nearest one holds, alone.
    write(folder / "iam", "rules: {SG707: warning}\n")
    assert found(capsys, "check-policy", "a.json") == [("warning", "SG707")] * 2
    assert found(capsys, "check", "../stackgrant.yaml") == []
    assert found(capsys, "check-policy", "a.json", "../iam/a.json", "--config", "../.stackgrant.yaml") == []
    # Above a repository is somebody else's.
    (folder / "iam" / ".stackgrant.yaml").unlink()
    (folder / "iam" / ".git").mkdir()
    assert found(capsys, "check-policy", "a.json") == [("note", "SG707")] * 2
    assert run(["check-policy", "a.json", "--config", "x", "--no-config"]) == 2
    assert run(["check-policy", "a.json", "--config", "missing.yaml"]) != 0


def test_accepted_findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "suppress:\n  - {rules: SG707, files: iam/*.json, reason: as exported}\n")
    assert found(capsys, "check-policy", "iam") == []
    run(["check-policy", "iam"])
    assert "2 more accepted in the project file" in capsys.readouterr().out
    assert found(capsys, "check") == [("note", "SG707")]  # and nothing about files that it has not looked at
    run(["check-policy", "iam", "--format", "sarif"])
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [item["suppressions"][0]["kind"] for item in results] == ["external", "external"]
    assert results[0]["suppressions"][0]["justification"] == "as exported"


def test_one_statement(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "suppress:\n  - {rules: [covered-element], files: a.json, sid: two, reason: as exported}\n")
    assert found(capsys, "check-policy", "iam") == [("note", "SG707")]
    write(folder, "suppress:\n  - {rules: [covered-element], files: a.json, sid: three, reason: as exported}\n")
    assert sorted(found(capsys, "check-policy", "iam")) == [("note", "SG707"), ("note", "SG707"), ("warning", "SG703")]


def test_unused_and_unexplained_entries(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "suppress:\n  - {rules: [SG707, SG708], files: iam/**, reason: as exported}\n")
    assert found(capsys, "check-policy", "iam") == [("warning", "SG703")]
    run(["check-policy", "iam"])
    shown = capsys.readouterr().out
    assert "nothing in `iam/**` gives SG708" in shown
    assert ".stackgrant.yaml:2" in shown
    write(folder, "suppress:\n  - {rules: [SG707], files: iam/**}\n")
    assert sorted(found(capsys, "check-policy", "iam")) == [("note", "SG707"), ("note", "SG707"), ("warning", "SG704")]


def test_guardrails_and_baseline(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    guardrails = "version: 1\nguardrails: {no-s3: {forbid_services: [s3], reason: elsewhere}}\n"
    (folder / "rules.yaml").write_text(guardrails)
    write(folder, "guardrails: rules.yaml\nbaseline: known.json\nrules: {SG707: off}\n")
    monkeypatch.chdir(folder / "iam")
    codes = [code for _, code in found(capsys, "check", "../stackgrant.yaml", "--write-baseline")]
    assert any(code.startswith("SG63") for code in codes)
    assert (folder / "known.json").exists()
    assert run(["compile", "../stackgrant.yaml"]) == 1
    # A guardrail is not the project's to weaken.
    (guardrail,) = {code for code in codes if code.startswith("SG6")}
    write(folder, f"guardrails: rules.yaml\nrules: {{{guardrail}: note}}\n")
    assert "SG832" in {code for _, code in found(capsys, "check", "../stackgrant.yaml")}
    write(folder, f"guardrails: rules.yaml\nsuppress: [{{rules: {guardrail}, files: '**', reason: please}}]\n")
    assert {"SG832", guardrail} <= {code for _, code in found(capsys, "check", "../stackgrant.yaml")}
    assert run(["compile", "../stackgrant.yaml"]) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rules: {SG707: quiet}", "SG830"),
        ("ruels: {SG707: off}", "SG830"),
        ("suppress: [{rules: SG707, reason: why}]", "SG830"),
        ("rules: {SG799: off}", "SG831"),
        ("suppress: [{rules: coverd-element, files: a, reason: why}]", "SG831"),
        ("rules: {SG204: off}", "SG832"),
        ("rules: {SG520: note}", "SG832"),
        ("rules: {SG806: off}", "SG832"),
        ("suppress: [{rules: SG204, files: a, reason: why}]", "SG832"),
        ("rules: [", "SG830"),
    ],
)
def test_mistakes(folder: Path, capsys: pytest.CaptureFixture[str], text: str, code: str) -> None:
    write(folder, f"{text}\n")
    # Nothing of a faulty file counts.
    assert found(capsys, "check") == [("error", code), ("note", "SG707")]
    assert run(["compile"]) != 0
    assert not (folder / "build").exists()


def test_an_error_that_leaves_nothing_to_compile_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "stackgrant.yaml").write_text(SPEC.replace("Effect: Allow", "Effect: allow"))
    write(folder, "suppress: [{rules: SG520, files: stackgrant.yaml, reason: please}]\n")
    codes = found(capsys, "check")
    assert ("error", "SG520") in codes
    assert ("warning", "SG703") in codes


def test_comments_of_a_document_in_yaml(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    # stackgrant: ignore[SG707] as exported
    Action: [s3:GetObject, s3:Get*]
    Resource:
      - arn:aws:s3:::a/*
      - arn:aws:s3:::a/b/*  # stackgrant: ignore[covered-element] the folder moves soon
"""
    (folder / "b.yaml").write_text(text)
    assert found(capsys, "check-policy", "b.yaml") == []
    (folder / "b.yaml").write_text(text.replace("as exported", "").replace("a/b/", "b/"))
    assert sorted(found(capsys, "check-policy", "b.yaml")) == [
        ("note", "SG707"), ("warning", "SG703"), ("warning", "SG704"),
    ]  # fmt: skip


def test_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--project", "suppress[].files"]) == 0
    assert "`**` crosses folders" in " ".join(capsys.readouterr().out.split())
    assert run(["schema", "--project", "--json"]) == 0
    schema = Path(__file__).parent.parent / "schemas" / "project.schema.json"
    assert json.loads(capsys.readouterr().out) == json.loads(schema.read_text())
    assert run(["schema", "--project", "--guardrails"]) == 2


@pytest.mark.parametrize(
    ("pattern", "file", "meant"),
    [
        ("a.json", "iam/deep/a.json", True),
        ("*.json", "iam/a.json", True),
        ("iam/*.json", "iam/a.json", True),
        ("iam/*.json", "iam/deep/a.json", False),
        ("iam/**", "iam/deep/a.json", True),
        ("iam/**/a.json", "iam/a.json", True),
        ("./iam/?.json", "iam/a.json", True),
        ("**/a.json", "a.json", True),
        ("iam/a.json", "other/iam/a.json", False),
        ("a.json", "xa.json", False),
        ("a.json", "axjson", False),
    ],
)
def test_patterns(pattern: str, file: str, meant: bool) -> None:
    assert _is_in(str(Path.cwd().resolve()), pattern, file) is meant


def test_the_example_of_the_page_is_one() -> None:
    page = Path(__file__).parent.parent / "docs" / "project.md"
    block = page.read_text().partition("```yaml\n")[2].partition("```")[0]
    diagnostics = Diagnostics()
    project = read_project(
        SourceText(".stackgrant.yaml", block), Path(".stackgrant.yaml"), lambda: ALL_CODES, diagnostics
    )
    assert not list(diagnostics)
    assert len(project.levels) == 2
    assert [item.sid for item in project.suppress] == ["", "NeverDelete"]
