"""The screens around the findings: summary, explain, the report of a compile."""

from __future__ import annotations

import re

import pytest

from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.views import compile_report, explain, summary
from compiler.views.compile_report import CompileReport

ERROR = Code("SG203", "unknown-key", Severity.ERROR, "What.", "Why.", "", "")
WARNING = Code("SG601", "wide-grant", Severity.WARNING, "What.", "Why.", "", "")
NOTE = Code("SG701", "unused-app", Severity.NOTE, "What.", "Why.", "", "")
PAGE = Code(
    "SG402",
    "role-name-too-long",
    Severity.ERROR,
    "Reports a role whose final name, after the naming template was applied, has more than 64 characters.",
    "AWS rejects it when applying, after other resources exist.",
    "version: 1\nstacks:\n  a-name-that-is-far-too-long: # error: SG402\n\n    region: eu-west-1\n",
    "version: 1\nstacks:\n  short:\n\n    region: eu-west-1\n",
    (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        'IAM User Guide, "IAM and AWS STS quotas"',
    ),
)


def findings(*codes):
    return [Diagnostic(code, "m") for code in codes]


@pytest.mark.parametrize(
    ("codes", "files", "lines"),
    [
        ((), 1, ["no findings in 1 file"]),
        ((), 4, ["no findings in 4 files"]),
        ((ERROR,), 1, ["1 error in 1 file", "run `stackgrant explain SG203` to learn more about a code"]),
        (
            (NOTE, WARNING, ERROR, ERROR),
            2000,
            [
                "2 errors, 1 warning, 1 note in 2,000 files",
                "run `stackgrant explain SG203` to learn more about a code",
            ],
        ),
    ],
)
def test_summary(codes, files, lines):
    assert summary.render(findings(*codes), files=files).split("\n") == lines


def test_summary_in_colour():
    screen = summary.render(findings(ERROR, WARNING), files=1, color=True)
    assert "\x1b[1;31m1 error\x1b[0m, \x1b[1;33m1 warning\x1b[0m in 1 file" in screen


@pytest.mark.parametrize("width", [50, 80, 200])
def test_explain(width, snapshot):
    snapshot(f"explain_{width}.txt", explain.render(PAGE, color=False, width=width))


def test_explain_without_example():
    assert explain.render(NOTE, color=False, width=60).split("\n") == [
        "SG701 unused-app" + " " * 40 + "note",
        "",
        "What it does   What.",
        "Why            Why.",
    ]


def test_explain_colours_change_nothing_else():
    coloured = explain.render(PAGE, color=True, width=80)
    assert coloured != explain.render(PAGE, color=False, width=80)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == explain.render(PAGE, color=False, width=80)


def test_explain_as_markdown(snapshot):
    snapshot("explain.md", explain.render_markdown(PAGE) + "\n" + explain.render_markdown(NOTE, level=3))


def test_list_of_codes():
    assert explain.render_list([WARNING, NOTE, ERROR], color=False).split("\n") == [
        "SG203  error    unknown-key",
        "SG601  warning  wide-grant",
        "SG701  note     unused-app",
    ]


FOLDER = tuple(f"build/shop/app-{number}.tf.json" for number in range(41))


@pytest.mark.parametrize(
    ("report", "lines"),
    [
        (
            CompileReport(("b/web.tf.json", "b/a.tf.json"), ("b/c.tf.json",), ("b/old.tf.json",), False, 3, 1, 7),
            [
                "wrote b/a.tf.json",
                "wrote b/web.tf.json",
                "pruned b/old.tf.json",
                "3 files changed, 1 unchanged: 3 roles, 1 instance profile, 7 policies",
            ],
        ),
        (
            CompileReport(("b/a.tf.json",), (), ("b/old.tf.json",), check=True, roles=1, profiles=2, policies=1),
            [
                "would write b/a.tf.json",
                "would prune b/old.tf.json",
                "2 files would change: 1 role, 2 instance profiles, 1 policy",
            ],
        ),
        (CompileReport(unchanged=("a", "b")), ["2 files unchanged: 0 roles, 0 instance profiles, 0 policies"]),
        (CompileReport(check=True), ["0 files unchanged: 0 roles, 0 instance profiles, 0 policies"]),
        (
            CompileReport((*FOLDER, "build/x.tf.json"), roles=1, profiles=1, policies=41),
            [
                "wrote build/ (1 file)",
                "wrote build/shop/ (41 files)",
                "42 files changed: 1 role, 1 instance profile, 41 policies",
            ],
        ),
    ],
)
def test_compile_report(report, lines):
    assert compile_report.render(report).split("\n") == lines
    assert report.changed == bool(report.wrote or report.pruned)


def test_compile_report_of_a_fleet_is_short():
    report = CompileReport(tuple(f"build/stack-{n:03}/{f}.tf.json" for n in range(100) for f in ("a", "b")))
    lines = compile_report.render(report).split("\n")
    assert len(lines) == 42
    assert lines[39:41] == ["wrote build/stack-039/ (2 files)", "wrote 120 files in 60 more folders"]


def test_compile_report_verbose():
    report = CompileReport(("a",), ("c", "b"))
    assert compile_report.render(report, verbose=True).split("\n")[:3] == ["wrote a", "unchanged b", "unchanged c"]
