"""Everything: all actions on all resources, or all actions of a service.

The policies of AWS that allow everything are reported as well, where a role attaches one.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.service_data import service_title
from compiler.checks.action_patterns import ActionPattern
from compiler.checks.reach import is_written
from compiler.checks.risk import HIGH, MEDIUM, Risk, report, risks, ways_note
from compiler.checks.risk_actions import exposes
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

FULL_ADMIN = Code(
    id="SG603",
    name="full-admin",
    severity=Severity.WARNING,
    what="Reports a role that may do everything: `*` on `*`, or the policy AdministratorAccess attached to it.",
    why="Whoever gets into one instance has the whole account, its other applications, its backups and its logs.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: "*"  # warning: SG603
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
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
)

SERVICE_WILDCARD = Code(
    id="SG604",
    name="service-wildcard",
    severity=Severity.WARNING,
    what="Reports all actions of a service: a warning where they work on every resource of it, a note where "
    "the resources are named or nothing can be changed.",
    why="Among all actions of a service are those that delete what it keeps, change who may use it and switch "
    "its logs off; and every action that AWS adds later is allowed on the same day.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: sqs:*  # warning: SG604
          Resource: "*"
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - sqs: {queue: orders, access: consume}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
)
CODES = (FULL_ADMIN, SERVICE_WILDCARD)
# AWS's own policies with which a role may do everything, or make itself that.
_ADMINISTRATORS = {
    "AdministratorAccess": "everything",
    "IAMFullAccess": "everything, once it has written its own policy",
    "PowerUserAccess": "everything but to manage users and groups",
}
_SHOWN = 3
_CHANNELS = frozenset({"ec2messages", "ssmmessages"})
_CHANGING = frozenset({"Permissions management", "Tagging", "Write"})


def check(program: Program) -> Iterator[Diagnostic]:
    """Statements that allow everything or a whole service, and attached policies that do."""
    for risk in risks(program):
        if risk.breadth.everything:
            yield _admin(risk)
        elif is_written(risk.site.statement) and risk.breadth.whole:
            yield _services(risk, *risk.breadth.whole)
    yield from _attached(program)


def _admin(risk: Risk) -> Diagnostic:
    return report(
        FULL_ADMIN,
        risk,
        "this allows everything on everything",
        risk.breadth.everything,
        "all actions of all services",
        notes=("also to change IAM itself, so nothing else that the role is given or denied by others lasts", HIGH),
        help=("list what the application calls; `stackgrant grants` shows what there is for each service",),
    )


def _services(risk: Risk, first: ActionPattern, *others: ActionPattern) -> Diagnostic:
    statement, patterns = risk.site.statement, (first, *others)
    anywhere = any(_is_all(text) for text in statement.resources)
    exposing = [action.full_name for pattern in patterns for action in pattern.actions if exposes(action)]
    count = sum(len(pattern.actions) for pattern in patterns)
    among = (
        f"{'their' if others else 'its'} {count} actions include {listed(exposing[:_SHOWN])}: who gets in can be "
        "changed with it"
    )
    if any(pattern.wide for pattern in patterns):
        what = "actions of many services"
    else:
        what = f"all actions of {'these services' if others else service_title(first.service)}"
    texts = listed(pattern.text for pattern in patterns)
    span = span_in(statement, first.text)
    return Diagnostic(
        SERVICE_WILDCARD,
        f"{texts} {'allow' if others else 'allows'} {what} on {'every resource' if anywhere else 'these resources'}",
        span,
        what,
        also("and this", *(span_in(statement, item.text) for item in others), unlike=span),
        notes=(*((among,) if exposing else ()), *ways_note(risk), HIGH if anywhere else MEDIUM),
        help=(f"list the actions that the application calls in place of {texts}",),
        path=path_of(statement),
        severity=None if anywhere and any(map(_changes, patterns)) else Severity.NOTE,
    )


def _changes(pattern: ActionPattern) -> bool:
    """Whether a service has anything that could be changed: the message channels of agents have not."""
    return pattern.service not in _CHANNELS and any(
        not _CHANGING.isdisjoint(action.access_level) for action in pattern.actions
    )


def _is_all(resource: str) -> bool:
    """Whether the whole resource field is a wildcard: ``*``, ``arn:aws:sqs:*:*:*``."""
    return resource.strip("*") == "" or (resource.count(":") >= 5 and resource.split(":", 5)[5].strip("*/") == "")


def _attached(program: Program) -> Iterator[Diagnostic]:
    told: set[object] = set()
    for stack in program.stacks:
        for role in stack.roles:
            for policy in role.managed:
                owner, _, name = policy.arn.partition(":policy/")
                gain = _ADMINISTRATORS.get(name) if owner.endswith(":aws") else None
                if gain and policy.origin not in told:
                    told.add(policy.origin)
                    yield Diagnostic(
                        FULL_ADMIN,
                        f"`{name}` allows role `{role.name}` {gain}",
                        policy.origin.span,
                        "a policy for administrators",
                        notes=(HIGH,),
                        help=("grant what the application calls in place of it",),
                        path=policy.origin.path,
                    )
