"""A set operator that is missing for a key with several values, or that stands before one with a single value.

Source: IAM User Guide, "Set operators for multivalued context keys": keys with several values need one, and of keys
with a single one ``ForAllValues`` is met where they are absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.global_keys import find_global_key
from compiler.aws.operators import ParsedOperator, parse_operator
from compiler.aws.service_data import data_version
from compiler.aws.statement import Condition, Statement
from compiler.checks.certainty import is_verified
from compiler.checks.condition_facts import key_facts
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import conditioned
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

SET_OPERATOR = Code(
    id="SG516",
    name="set-operator",
    severity=Severity.ERROR,
    what="Reports a condition key with several values that is compared without `ForAllValues` or `ForAnyValue`, and a "
    "set operator for a key that has one value only.",
    why="Without a set operator IAM does not say which of the values count. `ForAllValues` on a key with one value "
    "lets in every request that does not carry the key at all.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: ec2:CreateTags
          Resource: arn:aws:ec2:eu-west-1:123456789012:volume/*
          Condition: {StringEquals: {aws:TagKeys: [team]}}  # error: SG516
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
          Action: ec2:CreateTags
          Resource: arn:aws:ec2:eu-west-1:123456789012:volume/*
          Condition: {'ForAllValues:StringEquals': {aws:TagKeys: [team]}, 'Null': {aws:TagKeys: 'false'}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ),
)
CODES = (SET_OPERATOR,)
# Keys of services of which it is certain that they have one value, and that a request may come without them.
_ONE_VALUE = frozenset(
    {
        "s3:prefix",
        "s3:delimiter",
        "s3:max-keys",
        "s3:versionid",
        "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:x-amz-storage-class",
        "kms:viaservice",
    }
)


def check(program: Program) -> Iterator[Diagnostic]:
    """Hold the set operator of each condition against the number of values that its key has."""
    told = Told()
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        facts = key_facts(condition.key)
        if parsed is None or not facts.type or parsed.operator.family == "Null" or not condition.values:
            continue
        if facts.multivalued and not parsed.quantifier:
            yield _missing(statement, condition, facts.by_hand)
        # What the service data calls single-valued is not always; only the keys that are known by hand are.
        elif parsed.quantifier and not facts.multivalued and (facts.by_hand or condition.key.lower() in _ONE_VALUE):
            yield _needless(statement, condition, parsed)


def _missing(statement: Statement, condition: Condition, by_hand: bool) -> Diagnostic:
    certain = by_hand or is_verified(condition.key.partition(":")[0].lower())
    operator = condition.operator
    return Diagnostic(
        SET_OPERATOR,
        f"`{condition.key}` has several values, and `{operator}` compares one",
        span_in(statement, operator, condition.key),
        "a set operator is missing",
        notes=()
        if certain
        else ("confidence: medium", f"so says AWS's service reference (release {data_version()} of the data)"),
        help=(
            f"`ForAnyValue:{operator}` when one value of the request is enough",
            f"`ForAllValues:{operator}` with `Null: {{{condition.key}: 'false'}}` when all of them have to be listed",
        ),
        path=path_of(statement),
        severity=None if certain else Severity.WARNING,
    )


def _needless(statement: Statement, condition: Condition, parsed: ParsedOperator) -> Diagnostic:
    key = find_global_key(condition.key)
    opens = (
        parsed.quantifier == "ForAllValues"
        and statement.effect == "Allow"
        and (key is None or key.ec2_role_presence != "always")
    )
    plain = condition.operator.partition(":")[2]
    return Diagnostic(
        SET_OPERATOR,
        f"`{condition.key}` has one value, which needs no `{parsed.quantifier}`",
        span_in(statement, condition.operator, condition.key),
        "also met without the key" if opens else "changes nothing",
        notes=("confidence: high", "`ForAllValues` is met by every request that does not carry the key")
        if opens
        else (),
        help=(f"write `{plain}`",),
        path=path_of(statement),
        severity=Severity.WARNING if opens else Severity.NOTE,
    )
