"""A managed policy that is larger than IAM takes.

AWS refuses it while ``terraform apply`` runs, when other resources have been made already; ``terraform plan`` says
nothing. Policies are split before this rule looks at them, so what is left is a piece that cannot be divided.

Source: IAM User Guide, "IAM and AWS STS quotas" (6,144 characters, white space not counted).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.reference import has_reference
from compiler.aws.statement import document_json, document_size
from compiler.checks.role_size import shares
from compiler.checks.spans import also
from compiler.checks.survey import survey
from compiler.checks.wording import characters
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Policy, Program

POLICY_TOO_LARGE = Code(
    id="SG401",
    name="policy-too-large",
    severity=Severity.ERROR,
    what="Reports a managed policy of more than 6,144 characters, white space not counted, and what is largest in it.",
    why="IAM refuses the policy when it is created, after `terraform plan` has accepted it and other resources exist. "
    "Policies are split by actions and resources, so only what cannot be divided ends here: one action on one resource "
    "with its conditions, or a list under `NotAction` or `NotResource`.",
    # One action cannot be divided among policies; the templates stand for a very long name.
    bad="""\
version: 1
apps:
  web:  # error: SG401
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/{{ "aaaaaaaa" | replace("a", "aaaaaaaaaa") | replace("a", "aaaaaaaaaa")
            | replace("a", "aaaaaaaaaa") }}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::shop-assets/a*"}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)
CODES = (POLICY_TOO_LARGE,)
_LARGEST = 3


def check(program: Program) -> Iterator[Diagnostic]:
    """Measure the policies that can be too large at all."""
    for policy in survey(program).large:
        # What is inline has been filled up to the quota of inline policies, which is another one.
        size = document_size(document_json(policy.statements))
        if size > MANAGED_POLICY_LENGTH and not policy.inline:
            yield _report(policy, size)


def _report(policy: Policy, size: int) -> Diagnostic:
    largest = shares(policy.statements)[:_LARGEST]
    span = policy.origin.span
    notes = [f"`{share.name}` has {characters(share.characters)}" for share in largest]
    if any(has_reference(text) for statement in policy.statements for text in statement.resources):
        notes.append("a Terraform reference counts as one character here, so the policy will be larger still")
    return Diagnostic(
        POLICY_TOO_LARGE,
        f"policy `{policy.name}` has {size:,} characters; IAM allows {MANAGED_POLICY_LENGTH:,}",
        span,
        f"{characters(size - MANAGED_POLICY_LENGTH)} too many",
        also("the largest permission", largest[0].span, unlike=span) if largest else (),
        notes=tuple(notes),
        help=("shorten the largest permission: its resource, its condition's values or what it excepts",),
        path=policy.origin.path,
    )
