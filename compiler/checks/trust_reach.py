"""A trust policy that lets in more than one thinks: everybody, all of another account, or somebody who is gone.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "How to use an external ID".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.operators import parse_operator
from compiler.aws.pattern import matches
from compiler.aws.reference import OPEN
from compiler.aws.statement import Statement
from compiler.checks.arn_fields import is_unique_id
from compiler.checks.condition_keys import required
from compiler.checks.risk import HIGH, MEDIUM
from compiler.checks.spans import path_of, span_in
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

TRUSTS_ANYONE = Code(
    id="SG611",
    name="trusts-anyone",
    severity=Severity.WARNING,
    what="Reports a trust policy whose principal is `*`: a warning without conditions on who it is, a note "
    "when other conditions are all that stands between.",
    why="Everybody who has an AWS account, anywhere, may then assume the role.",
    bad="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {AWS: "*"}  # warning: SG611
    Action: sts:AssumeRole
""",
    good="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {AWS: "*"}
    Action: sts:AssumeRole
    Condition: {StringEquals: {aws:PrincipalOrgID: o-a1b2c3d4e5}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",),
)

TRUSTS_ACCOUNT = Code(
    id="SG612",
    name="trusts-account",
    severity=Severity.NOTE,
    what="Reports a trust policy that lets in all of another account without `sts:ExternalId` or a condition "
    "on the principal.",
    why="Whoever may write policies there decides who assumes the role. A provider that works for several "
    "customers can be talked into using it for another one, which an external id prevents.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    trust:
      - service: ec2.amazonaws.com
      - account: "210987654321"  # note: SG612
    layers: {web: {apps: [web]}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    trust:
      - service: ec2.amazonaws.com
      - account: "210987654321"
        when: {StringEquals: {sts:ExternalId: shop-deploy}}
    layers: {web: {apps: [web]}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",),
)

TRUSTS_DELETED = Code(
    id="SG615",
    name="trusts-deleted-principal",
    severity=Severity.WARNING,
    what="Reports a principal that is the id of a role (`AROA…`) or a user (`AIDA…`).",
    why="AWS puts the id in place of the ARN when the role or user is deleted; nobody can be it again, and "
    "one that is made anew under the same name is not let in.",
    bad="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {AWS: AROAEXAMPLEID12345678}  # warning: SG615
    Action: sts:AssumeRole
""",
    good="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {AWS: "arn:aws:iam::123456789012:role/deploy"}
    Action: sts:AssumeRole
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)
CODES = (TRUSTS_ANYONE, TRUSTS_ACCOUNT, TRUSTS_DELETED)
_ACCOUNT = re.compile(r"(?:arn:[a-z0-9-]+:iam::)?([0-9]{12})(?::root)?")
# Keys that say who somebody is, and not only where a request comes from.
_WHO = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorg",
    "aws:principaltag/",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorg",
    "aws:userid",
    "saml:",
    "sts:externalid",
)
_EXTERNAL_ID = "sts:externalid"


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each principal of the statements that let somebody in."""
    told = Told()
    for stack in program.stacks:
        for role in stack.roles:
            for statement in role.trust:
                if statement.effect == "Allow" and statement.principals:
                    yield from told.new(stack, statement, _of_statement(statement, stack.account))


def _of_statement(statement: Statement, account: str) -> Iterator[Diagnostic]:
    for kind, values in statement.principals:
        for value in values:
            if kind == "*" or (kind == "AWS" and value == "*"):
                yield from _anyone(statement)
            elif kind == "AWS" and OPEN not in value:
                yield from _of_account(statement, value, account)


def _anyone(statement: Statement) -> Iterator[Diagnostic]:
    keys = _keys(statement)
    if any(key.startswith(_WHO) and key != _EXTERNAL_ID for key in keys):
        return
    yield _report(
        TRUSTS_ANYONE,
        statement,
        "*",
        "everybody may assume this role" + (" who meets its conditions" if keys else ""),
        "every account of AWS",
        MEDIUM if keys else HIGH,
        "name the account or role, or add `StringEquals: {aws:PrincipalOrgID: o-…}`",
        Severity.NOTE if keys else None,
    )


def _of_account(statement: Statement, value: str, account: str) -> Iterator[Diagnostic]:
    if is_unique_id(value):
        yield _report(
            TRUSTS_DELETED,
            statement,
            value,
            f"`{value}` is the id of a role or user that is gone",
            "nobody can be this",
            HIGH,
            "name the role by its ARN, or leave it out",
        )
        return
    found = _ACCOUNT.fullmatch(value)
    if found is None or found[1] == account or _keys(statement) or not _assumes(statement):
        return
    whose = f"all of account {found[1]}" if account else f"all of account {found[1]}, if it is another one,"
    yield _report(
        TRUSTS_ACCOUNT,
        statement,
        value,
        f"{whose} may assume this role",
        "whoever that account lets",
        MEDIUM,
        "name the role that assumes it, or add `StringEquals: {sts:ExternalId: …}`",
    )


def _keys(statement: Statement) -> list[str]:
    """The keys that a request has to bring along."""
    return [
        item.key.lower()
        for item in required(statement.conditions)
        if (parsed := parse_operator(item.operator)) is not None and not parsed.operator.negated
    ]


def _assumes(statement: Statement) -> bool:
    return any(matches(text.lower(), "sts:assumerole") for text in statement.actions)


def _report(
    code: Code,
    statement: Statement,
    needle: str,
    message: str,
    label: str,
    note: str,
    help_line: str,
    severity: Severity | None = None,
) -> Diagnostic:
    return Diagnostic(
        code,
        message,
        span_in(statement, needle),
        label,
        notes=(note,),
        help=(help_line,),
        path=path_of(statement),
        severity=severity,
    )
