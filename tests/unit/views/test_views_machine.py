"""The formats that programs read: concise lines and JSON."""

from __future__ import annotations

import json

from compiler.diagnostics import Code, Diagnostic, Severity, SourceText, Span
from compiler.views import concise, json_report

ERROR = Code("SG203", "unknown-key", Severity.ERROR, "What.", "Why.", "", "")
WARNING = Code("SG601", "wide-grant", Severity.WARNING, "What.", "Why.", "", "")
SPEC = SourceText("stacks/web.yaml", "version: 1\nlayers:\n  api: {permisions: []}\n")
START = SPEC.text.index("permisions")
FINDINGS = [
    Diagnostic(
        ERROR,
        "unknown key `permisions`",
        Span(SPEC, START, START + 10),
        "not a key",
        expected="`apps` or `permissions`",
        notes=("why",),
        help=("did you mean `permissions`?", "or leave it out"),
        path="layers.api.permisions",
    ),
    Diagnostic(WARNING, "two\nlines", Span(SPEC, 0, len(SPEC.text))),
    Diagnostic(ERROR, "no spec found", help=("`stackgrant init` makes one",)),
    Diagnostic(ERROR, "old spelling", severity=Severity.NOTE),
]


def test_concise():
    assert concise.render(FINDINGS).split("\n") == [
        "stacks/web.yaml:3:9: error[SG203] unknown key `permisions`",
        "stacks/web.yaml:1:1: warning[SG601] two lines",
        "error[SG203] no spec found",
        "note[SG203] old spelling",
    ]
    assert concise.render([]) == ""


def test_json(snapshot):
    text = json_report.render(FINDINGS)
    snapshot("report.json", text)
    report = json.loads(text)
    assert report["summary"] == {"errors": 2, "warnings": 1, "notes": 1}


def test_json_of_nothing_has_all_keys():
    assert json.loads(json_report.render([])) == {
        "format_version": 1,
        "findings": [],
        "summary": {"errors": 0, "warnings": 0, "notes": 0},
    }


def test_every_finding_has_the_same_keys():
    findings = json.loads(json_report.render(FINDINGS))["findings"]
    keys = ["code", "name", "severity", "message", "file", "line", "column", "end_line", "end_column", "path", "help"]
    assert [list(finding) for finding in findings] == [keys] * len(FINDINGS)
    assert findings[2]["file"] is findings[2]["line"] is findings[2]["end_column"] is findings[2]["path"] is None
