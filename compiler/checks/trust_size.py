"""A trust policy that is larger than the account's quota.

Source: IAM User Guide, "IAM and AWS STS quotas" (role trust policy length: 2,048 characters, raisable).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import MAX_TRUST_POLICY_LENGTH
from compiler.aws.statement import document_json, document_size
from compiler.checks.role_size import trust_at_most
from compiler.checks.spans import path_of
from compiler.checks.wording import characters
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, Role

TRUST_TOO_LARGE = Code(
    id="SG406",
    name="trust-policy-too-large",
    severity=Severity.ERROR,
    what="Reports a trust policy of more characters than the account's quota, white space not counted.",
    why="IAM refuses the role when it is created.",
    bad="""\
version: 1
defaults:
  trust:
    - service: ec2.amazonaws.com  # error: SG406
    - account: "210987654321"
      when:
        StringEquals:
          sts:ExternalId:
            - "{{ 'a' | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') }}1"
            - "{{ 'a' | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') }}2"
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
defaults:
  trust:
    - service: ec2.amazonaws.com
    - account: "210987654321"
      when: {StringEquals: {"sts:ExternalId": ["shop-1", "shop-2"]}}
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)
CODES = (TRUST_TOO_LARGE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Measure the trust policies that can be too large at all: most name the EC2 service and nothing else."""
    for stack in program.stacks:
        quota = stack.quotas.trust_policy_length
        for role in stack.roles:
            if not role.existing and trust_at_most(role) > quota:
                size = document_size(document_json(role.trust))
                if size > quota:
                    yield _report(role, size, quota)


def _report(role: Role, size: int, quota: int) -> Diagnostic:
    first = role.trust[0]
    origin = first.origins[0] if first.origins else role.origin
    raise_it = f"or write `quotas: {{trust_policy_length: {size}}}` if AWS has raised the quota of the account"
    return Diagnostic(
        TRUST_TOO_LARGE,
        f"the trust policy has {size:,} characters; the quota is {quota:,}",
        origin.span,
        f"{characters(size - quota)} too many",
        notes=(f"AWS raises this quota to {MAX_TRUST_POLICY_LENGTH:,} at most",),
        help=("trust fewer principals, or an account in place of its roles",)
        + ((raise_it,) if size <= MAX_TRUST_POLICY_LENGTH else ()),
        path=path_of(first),
    )
