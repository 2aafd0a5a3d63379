"""A condition, or a value of one, that decides nothing.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
keys"; what Access Analyzer suggests about policies (NULL_WITH_QUALIFIER, REDUNDANT_CONDITION_VALUE_NUM and others).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.global_keys import find_global_key
from compiler.aws.operators import ParsedOperator, parse_operator
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import literal
from compiler.checks.source_address import lies_in, network
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, conditioned
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.diagnostics.repair import DropWords, Repair
from compiler.ir.program import Program

IDLE_CONDITION = Code(
    id="SG705",
    name="idle-condition",
    severity=Severity.NOTE,
    what="Reports `true` and `false` side by side, `Null` under a set operator, and `*` or `0.0.0.0/0` where "
    "every request has a value (all of them warnings); several numbers or dates under one `LessThan` or `GreaterThan`, "
    "and a block of addresses that lies in another one.",
    why="Such a condition is met by every request that has the key, or only one of its values ever decides. Whoever "
    "reads it will believe that it does more.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition: {Bool: {aws:SecureTransport: ['true', 'false']}}  # warning: SG705
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
          Condition: {Bool: {aws:SecureTransport: 'true'}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ),
)
CODES = (IDLE_CONDITION,)
_NUMBER = re.compile(r"[0-9]{1,15}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the conditions that people wrote."""
    told = Told()
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    if statement.source in WRITTEN_OUT or statement.principals:
        for condition in statement.conditions:
            parsed = parse_operator(condition.operator)
            if parsed is not None:
                yield from _of_condition(statement, condition, parsed)


def _of_condition(statement: Statement, condition: Condition, parsed: ParsedOperator) -> Iterator[Diagnostic]:
    name, values = parsed.operator.name, condition.values
    if name == "Null" and parsed.quantifier:
        yield _report(
            statement, condition.operator, f"`{condition.operator}` asks nothing: `Null` does not look at values",
            "always met" if parsed.quantifier == "ForAllValues" else "never met", "write `Null`", Severity.WARNING,
        )  # fmt: skip
    elif name in ("Null", "Bool") and {value.lower() for value in values} == {"true", "false"}:
        yield _report(
            statement, condition.key, f"`{condition.key}` may be both `true` and `false`",
            "decides nothing", "keep the one that is meant", Severity.WARNING,
        )  # fmt: skip
    elif parsed.operator.family == "IpAddress":
        yield from _of_blocks(statement, condition, parsed)
    elif parsed.operator.like and "*" in values and not parsed.quantifier and _is_always_there(condition.key):
        negated = parsed.operator.negated
        yield _report(
            statement, condition.key, f"`*` is {'never unlike' if negated else 'like'} any `{condition.key}`",
            "never met" if negated else "met by every request", "name the values that are meant", Severity.WARNING,
        )  # fmt: skip
    elif "Than" in name and len(values) > 1:
        which = "largest" if "Less" in name else "smallest"
        yield _report(
            statement, condition.key, f"of several values under `{condition.operator}` only the {which} decides",
            f"{len(values)} values", f"keep the {which}", repair=_decided(statement, condition, which),
        )  # fmt: skip


def _is_always_there(key: str) -> bool:
    found = find_global_key(key)
    return found is not None and found.ec2_role_presence == "always"


def _of_blocks(statement: Statement, condition: Condition, parsed: ParsedOperator) -> Iterator[Diagnostic]:
    """Blocks of all addresses, and those that lie in another one."""
    blocks = {value: block for value in literal(condition) if (block := network(value)) is not None}
    whole = next((value for value, block in blocks.items() if block.prefixlen == 0), "")
    if whole:
        kind = f"IPv{blocks[whole].version}"
        label = f"{'not met' if parsed.operator.negated else 'met'} by any {kind} request"
        yield _report(
            statement, whole, f"`{whole}` is every {kind} address", label, "name the blocks that are meant",
            Severity.WARNING,
        )  # fmt: skip
    for value, block in blocks.items():
        wider = next((other for other, outer in blocks.items() if outer != block and lies_in(block, outer)), "")
        if wider and not whole:
            element = ("Condition", condition.operator, condition.key)
            repair = DropWords(statement.origins[0].span, element, (value,)) if statement.origins else None
            yield _report(
                statement, value, f"`{value}` lies in `{wider}`", "decides nothing", "leave it out", repair=repair
            )


def _decided(statement: Statement, condition: Condition, which: str) -> Repair | None:
    """The values that decide nothing go, where all are plain numbers or moments written alike."""
    values = condition.values
    if all(_NUMBER.fullmatch(value) for value in values):
        ranked = sorted(values, key=float)
    elif all(_MOMENT.fullmatch(value) for value in values):
        ranked = sorted(values)
    else:
        return None
    idle = tuple(ranked[:-1] if which == "largest" else ranked[1:])
    element = ("Condition", condition.operator, condition.key)
    return DropWords(statement.origins[0].span, element, idle) if statement.origins else None


def _report(
    statement: Statement,
    needle: str,
    message: str,
    label: str,
    hint: str,
    severity: Severity | None = None,
    repair: Repair | None = None,
) -> Diagnostic:
    return Diagnostic(
        IDLE_CONDITION,
        message,
        span_in(statement, needle),
        label,
        help=(hint,),
        path=path_of(statement),
        severity=severity,
        repair=repair,
    )
