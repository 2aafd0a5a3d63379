"""Positions, the sink, and did-you-mean."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import (
    Code,
    Diagnostic,
    Diagnostics,
    Severity,
    SourceText,
    Span,
    closest,
    did_you_mean,
    one_of,
)

ERROR = Code("SG999", "for-tests", Severity.ERROR, "What.", "Why.", "", "")
NOTE = Code("SG998", "for-tests-too", Severity.NOTE, "What.", "Why.", "", "")


@pytest.mark.parametrize(
    ("text", "needle", "start"),
    [
        ("Action: s3:GetObjectVersion s3:GetObject", "s3:GetObject", 28),
        ("iam:PassedToService: ec2", "iam:PassedToService", 0),
        ("x: [a-b, a]", "a", 9),
        ("s3:prefix:", "s3:prefix", 0),
        ("arn:aws:s3:::a/b arn:aws:s3:::a", "arn:aws:s3:::a", 17),
        ("my_bucket bucket", "bucket", 10),
        ("nothing here", "there", None),
        ("anything", "", None),
    ],
)
def test_find_takes_whole_words(text: str, needle: str, start: int | None) -> None:
    whole = Span(SourceText("x", text), 0, len(text))
    found = whole.find(needle)
    assert (found.start if found != whole else None) == start
    if start is not None:
        assert found.text == needle


@given(st.text(alphabet="ab:*/.- _\n", max_size=30), st.text(alphabet="ab:", min_size=1, max_size=3))
def test_find_agrees_with_a_pattern(text: str, needle: str) -> None:
    pattern = re.compile(rf"(?<![\w:*/.-]){re.escape(needle)}(?![\w*/.-]|:\S)")
    match = pattern.search(text)
    whole = Span(SourceText("x", text), 0, len(text))
    assert whole.find(needle) == (Span(whole.source, *match.span()) if match else whole)


@given(st.text(alphabet="ab\né", max_size=40), st.integers(0, 40))
def test_positions(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    line, column = SourceText("x", text).position(offset)
    assert (line, column) == (text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1)
    assert SourceText("x", text).line(line) == text.split("\n")[line - 1]


def test_findings_are_sorted_and_kept_once() -> None:
    source = SourceText("b.yaml", "one two")
    first, second = Span(source, 0, 3), Span(source, 4, 7)
    sink = Diagnostics()
    sink.extend(
        [Diagnostic(NOTE, "later", second), Diagnostic(ERROR, "sooner", first), Diagnostic(NOTE, "later", second)]
    )
    assert [item.message for item in sink.sorted()] == ["sooner", "later"]
    assert sink.has_errors
    assert not Diagnostics([Diagnostic(NOTE, "only")]).has_errors
    assert Diagnostic(ERROR, "milder", severity=Severity.WARNING).level is Severity.WARNING


def test_suggestions() -> None:
    assert closest("permisions", ["apps", "permissions"]) == "permissions"
    assert closest("EFFECT", ["Effect", "Action"]) == "Effect"
    assert closest("zzz", ["apps"]) is None
    assert closest("aa", ["ab", "ac"]) is None
    assert closest("name", ["nameb", "namee", "named", "namec"]) == "nameb"  # all are equally near
    assert did_you_mean("reed", ["read", "list"]) == ("did you mean `read`?",)
    assert did_you_mean("qqq", ["read"]) == ()
    assert one_of(["b", "a", "c"]) == "`a`, `b` or `c`"
    assert one_of([str(number) for number in range(12)], "11").endswith(" and 9 others")
    assert one_of([str(number) for number in range(10, 22)]) == "`10`, `11`, `12` and 9 others"
