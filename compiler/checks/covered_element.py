"""An action, a resource or a value that another one of the same statement covers.

Source: IAM User Guide, "IAM JSON policy elements: Action" and "Resource" (wildcards).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.aws.operators import parse_operator
from compiler.aws.pattern import arn_covers, covers
from compiler.aws.reference import display
from compiler.aws.statement import Statement
from compiler.checks.covering import action_covers
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.diagnostics.repair import DropWords
from compiler.ir.program import Program

COVERED_ELEMENT = Code(
    id="SG707",
    name="covered-element",
    severity=Severity.NOTE,
    what="Reports an action, a resource or a value of a condition that another one beside it covers.",
    why="It changes nothing, and whoever takes the other one away later will wonder which was meant: the narrow one or "
    "the wide one.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource:
            - arn:aws:s3:::shop-assets/*
            - arn:aws:s3:::shop-assets/public/*  # note: SG707
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/public/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    ),
)
CODES = (COVERED_ELEMENT,)
_Covers = Callable[[str, str], bool]


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the statements that people wrote out."""
    found = survey(program)
    told = Told()
    # What is wrong with a statement comes first: put right, it may be tidy.
    wrong = {site.statement.origins for site in found.suspects}
    for stack, policy in found.own:
        for statement in policy.statements:
            if statement.source in WRITTEN_OUT and statement.origins not in wrong:
                yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for element, texts, by in _lists(statement):
        if len(texts) > 1:
            yield from _covered(statement, element, texts, by)


def _lists(statement: Statement) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], _Covers]]:
    yield ("Action",), statement.actions, action_covers
    yield ("NotAction",), statement.not_actions, action_covers
    yield ("Resource",), statement.resources, arn_covers
    yield ("NotResource",), statement.not_resources, arn_covers
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        if parsed is not None and parsed.operator.like:
            element = ("Condition", condition.operator, condition.key)
            yield element, condition.values, arn_covers if parsed.operator.family == "Arn" else covers


def _covered(
    statement: Statement, element: tuple[str, ...], texts: tuple[str, ...], by: _Covers
) -> Iterator[Diagnostic]:
    wide = [text for text in texts if "*" in text or "?" in text]
    for text in texts if wide else ():
        other = next((item for item in wide if item != text and by(item, text)), None)
        # A bucket and its objects are written as a pair, also where a wildcard of the one reaches the other.
        if other is not None and text == f"{other}/*":
            continue
        # Of two that cover one another (`s3:Get*` in other capitals) the second is told.
        if other is not None and not (by(text, other) and text < other):
            span = span_in(statement, text)
            # Which of two was meant is for a person to say, unless they say the same.
            same = by(text, other) and bool(statement.origins)
            yield Diagnostic(
                COVERED_ELEMENT,
                f"`{display(other)}` covers `{display(text)}`",
                span,
                "changes nothing",
                also("covered by this", span_in(statement, other), unlike=span),
                help=(f"leave out `{display(text)}`, or `{display(other)}` when the narrow one is meant",),
                path=path_of(statement),
                repair=DropWords(statement.origins[0].span, element, (text,)) if same else None,
            )
