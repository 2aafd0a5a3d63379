"""A wildcard under an operator that takes it for the character that it is.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators": only ``StringLike`` and the ARN operators have
wildcards in their values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.operators import OPERATORS, parse_operator
from compiler.aws.pattern import has_wildcard
from compiler.aws.reference import display
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import key_facts
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import conditioned
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

EXACT_WILDCARD = Code(
    id="SG515",
    name="wildcard-without-like",
    severity=Severity.ERROR,
    what="Reports `*` or `?` in a value under `StringEquals` and the other operators that compare letter by letter.",
    why="They are no wildcards there, so the value matches only what holds an asterisk itself. Where the key may hold "
    "one (an S3 prefix, a tag) this is a warning.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: kms:Decrypt
          Resource: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
          Condition: {StringEquals: {kms:ViaService: s3.*.amazonaws.com}}  # error: SG515
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
          Action: kms:Decrypt
          Resource: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
          Condition: {StringLike: {kms:ViaService: s3.*.amazonaws.com}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ),
)
CODES = (EXACT_WILDCARD,)
# Keys whose values have neither `*` nor `?`: ids, names of services, regions and accounts. Prefixes, tags, e-mail
# addresses, referers and the like may have them.
_NEVER = re.compile(
    r"aws:(?:source|principal|resource|vpce|ec2instancesource)(?:vpce?|account|orgid|orgpaths|arn|type|vpcarn)"
    r"|aws:(?:requestedregion|calledvia(?:first|last)?|principalservicename(?:slist)?|sourceidentity|username|userid)"
    r"|(?:[a-z0-9-]+:)(?:vpc|viaservice|passedtoservice|awsservicename|region|resourceaccount|calleraccount)"
)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look for wildcards in values that are compared letter by letter."""
    told = Told()
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        if parsed is not None and parsed.operator.family == "String" and not parsed.operator.like:
            for value in condition.values:
                if has_wildcard(value):
                    yield _report(statement, condition, value)


def _report(statement: Statement, condition: Condition, value: str) -> Diagnostic:
    certain = _NEVER.fullmatch(condition.key.lower()) is not None or key_facts(condition.key).type in ("Arn", "Bool")
    like = condition.operator.replace("EqualsIgnoreCase", "Equals").replace("Equals", "Like")
    assert like.rpartition(":")[2].removesuffix("IfExists") in OPERATORS
    return Diagnostic(
        EXACT_WILDCARD,
        f"`{condition.operator}` takes the wildcard in `{display(value)}` for the character itself",
        span_in(statement, value, condition.key),
        f"never a value of `{condition.key}`" if certain else "matches this very text only",
        notes=() if certain else ("confidence: high",),
        help=(f"write `{like}`",),
        path=path_of(statement),
        severity=None if certain else Severity.WARNING,
    )
