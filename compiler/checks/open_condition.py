"""A condition that lets in what it seems to keep out: requests that do not carry its key.

``IfExists`` is met without the key, and so is a Deny passed over whose condition needs it. Which requests lack a key is
known of two kinds: only those through a VPC endpoint name one, and only temporary credentials say whether somebody has
signed in with MFA.

Source: IAM User Guide, "AWS global condition context keys" (aws:MultiFactorAuthPresent, aws:SourceVpce,
aws:SourceVpc, aws:SecureTransport) and "Conditional check existence of condition keys".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.operators import parse_operator, true_when_absent
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_keys import MFA
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
          Condition: {CONDITION
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""
OPEN_CONDITION = Code(
    id="SG622",
    name="open-condition",
    severity=Severity.WARNING,
    what="Reports `IfExists` in a statement that allows, where the key is the VPC, its endpoint or MFA; `Null` taken "
    "for a proof of MFA; and a Deny for requests without MFA that leaves out long-term access keys.",
    why="A request from the internet names no endpoint, and one with long-term access keys says nothing about MFA: "
    "both are let in by a condition that was written to keep them out.",
    bad=_SPEC.replace("CONDITION", "StringEqualsIfExists: {aws:SourceVpce: vpce-0a1b2c3d4e5f60718}}  # warning: SG622"),
    good=_SPEC.replace("CONDITION", "StringEquals: {aws:SourceVpce: vpce-0a1b2c3d4e5f60718}}"),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ),
)
INVERTED_CONDITION = Code(
    id="SG623",
    name="inverted-transport",
    severity=Severity.WARNING,
    what="Reports a statement that allows requests without TLS only, or denies those with TLS.",
    why="What is meant is the opposite: `true` where something is allowed, `false` where it is denied. Nearly all "
    "requests to AWS come with TLS, so as it stands the statement allows hardly anything, or denies nearly everything.",
    bad=_SPEC.replace("CONDITION", "Bool: {aws:SecureTransport: 'false'}}  # warning: SG623"),
    good=_SPEC.replace("CONDITION", "Bool: {aws:SecureTransport: 'true'}}"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",),
)
CODES = (OPEN_CONDITION, INVERTED_CONDITION)
_TLS = "aws:securetransport"
_NETWORKS = frozenset({"aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"})
# A condition on one of these beside another says what is wanted of requests that come another way.
_WAYS = _NETWORKS | {
    "aws:sourceip",
    "aws:vpcsourceip",
    "aws:viaawsservice",
    "aws:calledvia",
    "aws:ec2instancesourcevpc",
}
_HIGH = "confidence: high"


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the conditions on networks, MFA and TLS."""
    told = Told()
    found = tuple(conditioned(program))
    # Whoever denies the requests without the key elsewhere needs no IfExists here.
    absent_denied = any(
        statement.effect == "Deny" and any(map(_is_absence_of_mfa, statement.conditions)) for _, statement in found
    )
    for stack, statement in found:
        yield from told.new(stack, statement, _of_statement(statement, absent_denied))


def _is_absence_of_mfa(condition: Condition) -> bool:
    return condition.key.lower() == MFA and _is("Null", "true", condition)


def _of_statement(statement: Statement, absent_denied: bool) -> Iterator[Diagnostic]:
    allows = statement.effect == "Allow"
    for condition in statement.conditions:
        key = condition.key.lower()
        if key == _TLS and _is("Bool", "false" if allows else "true", condition):
            # A second condition may name who it is that has to come without TLS.
            if len(statement.conditions) == 1:
                yield _inverted(statement, condition, allows)
        elif key == MFA:
            yield from _of_mfa(statement, condition, allows, absent_denied)
        elif allows and _is_way_around(statement, condition):
            yield _report(
                statement, condition, f"a request that names no `{condition.key}` is allowed as well",
                "met without the key", "only requests through a VPC endpoint carry the key",
                f"write `{condition.operator.removesuffix('IfExists')}`",
            )  # fmt: skip


def _is_way_around(statement: Statement, condition: Condition) -> bool:
    """Whether requests from another network than the one that is named are met, and nothing is said of them."""
    others = (other.key.lower() for other in statement.conditions if other is not condition)
    return condition.key.lower() in _NETWORKS and _is_passed_over(condition) and _WAYS.isdisjoint(others)


def _of_mfa(statement: Statement, condition: Condition, allows: bool, absent_denied: bool) -> Iterator[Diagnostic]:
    carried = "requests with long-term access keys do not carry the key"
    if allows and _is("Bool", "true", condition) and _is_passed_over(condition):
        yield _report(
            statement, condition, "requests with long-term access keys are allowed without MFA",
            "met without the key", carried, "write `Bool`",
        )  # fmt: skip
    elif allows and _is("Null", "false", condition) and not _asks_for_mfa(statement):
        yield _report(
            statement, condition, f"that `{condition.key}` is there does not say that it is `true`",
            "met by `false`, too", "sessions of people who signed in without MFA carry it with `false`",
            f"write `Bool: {{{condition.key}: 'true'}}`",
        )  # fmt: skip
    elif not allows and _is("Bool", "false", condition) and not _holds_without_key(condition) and not absent_denied:
        yield _report(
            statement, condition, "this Deny leaves out requests with long-term access keys", "not met without the key",
            carried, "write `BoolIfExists`",
        )  # fmt: skip


def _asks_for_mfa(statement: Statement) -> bool:
    return any(item.key.lower() == MFA and _is("Bool", "true", item) for item in statement.conditions)


def _is(family: str, value: str, condition: Condition) -> bool:
    """Whether a condition asks for one truth value, under an operator of a family (or for it as text)."""
    parsed = parse_operator(condition.operator)
    if parsed is None or parsed.operator.negated or parsed.quantifier:
        return False
    found = "Bool" if parsed.operator.family == "String" else parsed.operator.family
    return found == family and bool(condition.values) and all(item.lower() == value for item in condition.values)


def _is_passed_over(condition: Condition) -> bool:
    parsed = parse_operator(condition.operator)
    return parsed is not None and parsed.if_exists and not parsed.operator.negated


def _holds_without_key(condition: Condition) -> bool:
    """Whether a condition as it is written is met by a request without its key."""
    parsed = parse_operator(condition.operator)
    return parsed is not None and true_when_absent(parsed, condition.values)


def _inverted(statement: Statement, condition: Condition, allows: bool) -> Diagnostic:
    does, other = ("allows only requests without TLS", "true") if allows else ("denies all requests with TLS", "false")
    return Diagnostic(
        INVERTED_CONDITION,
        f"this statement {does}",
        span_in(statement, condition.key),
        "the opposite is meant",
        notes=(_HIGH,),
        help=(f"write `{condition.operator}: {{{condition.key}: '{other}'}}`",),
        path=path_of(statement),
    )


def _report(
    statement: Statement, condition: Condition, message: str, label: str, because: str, hint: str
) -> Diagnostic:
    return Diagnostic(
        OPEN_CONDITION,
        message,
        span_in(statement, condition.operator, condition.key),
        label,
        notes=(_HIGH, because),
        help=(hint,),
        path=path_of(statement),
    )
