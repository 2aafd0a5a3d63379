"""An ARN of another partition than the stack's: nothing of one partition is ever seen from another.

Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)" (partition).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compiler.aws.arn import parse_arn
from compiler.aws.global_keys import find_global_key
from compiler.aws.operators import parse_operator
from compiler.aws.reference import display
from compiler.aws.service_data import condition_key_type
from compiler.aws.statement import Condition, Statement
from compiler.checks.arn_faults import arn_fault
from compiler.checks.arn_fields import is_foreign
from compiler.checks.place import Place, place_of
from compiler.checks.spans import path_of, span_in, span_of
from compiler.checks.survey import survey
from compiler.diagnostics import Code, Diagnostic, Severity, Span
from compiler.ir.program import Program, Role, setting_origin

FOREIGN_PARTITION = Code(
    id="SG512",
    name="foreign-partition",
    severity=Severity.ERROR,
    what="Reports an ARN of another partition than the stack's: in resources, trust, conditions, boundaries and "
    "managed policies.",
    why='Partitions (`aws`, `aws-cn`, `aws-us-gov`) share nothing. IAM refuses the document: `Partition "aws-cn" is '
    "not valid for resource …`.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws-cn:s3:::shop-assets/*  # error: SG512
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
          Resource: arn:{{ stack.partition }}:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",),
)
CODES = (FOREIGN_PARTITION,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at every ARN that a stack's IAM resources hold."""
    found = survey(program)
    for site in found.suspects:
        for text in site.examination.foreign:
            yield _report(text, span_in(site.statement, text), path_of(site.statement), site.place)
    for stack, statement in found.typed:
        yield from _of_conditions(statement, place_of(stack))
    for stack in program.stacks:
        here = place_of(stack)
        for role in stack.roles:
            yield from _of_role(role, here)


def _of_role(role: Role, here: Place) -> Iterator[Diagnostic]:
    boundary = role.permissions_boundary
    if is_foreign(boundary, here):
        where = setting_origin(role, "permissions_boundary")
        yield _report(boundary, span_of(where, boundary), where.path, here)
    for policy in role.managed:
        if is_foreign(policy.arn, here):
            yield _report(policy.arn, span_of(policy.origin, policy.arn), policy.origin.path, here)
    for statement in role.trust:
        for kind, values in statement.principals:
            for text in values:
                if kind == "AWS" and is_foreign(text, here):
                    yield _report(text, span_in(statement, text), path_of(statement), here)
        if statement.conditions:
            yield from _of_conditions(statement, here)


def _of_conditions(statement: Statement, here: Place) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        for text in condition.values:
            if is_foreign(text, here) and _compares_arns(condition):
                yield _report(text, span_in(statement, text), path_of(statement), here)


def _compares_arns(condition: Condition) -> bool:
    """Whether a value is an ARN for IAM; the value of a tag, say, may be one for people only."""
    parsed = parse_operator(condition.operator)
    if parsed is None or parsed.operator.family != "String":
        return True
    known = find_global_key(condition.key)
    return (known.type if known else condition_key_type(condition.key) or "").endswith("ARN")


def _report(text: str, span: Span | None, path: str, here: Place) -> Diagnostic:
    arn = parse_arn(text)
    assert arn is not None
    moved = str(replace(arn, partition=here.partition))
    fault = arn_fault(moved, here)  # a region of the other partition goes with it
    return Diagnostic(
        FOREIGN_PARTITION,
        f"`{display(text)}` lies in partition `{arn.partition}`, the stack in `{here.partition}`",
        span,
        "nothing of this partition can be reached",
        help=(f"write `{display((fault and fault.corrected) or moved)}`",),
        path=path,
    )
