"""Conditions of one statement that no request meets together, since they ask opposite things of one key.

Whether they do is found by trying: the values that one condition lists, or the numbers and dates around the bounds, are
put to all the others. Only what is known now is judged, and only keys with one value.

Source: IAM User Guide, "Conditions with multiple context keys or values" (all operators and keys have to be met).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from compiler.aws.operators import ParsedOperator, parse_operator, true_when_absent
from compiler.aws.pattern import matches
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import key_facts, literal
from compiler.checks.condition_values import wrong_values
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import survey
from compiler.checks.told import Told
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

CONTRADICTION = Code(
    id="SG522",
    name="contradictory-conditions",
    severity=Severity.ERROR,
    what="Reports conditions on one key that no request meets together: a value that one demands and another excludes, "
    "a lower bound above the upper one, a value of a key that has to be absent.",
    why="All conditions of a statement have to be met, so the statement never applies.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition:
            StringEquals: {aws:PrincipalTag/team: web}  # error: SG522
            StringNotLike: {aws:PrincipalTag/team: w*}
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
          Resource: arn:aws:s3:::shop-assets/*
          Condition:
            StringLike: {aws:PrincipalTag/team: w*}
            StringNotEquals: {aws:PrincipalTag/team: web}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html",
    ),
)
CODES = (CONTRADICTION,)
_Asked = tuple[Condition, ParsedOperator]
# Bounds are tried themselves and a little to both sides.
_STEP = 1e-3


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the statements that name a key under several operators."""
    found = survey(program)
    dead = {site.statement.origins for site in found.suspects if site.examination.is_dead}
    told = Told()
    trusts = ((stack, item) for stack in program.stacks for role in stack.roles for item in role.trust)
    for stack, statement in (*found.paired, *(pair for pair in trusts if len(pair[1].conditions) > 1)):
        if not statement.origins or statement.origins not in dead:
            yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    by_key: dict[str, list[_Asked]] = {}
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        if parsed is not None and not parsed.quantifier and not key_facts(condition.key).multivalued:
            by_key.setdefault(condition.key.lower(), []).append((condition, parsed))
    for asked in by_key.values():
        if len(asked) > 1 and all(map(_is_known, asked)) and contradict(asked):
            yield _report(statement, [condition for condition, _ in asked])


def _is_known(asked: _Asked) -> bool:
    condition, _ = asked
    return 0 < len(condition.values) == len(tuple(literal(condition))) and not wrong_values(condition)


def contradict(asked: Iterable[_Asked]) -> bool:
    """Whether neither a request without the key nor one with any value of it meets all conditions on a key."""
    asked = tuple(asked)
    if all(true_when_absent(parsed, condition.values) for condition, parsed in asked):
        return False
    nulls = [item for item in asked if item[1].operator.family == "Null"]
    others = [item for item in asked if item not in nulls]
    if any("false" not in map(str.lower, condition.values) for condition, _ in nulls):
        # Whether an empty text counts as absent is not said.
        return not all(
            parsed.operator.family == "String" and _takes_text((item, parsed), "") for item, parsed in others
        )
    families = {parsed.operator.family for _, parsed in others}
    if len(families) != 1:
        return False
    family = families.pop()
    if family == "String":
        return _no_text(others)
    if family == "Bool":
        every = [{value.lower() for value in condition.values} for condition, _ in others]
        return not set.intersection(*every)
    return family in ("Numeric", "Date") and _no_number(others)


def _no_text(asked: list[_Asked]) -> bool:
    listing = next((item for item in asked if not item[1].operator.negated and not item[1].operator.like), None)
    if listing is None:
        return False
    folding = listing[1].operator.name.endswith("IgnoreCase")
    others = [item for item in asked if item is not listing]
    if folding and not all(parsed.operator.name.endswith("IgnoreCase") for _, parsed in others):
        return False  # which of its spellings the others take is not tried
    return not any(all(_takes_text(other, value) for other in others) for value in listing[0].values)


def _takes_text(asked: _Asked, value: str) -> bool:
    condition, parsed = asked
    if parsed.operator.like:
        met = any(matches(pattern, value) for pattern in condition.values)
    elif parsed.operator.name.endswith("IgnoreCase"):
        met = value.lower() in map(str.lower, condition.values)
    else:
        met = value in condition.values
    return met is not parsed.operator.negated


def _no_number(asked: list[_Asked]) -> bool:
    bounds = [number for condition, _ in asked for number in map(_number, condition.values)]
    if None in bounds:
        return False
    tried = [number + step for number in bounds if number is not None for step in (-_STEP, 0.0, _STEP)]
    return not any(all(_takes_number(item, number) for item in asked) for number in tried)


def _takes_number(asked: _Asked, number: float) -> bool:
    condition, parsed = asked
    name = parsed.operator.name.removeprefix(parsed.operator.family)
    met = any(_compare(name, number, value) for value in map(_number, condition.values) if value is not None)
    return met is not parsed.operator.negated


def _compare(name: str, number: float, value: float) -> bool:
    if name == "LessThan":
        return number < value
    if name == "LessThanEquals":
        return number <= value
    if name == "GreaterThan":
        return number > value
    if name == "GreaterThanEquals":
        return number >= value
    return number == value  # `NotEquals` is this, negated


def _number(value: str) -> float | None:
    """A number, or the seconds of a date with a time zone or without any time; other forms are not read."""
    try:
        return float(value)
    except ValueError:
        pass
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp()


def _report(statement: Statement, conditions: list[Condition]) -> Diagnostic:
    first, *others = conditions
    operators = listed(condition.operator for condition in conditions)
    span = span_in(statement, first.operator, first.key)
    return Diagnostic(
        CONTRADICTION,
        f"no request meets {operators} of `{first.key}` together",
        span,
        "never allows anything" if statement.effect == "Allow" else "never denies anything",
        also("and this", *(span_in(statement, other.operator) for other in others), unlike=span),
        help=("leave one of them out, or make two statements of them",),
        path=path_of(statement),
    )
