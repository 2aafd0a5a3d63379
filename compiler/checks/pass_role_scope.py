"""``iam:PassRole`` that hands over any role, or to any service.

Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.pattern import matches
from compiler.checks.breadth import breadth
from compiler.checks.passing import PASSED_TO, may_pass
from compiler.checks.reach import is_own, narrows
from compiler.checks.risk import HIGH, MEDIUM, Risk, report, risks
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

PASS_ROLE_SCOPE = Code(
    id="SG602",
    name="pass-role-scope",
    severity=Severity.WARNING,
    what="Reports `iam:PassRole` for every role of the account: a warning when any service may get it, a note when "
    "`iam:PassedToService` names the services; and a note when roles that are named may be passed to any service.",
    why="A role that may be passed is as good as one's own as soon as a service runs code with it; among all roles of "
    "an account there is nearly always one that may do everything.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: iam:PassRole
          Resource: "*"  # warning: SG602
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
          Action: iam:PassRole
          Resource: arn:aws:iam::123456789012:role/report-task
          Condition: {StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)
CODES = (PASS_ROLE_SCOPE,)
_HELP = "write `- pass_role: {role: NAME-OF-THE-ROLE, to: SERVICE.amazonaws.com}`"


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each statement that passes roles and at nothing wider."""
    for risk in risks(program):
        statement, wide = risk.site.statement, risk.breadth
        if risk.breadth.passes:
            yield _every_role(risk)
        elif (
            statement.actions
            and not statement.not_resources
            and not (wide.everything or wide.whole or breadth(statement).passes or risk.escalations)
            and may_pass(statement)
            and is_own(statement)
            and not any(item.key.lower() == PASSED_TO or narrows(item) for item in statement.conditions)
        ):
            text = next(text for text in statement.actions if matches(text.lower(), "iam:passrole"))
            yield report(
                PASS_ROLE_SCOPE,
                risk,
                "`iam:PassRole` without `iam:PassedToService`: any service may get the role",
                text,
                "to which service?",
                notes=(MEDIUM,),
                help=("add `Condition: {StringEquals: {iam:PassedToService: SERVICE.amazonaws.com}}`, or " + _HELP,),
                severity=Severity.NOTE,
            )


def _every_role(risk: Risk) -> Diagnostic:
    statement = risk.site.statement
    limited = any(item.key.lower() == PASSED_TO for item in statement.conditions)
    to = "to the services that it names" if limited else "to any service"
    resources = statement.resources or statement.not_resources
    return report(
        PASS_ROLE_SCOPE,
        risk,
        f"`{risk.breadth.passes}` passes every role of the account {to}"
        if not statement.not_resources
        else f"`{risk.breadth.passes}` passes every role but those that `NotResource` names {to}",
        resources[0],
        "every role, also those that may do everything",
        notes=(MEDIUM if limited else HIGH,),
        help=(_HELP,),
        severity=Severity.NOTE if limited else None,
    )
