"""Mistyped words are put right; whatever a person has to decide is left alone."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Code, Diagnostic, Severity, SourceText, Span, Suggestion
from compiler.diagnostics.fix import Edit, edit_for, fixed

CODE = Code("SG999", "test", Severity.ERROR, "", "", "", "")


def finding(text: str, piece: str, *help_lines: str) -> Diagnostic:
    source = SourceText("spec.yaml", text)
    start = text.index(piece)
    return Diagnostic(CODE, "wrong", Span(source, start, start + len(piece)), help=help_lines)


@pytest.mark.parametrize(
    ("text", "piece", "word", "expected"),
    [
        ("permisions: []", "permisions", "permissions", "permissions: []"),
        ("Action: 's3:GetObjct'", "'s3:GetObjct'", "s3:GetObject", "Action: 's3:GetObject'"),
        ('a: "sqss"', '"sqss"', "sqs", 'a: "sqs"'),
        ("Action: s3:GetObjct", "s3:GetObjct", "s3:GetObject", "Action: s3:GetObject"),
    ],
)
def test_a_slip_is_replaced(text: str, piece: str, word: str, expected: str) -> None:
    diagnostic = finding(text, piece, Suggestion(word))
    edit = edit_for(diagnostic)
    assert edit is not None
    assert fixed(edit.span.source, [edit]) == expected


@pytest.mark.parametrize(
    ("piece", "help_lines"),
    [
        ("permisions", ()),
        ("permisions", ("write `permissions`",)),
        ("permisions", (Suggestion("permissions"), Suggestion("persimmons"))),
        ("permisions", (Suggestion("something-else"),)),
        ("permisions: {{ x }}", (Suggestion("permissions: {{ x }}"),)),
    ],
)
def test_what_is_not_certain_is_left_alone(piece: str, help_lines: tuple[str, ...]) -> None:
    assert edit_for(finding("permisions: {{ x }}", piece, *help_lines)) is None


def test_edits_are_made_in_their_order_and_once() -> None:
    source = SourceText("spec.yaml", "aa bb cc")
    edits = [Edit(Span(source, 6, 8), "z"), Edit(Span(source, 0, 2), "x"), Edit(Span(source, 0, 2), "x")]
    other = Edit(Span(SourceText("other.yaml", "aa"), 0, 2), "no")
    assert fixed(source, [*edits, other]) == "x bb z"
    assert fixed(source, [Edit(Span(source, 0, 5), "x"), Edit(Span(source, 3, 5), "y")]) == "x cc"


def test_a_suggestion_is_a_line_of_help() -> None:
    assert Suggestion("apps") == "did you mean `apps`?"
    assert Suggestion("apps").word == "apps"
