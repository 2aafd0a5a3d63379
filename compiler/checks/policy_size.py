"""A managed policy that is larger than IAM takes.

AWS refuses it while ``terraform apply`` runs, when other resources have been made already; ``terraform plan`` says
nothing. Policies are split before this rule looks at them, so what is left is a permission that cannot be divided.

Source: IAM User Guide, "IAM and AWS STS quotas" (6,144 characters, white space not counted).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.reference import has_reference
from compiler.aws.statement import Statement, document_json, document_size, statement_json
from compiler.checks.spans import also
from compiler.checks.survey import survey
from compiler.checks.wording import characters
from compiler.diagnostics import Code, Diagnostic, Origin, Severity, Span
from compiler.ir.program import Policy, Program

POLICY_TOO_LARGE = Code(
    id="SG401",
    name="policy-too-large",
    severity=Severity.ERROR,
    what="Reports a managed policy of more than 6,144 characters, white space not counted, and what is largest in it.",
    why="IAM refuses the policy when it is created, after `terraform plan` has accepted it and other resources exist. "
    "Policies are split between permissions, so only a permission that is too large by itself ends here.",
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


def may_be_too_large(program: Program) -> bool:
    """Whether a policy could be over the limit, judged by an upper bound of its size."""
    return bool(survey(program).large)


def check(program: Program) -> Iterator[Diagnostic]:
    """Measure the policies that can be too large at all."""
    for policy in survey(program).large:
        size = document_size(document_json(policy.statements))
        if size > MANAGED_POLICY_LENGTH:
            yield _report(policy, size)


def _report(policy: Policy, size: int) -> Diagnostic:
    largest = _largest(policy.statements)
    span = policy.origin.span
    notes = [f"`{path}` has {characters(length)}" for (path, _), length in largest]
    if any(has_reference(text) for statement in policy.statements for text in statement.resources):
        notes.append("a Terraform reference counts as one character here, so the policy will be larger still")
    return Diagnostic(
        POLICY_TOO_LARGE,
        f"policy `{policy.name}` has {size:,} characters; IAM allows {MANAGED_POLICY_LENGTH:,}",
        span,
        f"{characters(size - MANAGED_POLICY_LENGTH)} too many",
        also("the largest permission", largest[0][0][1], unlike=span) if largest else (),
        notes=tuple(notes),
        help=("say the largest permission with fewer or shorter resources, or as several permissions",),
        path=policy.origin.path,
    )


def _largest(statements: tuple[Statement, ...]) -> list[tuple[tuple[str, Span], int]]:
    """The permissions that take most characters, largest first, as ((spec path, span), characters)."""
    sizes: dict[tuple[str, Span], int] = defaultdict(int)
    for statement in statements:
        for origin in statement.origins[:1]:
            sizes[_key(origin)] += document_size(statement_json(statement))
    return sorted(sizes.items(), key=lambda item: (-item[1], item[0][0]))[:_LARGEST]


def _key(origin: Origin) -> tuple[str, Span]:
    return origin.path, origin.span
