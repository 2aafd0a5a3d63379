"""A value that its condition key never has: an endpoint for a VPC, a region that is none, a name for an ARN.

Source: IAM User Guide, "AWS global condition context keys" (the value of each key).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from compiler.aws.operators import parse_operator
from compiler.aws.partitions import PARTITIONS
from compiler.aws.pattern import covers, has_wildcard, overlaps
from compiler.aws.service_data import data_version
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import key_facts, literal
from compiler.checks.condition_values import wrong_values
from compiler.checks.slips import Near, near
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import conditioned
from compiler.checks.told import Told
from compiler.checks.value_choices import choice_of, is_possible, likely
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

IMPOSSIBLE_VALUE = Code(
    id="SG517",
    name="impossible-value",
    severity=Severity.ERROR,
    what="Reports a value that a condition key never has: `vpce-…` where a VPC is meant, a region that does not exist, "
    "an account id without 12 digits, a name where the key holds an ARN, the ARN of a session where it is that of the "
    "role, an instance type or a canned ACL that is none.",
    why="IAM accepts any text. The value never matches, so what it was meant to allow stays denied; under a negated "
    "operator it excludes nothing.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition: {StringEquals: {aws:SourceVpc: vpce-0a1b2c3d4e5f60718}}  # error: SG517
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
          Condition: {StringEquals: {aws:SourceVpce: vpce-0a1b2c3d4e5f60718}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",),
)
CODES = (IMPOSSIBLE_VALUE,)
_VPC, _ENDPOINT = ("vpc-*", "the id of a VPC, `vpc-…`"), ("vpce-*", "the id of a VPC endpoint, `vpce-…`")
# What stands behind the dash of a whole id: eight hexadecimal digits in old networks, seventeen in others.
_NETWORK_ID = re.compile(r"vpce?-(?:[0-9a-f]{8}|[0-9a-f]{17})")
_ACCOUNT, _ORGANISATION = ("?" * 12, "an account id of 12 digits"), ("o-*", "the id of an organization, `o-…`")
_PATHS = ("o-*/*", "a path in an organization, `o-…/r-…/ou-…/`")
# A pattern that all values of the key match, and what they are.
_FORMS: Mapping[str, tuple[str, str]] = {
    "aws:sourcevpc": _VPC,
    "aws:ec2instancesourcevpc": _VPC,
    "aws:sourcevpce": _ENDPOINT,
    "aws:sourceaccount": _ACCOUNT,
    "aws:principalaccount": _ACCOUNT,
    "aws:resourceaccount": _ACCOUNT,
    "aws:vpceaccount": _ACCOUNT,
    "s3:resourceaccount": _ACCOUNT,
    "kms:calleraccount": _ACCOUNT,
    "aws:sourceorgid": _ORGANISATION,
    "aws:principalorgid": _ORGANISATION,
    "aws:resourceorgid": _ORGANISATION,
    "aws:vpceorgid": _ORGANISATION,
    "aws:sourceorgpaths": _PATHS,
    "aws:principalorgpaths": _PATHS,
    "aws:resourceorgpaths": _PATHS,
    "aws:vpceorgpaths": _PATHS,
}
_TYPES = frozenset({"Account", "User", "FederatedUser", "AssumedRole", "Anonymous"})
_REGIONS = frozenset(region for partition in PARTITIONS.values() for region in partition.regions)
_PRINCIPAL = "aws:principalarn"
# What the operators for ARNs are held against here: they read any text, and these keys never have such a one.
_NO_OTHER_ARN = frozenset({_PRINCIPAL, *_FORMS})
_REGION_KEYS = frozenset({"aws:requestedregion", "ec2:region"})


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the values under the operators for texts; the others have their own forms."""
    told = Told()
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        if parsed is None:
            continue
        family = parsed.operator.family
        if family == "String" or (family == "Arn" and condition.key.lower() in _NO_OTHER_ARN):
            unreadable = wrong_values(condition)
            for value in literal(condition):
                if value not in unreadable and (parsed.operator.like or not has_wildcard(value)):
                    yield from _of_value(statement, condition, value)


def _of_value(statement: Statement, condition: Condition, value: str) -> Iterator[Diagnostic]:
    key = condition.key.lower()
    facts = key_facts(key)
    form, words = _FORMS.get(key, ("*", ""))
    choice = choice_of(key)
    if choice is not None:
        if not is_possible(key, value, "IgnoreCase" in condition.operator):
            meant, surely = likely(choice, value)
            yield _report(
                statement, condition, value, choice.words, f"did you mean `{meant}`?" if meant else "", surely
            )
    elif key == _PRINCIPAL and _is_session(value):
        hint = "for a session it is the ARN of its role, `arn:aws:iam::ACCOUNT:role/NAME`; `aws:userid` has the session"
        yield _report(statement, condition, value, "the ARN of a role, a user or an account", hint)
    elif not overlaps(value, form) or (form == _ACCOUNT[0] and not value.strip("*?").isdecimal() and value.strip("*?")):
        other = next((name for name in ("aws:SourceVpc", "aws:SourceVpce") if _is_of(value, name) and form != "*"), "")
        yield _report(statement, condition, value, words, f"`{other}` is the key for it" if other else "")
    elif form in (_VPC[0], _ENDPOINT[0]) and not has_wildcard(value) and not _NETWORK_ID.fullmatch(value):
        yield _report(statement, condition, value, f"{words} and 8 or 17 hexadecimal digits")
    elif key in _REGION_KEYS and not value.endswith("-global"):
        if not any(overlaps(value, region) for region in _REGIONS):
            found = near(value, _REGIONS) if not has_wildcard(value) else None
            surely = (found is not None and found.is_slip) or "-" not in value
            yield _report(statement, condition, value, "a region such as `eu-west-1`", _hint(found), surely)
    elif key == "aws:principaltype" and not any(overlaps(value, kind) for kind in _TYPES):
        found = near(value, _TYPES)
        yield _report(statement, condition, value, "`AssumedRole`, `User`, `Account` and the like", _hint(found))
    elif facts.type == "Bool" and not any(overlaps(value.lower(), word) for word in ("true", "false")):
        yield _report(statement, condition, value, "`true` or `false`", certain=facts.by_hand)
    elif facts.type == "Arn" and not overlaps(value, "arn:*"):
        yield _report(statement, condition, value, "an ARN", certain=facts.by_hand)


def _hint(found: Near | None) -> str:
    """The suggestion of a near word, if there is one."""
    return f"did you mean `{found.word}`?" if found else ""


def _is_session(value: str) -> bool:
    """Whether a text can only be the ARN of a role's session, which principals never have here."""
    return covers("arn:*:sts:*:*:assumed-role/*", value)


def _is_of(value: str, key: str) -> bool:
    return covers(_FORMS[key.lower()][0], value)


def _report(
    statement: Statement, condition: Condition, value: str, words: str, hint: str = "", certain: bool = True
) -> Diagnostic:
    return Diagnostic(
        IMPOSSIBLE_VALUE,
        f"`{condition.key}` is never `{value}`",
        span_in(statement, value, condition.key),
        "never matches",
        expected=words,
        notes=() if certain else ("confidence: medium", f"the service data is release {data_version()}"),
        help=(hint,) if hint else (),
        path=path_of(statement),
        severity=None if certain else Severity.WARNING,
    )
