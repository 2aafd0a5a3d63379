"""An instance profile whose role EC2 cannot assume: instances that have it get no credentials.

Source: IAM User Guide, "Using an IAM role to grant permissions to applications running on Amazon EC2 instances".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.partitions import is_known_service_principal, service_principal
from compiler.aws.pattern import matches
from compiler.aws.reference import OPEN
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_keys import required
from compiler.checks.spans import also, span_in
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, Role

UNTRUSTED_INSTANCE = Code(
    id="SG510",
    name="untrusted-instance",
    severity=Severity.ERROR,
    what="Reports a role with an instance profile that the EC2 service of its partition may not assume, or only under "
    "a condition that EC2 never meets.",
    why="An instance with such a profile gets no credentials, and no message says so but the instance metadata's.",
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
      - principal: arn:aws:iam::210987654321:role/deploy  # error: SG510
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
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html",),
)
CODES = (UNTRUSTED_INSTANCE,)
# What only people, roles and accounts bring along, never a service that assumes a role.
# IAM User Guide, "AWS global condition context keys" and "IAM and AWS STS condition context keys" (availability).
_NEVER_OF_A_SERVICE = frozenset(
    {
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltag",
        "aws:username",
        "sts:externalid",
    }
)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the trust policy of each role with an instance profile."""
    for stack in program.stacks:
        ec2 = service_principal("ec2", stack.partition)
        for role in stack.roles:
            if role.profile is None or role.existing or any(_lets_in(item, ec2) for item in role.trust):
                continue
            if not any(_is_misspelt(item, ec2) for item in role.trust):  # reported as that
                yield _report(role, ec2)


def _lets_in(statement: Statement, ec2: str) -> bool:
    return _names(statement, ec2) and _hindrance(statement) is None


def _names(statement: Statement, ec2: str) -> bool:
    """Whether a statement allows the EC2 service to assume the role, conditions aside."""
    if statement.effect != "Allow" or not any(matches(text.lower(), "sts:assumerole") for text in statement.actions):
        return False
    return any(
        kind == "*" or value in (ec2, "*") or OPEN in value
        for kind, values in statement.principals
        if kind in ("Service", "*")
        for value in values
    )


def _hindrance(statement: Statement) -> Condition | None:
    """The first condition that a service never meets."""
    keys = (condition for condition in required(statement.conditions))
    return next((item for item in keys if item.key.lower().partition("/")[0] in _NEVER_OF_A_SERVICE), None)


def _is_misspelt(statement: Statement, ec2: str) -> bool:
    """Whether a principal is EC2 in a wrong spelling, which another rule reports with the right one."""
    return any(
        value.startswith("ec2.") and value != ec2 and (not is_known_service_principal(value) or value.count(".") < 4)
        for kind, values in statement.principals
        if kind == "Service"
        for value in values
    )


def _report(role: Role, ec2: str) -> Diagnostic:
    hindered = next((item for item in role.trust if _names(item, ec2)), None)
    condition = _hindrance(hindered) if hindered else None
    first = hindered or (role.trust[0] if role.trust else None)
    span = (span_in(first, *([condition.key] if condition else [])) if first else None) or role.origin.span
    other = any(kind == "Service" for item in role.trust for kind, _ in item.principals)
    return Diagnostic(
        UNTRUSTED_INSTANCE,
        f"EC2 never meets the condition under which it may assume the role (`{condition.key}`)"
        if condition
        else f"the trust policy does not name `{ec2}`, so instances cannot use the role",
        span,
        "no service carries this key" if condition else "only this is trusted",
        also("an instance profile is made for this", role.origin.span, unlike=span),
        help=(f"trust EC2 without the condition: `- service: {ec2}`",)
        if condition
        else (f"add `- service: {ec2}` to `trust:`",),
        path=first.origins[0].path if first and first.origins else role.origin.path,
        # A role that is made for another service of AWS may well be meant so; its instance profile is only idle.
        severity=Severity.WARNING if other and not condition else None,
    )
