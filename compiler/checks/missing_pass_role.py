"""An action that always passes a role, in a role that may pass none.

Judged over all policies of a role together, because the right to pass may well stand in another app's policy. Only
actions that are named count as needing it: who grants ``glue:*`` has not said that jobs are created.

Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; ``compiler.aws.pass_role`` (which
actions pass a role).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.partitions import service_principal
from compiler.aws.pass_role import PASS_ROLE_REQUIRED
from compiler.aws.statement import Statement
from compiler.checks.action_patterns import read_patterns
from compiler.checks.passing import may_pass, passes_to
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import survey
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import ManagedPolicy, Program, Role, StackProgram

MISSING_PASS_ROLE = Code(
    id="SG509",
    name="missing-pass-role",
    severity=Severity.ERROR,
    what="Reports an action that hands a role to a service, in a role without `iam:PassRole` for it.",
    why="AWS checks `iam:PassRole` on the role that is handed over, so the call is denied although its action is "
    "allowed. All policies of the role count, also `iam:*` or `*`.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: states:CreateStateMachine  # error: SG509
          Resource: arn:aws:states:eu-west-1:123456789012:stateMachine:orders
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
          Action: states:CreateStateMachine
          Resource: arn:aws:states:eu-west-1:123456789012:stateMachine:orders
      - pass_role: {role: orders-workflow, to: states.amazonaws.com}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",),
)
CODES = (MISSING_PASS_ROLE,)
# AWS managed policies that instances usually have and that pass no role. Of any other policy made elsewhere it is not
# known what it allows, so a role that has one is left alone.
_WITHOUT_PASS_ROLE = frozenset(
    {
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEC2RoleforAWSCodeDeploy",
        "AmazonS3ReadOnlyAccess",
        "AmazonSSMManagedInstanceCore",
        "AmazonSSMPatchAssociation",
        "AWSXRayDaemonWriteAccess",
        "AWSXrayWriteOnlyAccess",
        "CloudWatchAgentServerPolicy",
    }
)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each role that has a policy with such an action."""
    passing = survey(program).passing
    told: set[tuple[tuple[object, ...], str]] = set()
    for stack in program.stacks:
        for role in stack.roles:
            if any((stack.name, label) in passing for label in role.policies) and not _has_unknown_policy(role):
                for statement, finding in _of_role(stack, role):
                    # An app that runs on many layers is one cause.
                    key = (statement.origins, finding.message)
                    if key not in told:
                        told.add(key)
                        yield finding


def _of_role(stack: StackProgram, role: Role) -> Iterator[tuple[Statement, Diagnostic]]:
    attached = set(role.policies)
    statements = [item for policy in stack.policies if policy.label in attached for item in policy.statements]
    allowed = [item for item in statements if item.effect == "Allow"]
    passes = [item for item in allowed if may_pass(item)]
    for statement in allowed:
        missing: dict[str, list[str]] = {}
        for text, service in _needed(statement):
            principal = service_principal(service, stack.partition)
            if not any(passes_to(item, {service, principal}) for item in passes):
                missing.setdefault(principal, []).append(text)
        for principal, actions in missing.items():
            yield statement, _report(statement, actions, principal, passes)


def _needed(statement: Statement) -> Iterator[tuple[str, str]]:
    """The named actions of a statement that always pass a role, with the service that gets it."""
    for pattern in read_patterns(statement.actions):
        if pattern.is_literal and pattern.actions:
            service = PASS_ROLE_REQUIRED.get(pattern.actions[0].full_name)
            if service:
                yield pattern.text, service


def _has_unknown_policy(role: Role) -> bool:
    return role.existing or any(not _is_without(policy) for policy in role.managed)


def _is_without(policy: ManagedPolicy) -> bool:
    owner, _, name = policy.arn.partition(":policy/")
    return owner.endswith(":aws") and name.rpartition("/")[2] in _WITHOUT_PASS_ROLE


def _report(statement: Statement, actions: list[str], principal: str, passes: list[Statement]) -> Diagnostic:
    needs = "needs" if len(actions) == 1 else "need"
    message = f"{listed(actions)} {needs} `iam:PassRole` to `{principal}`"
    return Diagnostic(
        MISSING_PASS_ROLE,
        f"{message}, and roles may be passed to other services only" if passes else f"{message}, which nothing grants",
        span_in(statement, actions[0]),
        "hands a role to a service",
        notes=("AWS checks the right to pass a role in every call that hands one over",),
        help=(f"add `- pass_role: {{role: NAME-OF-THE-ROLE, to: {principal}}}` to the permissions",),
        path=path_of(statement),
        # Which service gets the role is the usual one; some actions can hand it to another.
        severity=Severity.WARNING if passes else None,
    )
