"""Who gets in: actions that change the policy of a resource, on every resource that there is.

AWS says which actions manage permissions; a few that publish something without being of that level are added.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.reach import is_written
from compiler.checks.risk import HIGH, names_of, report, risks, texts_of
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

PERMISSION_EXPOSURE = Code(
    id="SG610",
    name="permission-exposure",
    severity=Severity.WARNING,
    what="Reports actions that manage permissions (bucket policies, key policies, grants, sharing), on every "
    "resource of the account.",
    why="A policy of a resource can let in another account or everybody, whatever the policies of roles say.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:PutBucketPolicy  # warning: SG610
          Resource: "*"
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
          Action: s3:PutBucketPolicy
          Resource: arn:aws:s3:::shop-tenant-files
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    ),
)
CODES = (PERMISSION_EXPOSURE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding for each statement."""
    for risk in risks(program):
        found = risk.breadth.exposed
        if found and is_written(risk.site.statement):
            names = names_of(found)
            texts = texts_of(found)
            yield report(
                PERMISSION_EXPOSURE,
                risk,
                f"{listed(names)} on everything: {'they change' if len(names) > 1 else 'it changes'} who gets in",
                texts[0],
                "manages permissions",
                notes=(HIGH,),
                help=("leave it to a deployment role, or name the resources",),
            )
