"""``iam:CreateServiceLinkedRole`` for any service: AWS services get roles in the account that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.risk import MEDIUM, report, risks
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

SERVICE_LINKED_ROLE = Code(
    id="SG619",
    name="service-linked-role",
    severity=Severity.WARNING,
    what="Reports `iam:CreateServiceLinkedRole` on every role without `iam:AWSServiceName`.",
    why="Each service that has a role of its own in the account can act in it, by rules that AWS writes; an "
    "application needs that for one service, if at all.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: iam:CreateServiceLinkedRole  # warning: SG619
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
          Action: iam:CreateServiceLinkedRole
          Resource: arn:aws:iam::*:role/aws-service-role/autoscaling.amazonaws.com/*
          Condition: {StringEquals: {iam:AWSServiceName: autoscaling.amazonaws.com}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)
CODES = (SERVICE_LINKED_ROLE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each statement that names the action, or a pattern for it."""
    for risk in risks(program):
        if risk.breadth.links:
            yield report(
                SERVICE_LINKED_ROLE,
                risk,
                f"`{risk.breadth.links}` makes service-linked roles for any service",
                risk.breadth.links,
                "for which service?",
                notes=(MEDIUM,),
                help=("add `Condition: {StringEquals: {iam:AWSServiceName: SERVICE.amazonaws.com}}`",),
            )
