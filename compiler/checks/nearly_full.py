"""A role that is nearly full, in ways that nothing makes smaller by itself.

Policies are split, and the policies of a role are combined, so a policy of 6,000 characters or a role with nine small
ones is nothing to warn of. What combining cannot spare counts: policies that are made elsewhere, those with Terraform
references, and the places that the characters of all others take. A trust policy is never divided.

Source: IAM User Guide, "IAM and AWS STS quotas".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import MAX_MANAGED_POLICIES_PER_ROLE, MAX_TRUST_POLICY_LENGTH
from compiler.checks.role_advice import what_helps, what_is_in
from compiler.checks.role_size import Fill, RoleSize, role_size, trust_at_most
from compiler.checks.spans import path_of
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, Role, StackProgram

NEARLY_FULL = Code(
    id="SG410",
    name="nearly-full",
    severity=Severity.WARNING,
    what="Reports a role from 80% of a quota: of the managed policies that remain when all are combined that can be, "
    "of the characters that those hold, and of the trust policy.",
    why="Beyond the quota there is no output until the role grants less or AWS has raised the quota, which takes days. "
    "A policy that is too large is split and small policies are combined, so neither is reported.",
    bad="""\
version: 1
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      web:  # warning: SG410
        permissions:
          - managed_policy: arn:aws:iam::123456789012:policy/a
          - managed_policy: arn:aws:iam::123456789012:policy/b
          - managed_policy: arn:aws:iam::123456789012:policy/c
          - managed_policy: arn:aws:iam::123456789012:policy/d
          - managed_policy: arn:aws:iam::123456789012:policy/e
          - managed_policy: arn:aws:iam::123456789012:policy/f
          - managed_policy: arn:aws:iam::123456789012:policy/g
          - managed_policy: arn:aws:iam::123456789012:policy/h
""",
    good="""\
version: 1
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      web:
        permissions:
          - managed_policy: arn:aws:iam::123456789012:policy/a
          - managed_policy: arn:aws:iam::123456789012:policy/b
          - sqs: {queue: orders, access: send}
          - s3: {bucket: shop-assets, prefix: public/, access: read}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)
CODES = (NEARLY_FULL,)
_STEPS = (20, MAX_MANAGED_POLICIES_PER_ROLE)  # quotas to ask AWS for


def check(program: Program) -> Iterator[Diagnostic]:
    """Measure the roles that can be nearly full at all."""
    for stack in program.stacks:
        for role in stack.roles:
            attached = _may_be_nearly_full(stack, role)
            trust = not role.existing and Fill(trust_at_most(role), stack.quotas.trust_policy_length).is_high
            if attached or trust:
                size = role_size(stack, role)
                if not size.is_crowded and (size.needed.is_high or size.divisible.is_high):
                    yield _of_policies(stack, size)
                if size.trust is not None and size.trust.is_high and not size.trust.is_over:
                    yield _of_trust(role, size.trust)


def _may_be_nearly_full(stack: StackProgram, role: Role) -> bool:
    """Whether the number of policies leaves it open: each has as many characters as a place holds, at most."""
    own, foreign, quota = len(role.policies), len(role.managed), stack.quotas.managed_policies_per_role
    return bool(role.inline) or 5 * (own + foreign) >= 4 * quota or (own > 0 and 5 * own >= 4 * (quota - 1 - foreign))


def _of_policies(stack: StackProgram, size: RoleSize) -> Diagnostic:
    role, divisible = size.role, size.divisible
    if divisible.used and divisible.is_high:
        message = f"the policies of role `{role.name}` have {divisible.used:,} characters; {divisible.quota:,} fit"
        label = f"{divisible.percent}% of what its places hold"
    else:
        message = f"role `{role.name}` needs {size.needed.used} managed policies; {size.places} fit"
        label = f"{size.needed.percent}% of the quota of {size.attached.quota}"
    quota = next((step for step in _STEPS if step > size.attached.quota), 0)
    return Diagnostic(
        NEARLY_FULL,
        message,
        role.origin.span,
        label,
        notes=tuple(what_is_in(size)),
        help=tuple(what_helps(stack, size, quota)),
        path=role.origin.path,
    )


def _of_trust(role: Role, fill: Fill) -> Diagnostic:
    first = role.trust[0]
    raise_it = f"or have AWS raise the quota, to {MAX_TRUST_POLICY_LENGTH:,} at most, and write it under `quotas:`"
    return Diagnostic(
        NEARLY_FULL,
        f"the trust policy has {fill.used:,} characters; the quota is {fill.quota:,}",
        (first.origins[0] if first.origins else role.origin).span,
        f"{fill.percent}% of the quota",
        help=("trust fewer principals, or an account in place of its roles",)
        + ((raise_it,) if fill.quota < MAX_TRUST_POLICY_LENGTH else ()),
        path=path_of(first),
    )
