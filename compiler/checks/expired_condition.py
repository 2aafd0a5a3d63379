"""A condition on the time whose last moment has passed.

What `expires:` of a permission says is reported where it is written; this is about conditions in people's own words.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (date condition operators).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from compiler.aws.operators import parse_operator
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import literal
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import conditioned
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

_SPEC = """\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: sqs:SendMessage
          Resource: arn:aws:sqs:eu-west-1:123456789012:orders
          Condition: {DateLessThan: {aws:CurrentTime: '2020-01-01T00:00:00Z'}}  # warning: SG525
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""
EXPIRED_CONDITION = Code(
    id="SG525",
    name="expired-condition",
    severity=Severity.WARNING,
    what="Reports a condition that is met only before a moment which has passed.",
    why="The statement allows, or denies, nothing any more; whoever reads the policy believes that it does.",
    bad=_SPEC,
    good=_SPEC.replace("2020", "2099").replace("  # warning: SG525", ""),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ),
)
CODES = (EXPIRED_CONDITION,)
_CLOCKS = frozenset({"aws:currenttime", "aws:epochtime"})
_BEFORE = ("LessThan", "LessThanEquals")


def check(program: Program) -> Iterator[Diagnostic]:
    """Hold the conditions on the time against the clock."""
    told = Told()
    now = dt.datetime.now(dt.UTC)
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, expired(statement, now))


def expired(statement: Statement, now: dt.datetime) -> Iterator[Diagnostic]:
    """The conditions of a statement that are not met any more at a moment."""
    for condition in statement.conditions:
        last = _last_moment(condition)
        if last is None or last[0] >= now:
            continue
        span = span_in(statement, last[1])
        if span is None or last[1] not in span.text:
            continue  # made of `expires:`, where it has been reported
        yield Diagnostic(
            EXPIRED_CONDITION,
            f"this statement {'allows' if statement.effect == 'Allow' else 'denies'} nothing since {last[0]:%Y-%m-%d}",
            span,
            "has passed",
            help=("take the statement away, or give it a later day",),
            path=path_of(statement),
        )


def _last_moment(condition: Condition) -> tuple[dt.datetime, str] | None:
    """The moment until which a condition is met, with its text; None when there is none, or it is not known."""
    parsed = parse_operator(condition.operator)
    if parsed is None or condition.key.lower() not in _CLOCKS or parsed.quantifier:
        return None
    family, name = parsed.operator.family, parsed.operator.name
    if family not in ("Date", "Numeric") or name.removeprefix(family) not in _BEFORE:
        return None
    moments = [(_moment(value), value) for value in literal(condition)]
    known = [(moment, value) for moment, value in moments if moment is not None]
    return max(known) if known and len(known) == len(condition.values) else None


def _moment(value: str) -> dt.datetime | None:
    try:
        if value.isascii() and value.isdigit() and len(value) != 4:
            return dt.datetime.fromtimestamp(int(value), dt.UTC)
        found = dt.datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
