"""More managed policies on a role than fit, counting the one that is there twice while Terraform replaces it.

Policies are combined, and put inline as the last reserve, before this rule counts; what is left does not fit at all.

Source: IAM User Guide, "IAM and AWS STS quotas" (managed policies per role: 10, raisable).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.role_advice import what_helps, what_is_in
from compiler.checks.role_size import role_size
from compiler.checks.spans import also
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, Role, StackProgram

TOO_MANY_POLICIES = Code(
    id="SG405",
    name="too-many-policies",
    severity=Severity.ERROR,
    what="Reports a role with as many managed policies as the account's quota or more, after all have been combined "
    "that can be: one place has to stay free.",
    why="AWS refuses the attachment over the quota while Terraform applies. One place stays free because a policy that "
    "is replaced is attached under its new name before the old one is detached, so that no permission is ever missing. "
    "Policies made elsewhere and those with Terraform references are combined with no other.",
    bad="""\
version: 1
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      web:  # error: SG405
        permissions:
          - managed_policy: arn:aws:iam::123456789012:policy/a
          - managed_policy: arn:aws:iam::123456789012:policy/b
          - managed_policy: arn:aws:iam::123456789012:policy/c
          - managed_policy: arn:aws:iam::123456789012:policy/d
          - managed_policy: arn:aws:iam::123456789012:policy/e
          - managed_policy: arn:aws:iam::123456789012:policy/f
          - managed_policy: arn:aws:iam::123456789012:policy/g
          - managed_policy: arn:aws:iam::123456789012:policy/h
          - managed_policy: arn:aws:iam::123456789012:policy/i
          - managed_policy: arn:aws:iam::123456789012:policy/j
""",
    good="""\
version: 1
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    quotas: {managed_policies_per_role: 20}
    layers:
      web:
        permissions:
          - managed_policy: arn:aws:iam::123456789012:policy/a
          - managed_policy: arn:aws:iam::123456789012:policy/b
          - managed_policy: arn:aws:iam::123456789012:policy/c
          - managed_policy: arn:aws:iam::123456789012:policy/d
          - managed_policy: arn:aws:iam::123456789012:policy/e
          - managed_policy: arn:aws:iam::123456789012:policy/f
          - managed_policy: arn:aws:iam::123456789012:policy/g
          - managed_policy: arn:aws:iam::123456789012:policy/h
          - managed_policy: arn:aws:iam::123456789012:policy/i
          - managed_policy: arn:aws:iam::123456789012:policy/j
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)
CODES = (TOO_MANY_POLICIES,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Count what is attached to each role."""
    for stack in program.stacks:
        for role in stack.roles:
            if len(role.policies) + len(role.managed) >= stack.quotas.managed_policies_per_role:
                yield _report(stack, role)


def _report(stack: StackProgram, role: Role) -> Diagnostic:
    size = role_size(stack, role)
    count, quota = size.attached.used, size.attached.quota
    span = role.origin.span
    foreign = f"{len(role.managed)} of them made elsewhere" if role.managed else "all of them made here"
    return Diagnostic(
        TOO_MANY_POLICIES,
        f"role `{role.name}` has {count} managed policies; {size.places} fit",
        span,
        foreign,
        also("attached here", *(policy.origin.span for policy in role.managed[quota - 1 :][:1]), unlike=span),
        notes=(
            f"the quota is {quota}, and one place stays free: a policy that is replaced is attached under its new "
            "name before the old one is detached",
            *(("combining the policies that are made here does not make them fit",) if role.policies else ()),
            *what_is_in(size),
        ),
        help=tuple(what_helps(stack, size, count + 1)),
        path=role.origin.path,
    )
