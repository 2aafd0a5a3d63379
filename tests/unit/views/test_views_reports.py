"""The formats of code scanning, CI servers and pull requests, and the baseline."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

from compiler.diagnostics import Code, Diagnostic, Label, Severity, SourceText, Span
from compiler.diagnostics.fingerprint import fingerprints
from compiler.views import baseline, github, junit, markdown, sarif

ERROR = Code("SG203", "unknown-key", Severity.ERROR, "What.", "Why.", "bad: 1\n", "good: 1\n", ("https://a.example/x",))
WARNING = Code("SG601", "wide-grant", Severity.WARNING, "What.", "Why.", "", "")
SPEC = SourceText("stacks/my web.yaml", "version: 1\nlayers:\n  api: {permisions: []}\n")
START = SPEC.text.index("permisions")
PLANNED = SourceText("plan.json#aws_iam_policy.web", '{\n  "a": "*"\n}', file="plan.json", address="aws_iam_policy.web")
FINDINGS = [
    Diagnostic(
        ERROR,
        "unknown key `permisions`: 100 %",
        Span(SPEC, START, START + 10),
        "not a key",
        (Label(Span(SPEC, 0, 7), "see | here"),),
        expected="`apps` or `permissions`",
        notes=("why",),
        help=("did you mean `permissions`?",),
        path="layers.api.permissions",
    ),
    Diagnostic(WARNING, "two\nlines <b>", Span(SPEC, 0, len(SPEC.text))),
    Diagnostic(WARNING, "every resource", Span(PLANNED, 9, 12), path="aws_iam_policy.web.policy"),
    Diagnostic(ERROR, "no spec found", help=("`stackgrant init` makes one",)),
    Diagnostic(ERROR, "old spelling", severity=Severity.NOTE),
]


def test_sarif(snapshot):
    hidden = Diagnostic(WARNING, "known", Span(SPEC, 11, 17))
    text = sarif.render(FINDINGS, [(hidden, "inSource", "agreed")])
    snapshot("report.sarif", text)
    run = json.loads(text)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["SG203", "SG601"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "warning", "warning"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [item["level"] for item in invocation["toolExecutionNotifications"]] == ["error", "note"]
    assert run["results"][-1]["suppressions"] == [{"kind": "inSource", "justification": "agreed"}]
    assert len({result["partialFingerprints"][sarif.FINGERPRINT] for result in run["results"]}) == len(run["results"])
    planned = run["results"][2]["locations"][0]
    assert planned["physicalLocation"] == {"artifactLocation": {"uri": "plan.json"}}
    assert json.loads(sarif.render([]))["runs"][0]["results"] == []


def test_fingerprints_do_not_depend_on_lines():
    def of(text, path):
        source = SourceText("a.yaml", text)
        at = [index for index in range(len(text)) if text.startswith("x: 1", index)]
        return fingerprints([Diagnostic(ERROR, "m", Span(source, start, start + 1), path=path) for start in at])

    assert of("x: 1\n", "a[0].x") == of("# new\n\n   x: 1\n", "a[3].x") != of("x: 1\n", "b[0].x")
    assert len(set(of("x: 1\nx: 1\n", ""))) == 2
    assert of("x: 1\nx: 1\n", "")[0] == of("x: 1\n", "")[0]


def test_github():
    assert github.render(FINDINGS).split("\n") == [
        "::error file=stacks/my web.yaml,line=3,endLine=3,col=9,endColumn=19,title=SG203 unknown-key::unknown key "
        "`permisions`: 100 %25%0Aexpected: `apps` or `permissions`%0Anote: why%0Ahelp: did you mean `permissions`?",
        "::warning file=stacks/my web.yaml,line=1,endLine=4,title=SG601 wide-grant::two%0Alines <b>",
        "::warning file=plan.json,title=SG601 wide-grant::aws_iam_policy.web: every resource",
        "::error title=SG203 unknown-key::no spec found%0Ahelp: `stackgrant init` makes one",
        "::notice title=SG203 unknown-key::old spelling",
    ]


def test_junit():
    root = ET.fromstring(junit.render(FINDINGS))
    assert (root.get("tests"), root.get("failures")) == ("5", "4")
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["stacks/my web.yaml", "plan.json#aws_iam_policy.web", "stackgrant"]
    case = suites["stacks/my web.yaml"][0]
    assert case.get("name") == "SG203 unknown-key:3:9"
    assert case[0].tag == "failure"
    assert case[0].get("type") == "error"
    assert suites["stackgrant"][1][0].tag == "system-out"
    clean = ET.fromstring(junit.render([]))
    assert (clean.get("tests"), clean.get("failures"), clean[0][0].get("name")) == ("1", "0", "no findings")


def test_markdown():
    lines = markdown.render(FINDINGS, files=2).split("\n")
    assert lines[0] == "### stackgrant: 3 errors, 2 warnings in 2 files".replace("3 errors", "2 errors").replace(
        "2 warnings", "2 warnings, 1 note"
    )
    assert "| warning SG601 | `stacks/my web.yaml:1:1` | two lines &lt;b> |  |" in lines
    assert markdown.render([], files=1) == "### stackgrant: no findings in 1 file"
    assert "… and 50 more." in markdown.render(FINDINGS * 50, files=1)


def test_baseline():
    text = baseline.render(FINDINGS)
    known = baseline.parse(text)
    assert known is not None
    assert baseline.split(FINDINGS, known) == ([], FINDINGS, frozenset())
    new, old, gone = baseline.split([*FINDINGS[1:], FINDINGS[1]], known)
    assert (new, old, len(gone)) == ([FINDINGS[1]], FINDINGS[1:], 1)
    assert baseline.render(list(reversed(FINDINGS))) == text
    for wrong in ("", "[]", "{}", '{"stackgrant_baseline": 2, "findings": []}', '{"stackgrant_baseline": 1}', "null"):
        assert baseline.parse(wrong) is None
