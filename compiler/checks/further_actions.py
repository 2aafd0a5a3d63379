"""Actions that need, or may need, others that no policy of the role allows.

Source: ``compiler.aws.dependent_actions`` (what a call needs every time, and which calls may hand over a role).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.aws.dependent_actions import dependent_actions, may_pass_role
from compiler.aws.pattern import matches
from compiler.aws.statement import Statement
from compiler.checks.action_patterns import read_patterns
from compiler.checks.covering import policies_together
from compiler.checks.passing import may_pass
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, survey
from compiler.checks.told import Told
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

_PAGE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
FURTHER_ACTION = Code(
    id="SG710",
    name="further-action",
    severity=Severity.NOTE,
    what="Reports an action whose call needs further actions that the role does not have, such as "
    "`rds:RebootDBInstance` for `rds:RebootDBCluster`.",
    why="AWS checks them in the same call. All policies of the role count; roles with policies made elsewhere are left "
    "alone.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: rds:RebootDBCluster  # note: SG710
          Resource: arn:aws:rds:eu-west-1:123456789012:cluster:shop
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          - Effect: Allow
            Action: rds:RebootDBCluster
            Resource: arn:aws:rds:eu-west-1:123456789012:cluster:shop
          - Effect: Allow
            Action: rds:RebootDBInstance
            Resource: arn:aws:rds:eu-west-1:123456789012:db:shop-*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(f"{_PAGE}reference_policies_actions-resources-contextkeys.html",),
)
MAY_PASS_ROLE = Code(
    id="SG711",
    name="may-pass-role",
    severity=Severity.NOTE,
    what="Reports an action whose calls mostly hand a role to a service, in a role that may pass none.",
    why="A call that names a role is denied without `iam:PassRole` on it; one that names none is fine.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: ecs:RegisterTaskDefinition  # note: SG711
          Resource: arn:aws:ecs:eu-west-1:123456789012:task-definition/report:*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          - Effect: Allow
            Action: ecs:RegisterTaskDefinition
            Resource: arn:aws:ecs:eu-west-1:123456789012:task-definition/report:*
          - Effect: Allow
            Action: iam:PassRole
            Resource: arn:aws:iam::123456789012:role/report
            Condition: {StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",),
)
CODES = (FURTHER_ACTION, MAY_PASS_ROLE)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the roles that have such an action in a statement that somebody wrote out."""
    found = survey(program)
    told = Told()
    suspects = {
        (stack.name, policy.label)
        for stack, policy in found.own
        if any(_asking(item) for item in policy.statements if item.source in WRITTEN_OUT)
    }
    for stack in program.stacks if suspects else ():
        for policies, known in policies_together(stack):
            asking = [policy for policy in policies if (stack.name, policy.label) in suspects]
            if not known or not asking:
                continue
            allows = [item for policy in policies for item in policy.statements if item.effect == "Allow"]
            for policy in asking:
                for statement in policy.statements:
                    if statement.source in WRITTEN_OUT:
                        yield from told.new(stack, statement, _of_statement(statement, allows))


def _asking(statement: Statement) -> tuple[str, ...]:
    """The named actions of an Allow that need or may need others."""
    if statement.effect != "Allow":
        return ()
    return tuple(
        pattern.actions[0].full_name
        for pattern in read_patterns(statement.actions)
        if pattern.is_literal
        and pattern.actions
        and (pattern.actions[0].full_name in dependent_actions() or pattern.actions[0].full_name in may_pass_role())
    )


def _of_statement(statement: Statement, allows: Iterable[Statement]) -> Iterator[Diagnostic]:
    passing: list[str] = []
    for action in _asking(statement):
        missing = [other for other in dependent_actions().get(action, ()) if not _is_allowed(other, allows)]
        if missing:
            yield _report(
                FURTHER_ACTION, statement, action, f"`{action}` needs {listed(missing)} as well",
                "not enough by itself", f"allow {listed(missing)} where `{action}` is allowed",
            )  # fmt: skip
        elif action in may_pass_role():
            passing.append(action)
    if passing and not any(map(may_pass, allows)):
        yield _report(
            MAY_PASS_ROLE, statement, passing[0], f"{listed(passing)} may need `iam:PassRole`, which nothing grants",
            "needed when the call names a role",
            "if it does, add `- pass_role: {role: NAME-OF-THE-ROLE, to: SERVICE}`",
        )  # fmt: skip


def _is_allowed(action: str, allows: Iterable[Statement]) -> bool:
    """Whether some statement allows the action on anything."""
    name = action.lower()
    return any(
        any(matches(text.lower(), name) for text in item.actions)
        if item.actions
        else not any(matches(text.lower(), name) for text in item.not_actions)
        for item in allows
    )


def _report(code: Code, statement: Statement, action: str, message: str, label: str, hint: str) -> Diagnostic:
    return Diagnostic(code, message, span_in(statement, action), label, help=(hint,), path=path_of(statement))
