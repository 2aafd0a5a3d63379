"""An Allow that says what is *not* meant: everything else is, also what AWS adds later.

Source: IAM User Guide, "IAM JSON policy elements: NotAction" and "NotResource".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.reach import is_wild
from compiler.checks.risk import HIGH, MEDIUM, report, risks, ways_note
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

NOT_ACTION_ALLOW = Code(
    id="SG605",
    name="allow-with-not-action",
    severity=Severity.WARNING,
    what="Reports `NotAction` in a statement that allows. On resources that are named one by one it is a note.",
    why="It allows every action of every service but the few that are listed, also those that AWS adds later; "
    "what is left out of an Allow is not denied either, since another statement may allow it.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          NotAction: iam:*  # warning: SG605
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
          Action: [s3:GetObject, s3:PutObject]
          Resource: arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",),
)

NOT_RESOURCE_ALLOW = Code(
    id="SG607",
    name="allow-with-not-resource",
    severity=Severity.WARNING,
    what="Reports `NotResource` in a statement that allows.",
    why="It allows the actions on every resource but the few that are listed, also on those of other accounts "
    "and those that are made later.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:DeleteObject
          NotResource: arn:aws:s3:::shop-archive/*  # warning: SG607
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
          Action: [s3:GetObject, s3:PutObject]
          Resource: arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)
CODES = (NOT_ACTION_ALLOW, NOT_RESOURCE_ALLOW)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the statements that allow; where both are inverted, the actions are what is told."""
    for risk in risks(program):
        statement, wide = risk.site.statement, risk.breadth
        if wide.inverted_actions:
            named = bool(statement.resources) and not any(map(is_wild, statement.resources))
            yield report(
                NOT_ACTION_ALLOW,
                risk,
                "`NotAction` allows every action of every service but the listed ones",
                statement.not_actions[0],
                "only this is left out",
                notes=(*ways_note(risk), MEDIUM if named else HIGH),
                help=("list what is allowed with `Action`; to forbid something, deny it in a statement of its own",),
                severity=Severity.NOTE if named else None,
            )
        elif wide.inverted_resources and not wide.passes:
            yield report(
                NOT_RESOURCE_ALLOW,
                risk,
                "`NotResource` allows the actions on every resource but the listed ones",
                statement.not_resources[0],
                "only this is left out",
                notes=(*ways_note(risk), HIGH),
                help=("list what is allowed with `Resource`; to protect something, deny it in a statement of its own",),
            )
