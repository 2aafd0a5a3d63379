"""The report on analysers, of answers that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.analysers import __main__ as analysers
from benchmarks.analysers.corpus import Entry
from benchmarks.analysers.tools import OURS, Answer, Tool, ask, ask_ours

MISSPELT = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}]}'
ENTRIES = (
    Entry("bad", "identity", "wrong", MISSPELT, category="typo", ours=("SG502",)),
    Entry("hard", "identity", "also wrong", MISSPELT, category="typo", missed="it takes AWS to know"),
    Entry("good", "identity", "fine", MISSPELT),
)
ANSWERS = {
    OURS: Answer("1", {"bad": [["SG502", "no"]], "good": []}, {}, 2.0),
    "other": Answer("2", {"bad": [], "good": [["X", "noise"]]}, {"hard": "crash"}, 6.0),
    "gone": Answer("", {}, {}, 0, "cannot be installed"),
}


def test_the_report_counts_findings_noise_and_time():
    lines = list(analysers.report(ENTRIES, ANSWERS, {OURS: ANSWERS[OURS], "other": ANSWERS["other"]}, 12))
    assert "| | stackgrant 1 | other 2 |" in lines
    assert "| defects found | 1 (50 %) | 0 (0 %) |" in lines
    assert "| good documents with a finding | 0 | 1 |" in lines
    assert "| findings per defective document | 0.5 | 0.0 |" in lines
    assert "| documents it fails on | 0 | 1 |" in lines
    assert "| other | 6.0 | 2 | 1 | 3.0 |" in lines
    assert "| typo | 2 | 1 | 0 |" in lines
    assert "| hard | also wrong | it takes AWS to know |" in lines


def test_a_tool_that_cannot_be_asked_is_missing_with_the_reason(tmp_path: Path):
    (tmp_path / "broken" / "bin").mkdir(parents=True)
    (tmp_path / "broken" / "bin" / "python").write_text("not a program")
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "_services.json").write_text("[]")
    answer = ask(Tool("broken", (), "parliament_ask.py"), {}, tmp_path)
    assert answer.missing
    assert answer.findings == {}


def test_our_own_answer_is_what_the_command_says():
    answer = ask_ours({"bad": {"kind": "identity", "text": MISSPELT}})
    assert [code for code, _ in answer.findings["bad"]] == ["SG502"]


def test_tools_stay_outside_of_the_repository(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        analysers.main(["--tools", str(analysers.ROOT / "tools")])
    assert "outside of the repository" in capsys.readouterr().err
