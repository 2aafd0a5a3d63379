"""The analyser against the corpus of the benchmarks: what it says of each document, no more and no less."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.analysers.corpus import Entry, corpus, record
from compiler.checks import CHECKS, OF_DOCUMENTS
from compiler.diagnostics import Severity, SourceText
from compiler.driver import Judged, check_documents

_EC2 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
# Rules for documents that no document of the corpus can show, and why.
NOT_SHOWN = {"SG512": "asks for the partition of a stack, which a document does not have"}


def _judged(entry: Entry) -> Judged:
    """What is found in a document; one that is only wrong on instances is judged as the policy of their role."""
    if entry.carrier:
        return check_documents((), plans=[SourceText("plan.json", _plan(entry))])
    text = SourceText("policy.json" if entry.text.lstrip().startswith(("{", "[")) else "policy.yaml", entry.text)
    return check_documents([(text, True)], kind=entry.kind)  # type: ignore[arg-type]


def _plan(entry: Entry) -> str:
    """A plan with a role for EC2 instances that has the document as its inline policy."""
    role = {"name": "web", "assume_role_policy": json.dumps(_EC2)}
    policy = {"name": "web", "role": "web", "policy": entry.text}
    resources = [
        {"address": f"{kind}.web", "mode": "managed", "type": kind, "name": "web", "values": values}
        for kind, values in (("aws_iam_role", role), ("aws_iam_role_policy", policy))
    ]
    return json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}})


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> dict[str, Judged]:
    judged = {entry.name: _judged(entry) for entry in corpus()}
    if request.config.getoption("--bless"):
        defective = [entry.name for entry in corpus() if entry.defective]
        record({name: _codes(judged[name]) for name in defective})
        corpus.cache_clear()
    return judged


def _codes(judged: Judged) -> list[str]:
    return sorted({item.code.id for item in judged.diagnostics})


def test_names_are_unique():
    assert [name for name, count in Counter(entry.name for entry in corpus()).items() if count > 1] == []


def test_the_corpus_is_large_enough_to_say_something():
    assert sum(entry.defective for entry in corpus()) >= 150
    assert sum(not entry.defective for entry in corpus()) >= 60


def test_clean_documents_give_nothing(found: dict[str, Judged]):
    noise = {
        entry.name: [item.message for item in found[entry.name].diagnostics if item.level is not Severity.NOTE]
        for entry in corpus()
        if not entry.defective
    }
    assert {name: headlines for name, headlines in noise.items() if headlines} == {}


def test_defects_give_what_the_corpus_says(found: dict[str, Judged]):
    wrong = {
        entry.name: (list(entry.ours), _codes(found[entry.name]))
        for entry in corpus()
        if entry.defective and list(entry.ours) != _codes(found[entry.name])
    }
    assert wrong == {}, "name: (expected, found)"


def test_what_is_missed_has_a_reason(found: dict[str, Judged]):
    unexplained = [entry.name for entry in corpus() if entry.defective and not entry.ours and not entry.missed]
    assert unexplained == []
    assert [entry.name for entry in corpus() if entry.ours and entry.missed] == []


def test_most_defects_are_found():
    defective = [entry for entry in corpus() if entry.defective]
    assert sum(bool(entry.ours) for entry in defective) >= 0.85 * len(defective)


def test_every_rule_for_documents_is_shown():
    shown = {code for entry in corpus() for code in entry.ours}
    rules = {code.id for rule in CHECKS if rule in OF_DOCUMENTS for code in rule.codes}
    assert {code for code in rules - shown if code not in NOT_SHOWN} == set()
    assert [code for code in NOT_SHOWN if code in shown or code not in rules] == []


def test_files_of_the_corpus_are_all_read():
    folder = Path(__file__).parent.parent / "benchmarks" / "corpus"
    assert {entry.file for entry in corpus()} == {file.name for file in folder.glob("*.yaml")}
