"""An action, a resource or a value that another one of the same statement covers.

Source: IAM User Guide, "IAM JSON policy elements: Action" and "Resource" (wildcards).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from compiler.aws.operators import parse_operator
from compiler.aws.pattern import arn_covers, covers
from compiler.aws.reference import display
from compiler.aws.statement import Statement
from compiler.checks.covering import action_covers
from compiler.checks.resource_kinds import kinds_of
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, survey
from compiler.checks.told import Told
from compiler.checks.wording import listed
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
_SHOWN = 4
_WILD = re.compile(r"[*?$]")


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
    # What stands before the first wildcard, everything begins with that is covered: most pairs are told apart by it.
    wide = [(text, _WILD.split(text, maxsplit=1)[0].lower()) for text in texts if "*" in text or "?" in text]
    found: dict[tuple[str, bool], list[str]] = {}
    for text in texts if wide else ():
        lower = text.lower()
        covering = (item for item, start in wide if lower.startswith(start) and item != text and by(item, text))
        other = next(covering, None)
        # Of two that cover one another (`s3:Get*` in other capitals) the second is told.
        if other is None or (by(text, other) and text < other) or (by is arn_covers and _is_of_its_own(other, text)):
            continue
        found.setdefault((other, by(text, other)), []).append(text)
    for (other, same), covered in found.items():
        yield _report(statement, element, other, covered, same=same)


def _is_of_its_own(other: str, text: str) -> bool:
    """Whether two resources are of different kinds: a bucket and its objects, a table and its indexes.

    They are written as a pair, also where a wildcard of the one happens to reach the other.
    """
    if text == f"{other}/*" or text.startswith(f"{other}:"):
        return True
    kinds, others = kinds_of(text), kinds_of(other)
    return bool(kinds and others) and kinds.isdisjoint(others)


def _report(
    statement: Statement, element: tuple[str, ...], other: str, covered: list[str], *, same: bool
) -> Diagnostic:
    texts = listed(map(display, covered))
    first, *others = (span_in(statement, text) for text in covered)
    return Diagnostic(
        COVERED_ELEMENT,
        f"`{display(other)}` covers {texts}",
        first,
        "changes nothing",
        (
            *also("covered by this", span_in(statement, other), unlike=first),
            *also("nor does this", *others[:_SHOWN], unlike=first),
        ),
        help=(f"leave out {texts}, or `{display(other)}` when the narrow {'ones are' if others else 'one is'} meant",),
        path=path_of(statement),
        # Which of two was meant is for a person to say, unless they say the same.
        repair=DropWords(statement.origins[0].span, element, tuple(covered)) if same and statement.origins else None,
    )
