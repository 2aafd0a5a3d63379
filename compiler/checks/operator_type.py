"""An operator that compares another kind of thing than the condition key holds.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "AWS global condition context keys" (the
data type of each key); Service Authorization Reference (the types of the services' keys).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.operators import Family, parse_operator
from compiler.aws.service_data import data_version
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import KeyFacts, key_facts
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import conditioned
from compiler.checks.told import Told
from compiler.checks.wording import with_article
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

OPERATOR_TYPE = Code(
    id="SG514",
    name="operator-type",
    severity=Severity.ERROR,
    what="Reports an operator that does not fit what its condition key holds, such as `IpAddress` for the id of a VPC.",
    why="IAM accepts it. A value that the operator cannot read never matches, so an Allow with the condition allows "
    "nothing, and a negated condition is met by every request.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition: {IpAddress: {aws:SourceVpc: 10.0.0.0/16}}  # error: SG514
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
          Condition: {StringEquals: {aws:SourceVpc: vpc-0a1b2c3d4e5f60718}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ),
)
CODES = (OPERATOR_TYPE,)
# What each operator can read besides what it is named after: words compare with anything that is written in words.
_ALSO: dict[Family, frozenset[str]] = {
    "String": frozenset({"Arn", "Bool"}),
    "Arn": frozenset({"String"}),
    # `aws:EpochTime` is a date that is a number.
    "Numeric": frozenset({"Date"}),
    "Date": frozenset({"Numeric"}),
}
# Pairs where something may match after all: a text may be a number, a date is compared letter by letter.
_PERHAPS = frozenset({("Numeric", "String"), ("String", "Numeric"), ("String", "Date"), ("String", "IpAddress")})
# Texts of a service that are neither numbers nor dates nor addresses, whatever they look like.
_TEXTS = frozenset({"s3:prefix", "s3:delimiter", "s3:x-amz-acl", "kms:viaservice", "ec2:instancetype"})
_WORDS = {
    "String": "text",
    "Numeric": "number",
    "Date": "date",
    "Bool": "Boolean",
    "Binary": "binary value",
    "IpAddress": "IP address",
    "Arn": "ARN",
}
_OPERATORS = {
    "String": "StringEquals",
    "Numeric": "NumericLessThanEquals",
    "Date": "DateLessThan",
    "Bool": "Bool",
    "IpAddress": "IpAddress",
    "Arn": "ArnLike",
}


def check(program: Program) -> Iterator[Diagnostic]:
    """Hold the operator of each condition against the type of its key."""
    told = Told()
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        facts = key_facts(condition.key)
        if parsed is None or not facts.type or parsed.operator.family == "Null":
            continue
        family = parsed.operator.family
        fits = family == facts.type or facts.type in _ALSO.get(family, ())
        if not fits and (condition.key.lower() in _TEXTS or not _may_hold(facts)):
            yield _report(statement, condition, family, facts)


def _may_hold(facts: KeyFacts) -> bool:
    """Whether the key is a tag, or a service's text, which may be written like anything."""
    return facts.type == "String" and (facts.tagged or not facts.by_hand)


def _report(statement: Statement, condition: Condition, family: Family, facts: KeyFacts) -> Diagnostic:
    doubtful = not facts.by_hand
    holds = with_article(_WORDS[facts.type])
    instead = _OPERATORS[facts.type]
    quantifier = condition.operator.partition(":")[0] + ":" if ":" in condition.operator else ""
    return Diagnostic(
        OPERATOR_TYPE,
        f"`{condition.operator}` compares {with_article(_WORDS[family])}, and `{condition.key}` holds {holds}",
        span_in(statement, condition.operator, condition.key),
        "the two never match" if (family, facts.type) not in _PERHAPS else "compared as something else than it is",
        notes=(f"so says AWS's service reference (release {data_version()} of the data)",) if doubtful else (),
        help=(f"write `{quantifier}{instead}`",),
        path=path_of(statement),
        severity=Severity.WARNING if doubtful or (family, facts.type) in _PERHAPS else None,
    )
