"""Trust policies that ask for what a session can only have by an action which nobody is allowed.

Whoever assumes a role with session tags or a source identity needs `sts:TagSession` or `sts:SetSourceIdentity` from the
trust policy as well; some services always use them.

Source: IAM User Guide, "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.aws.operators import parse_operator, true_when_absent
from compiler.aws.pattern import matches
from compiler.aws.service_principals import session_actions
from compiler.aws.statement import Condition, Statement
from compiler.checks.spans import path_of, span_in
from compiler.checks.told import Told
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

SESSION_ACTION = Code(
    id="SG545",
    name="missing-session-action",
    severity=Severity.ERROR,
    what="Reports trust policies with a condition on session tags or on the source identity that do not allow "
    "`sts:TagSession` or `sts:SetSourceIdentity`, and those for services that always use them (IAM Roles Anywhere, EKS "
    "Pod Identity).",
    why="A request with tags is denied for want of the action, and one without them does not meet the condition: "
    "nobody can assume the role.",
    bad="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {AWS: "arn:aws:iam::123456789012:role/deploy"}
    Action: sts:AssumeRole
    Condition: {StringEquals: {aws:RequestTag/project: shop}}  # error: SG545
""",
    good="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {AWS: "arn:aws:iam::123456789012:role/deploy"}
    Action: [sts:AssumeRole, sts:TagSession]
    Condition: {StringEquals: {aws:RequestTag/project: shop}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",),
)
CODES = (SESSION_ACTION,)
_TAG, _IDENTITY = "sts:TagSession", "sts:SetSourceIdentity"


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each trust policy as a whole: another statement may allow the action."""
    told = Told()
    for stack in program.stacks:
        for role in stack.roles:
            allows = [item for item in role.trust if item.effect == "Allow"]
            for statement in filter(_asks_for_more, allows):
                yield from told.new(stack, statement, _of_statement(statement, allows))


def _asks_for_more(statement: Statement) -> bool:
    """Whether there is anything to look at: most roles are EC2's, without conditions."""
    services = (value for kind, values in statement.principals if kind == "Service" for value in values)
    return bool(statement.conditions) or any(map(session_actions, services))


def _of_statement(statement: Statement, allows: Iterable[Statement]) -> Iterator[Diagnostic]:
    allows = tuple(allows)
    missing = [name for name in (_TAG, _IDENTITY) if not _may(allows, name)]
    for kind, values in statement.principals if missing else ():
        for value in values if kind == "Service" else ():
            needed = [name for name in session_actions(value) if name in missing]
            if needed and _may((statement,), "sts:AssumeRole"):
                yield _report(statement, f"`{value}` needs {listed(needed)}", value, needed)
                return
    for condition in statement.conditions:
        action = _needed(condition)
        if action in missing:
            yield _report(statement, f"a request with `{condition.key}` needs `{action}`", condition.key, [action])


def _report(statement: Statement, message: str, needle: str, actions: list[str]) -> Diagnostic:
    written = statement.source != "trust"
    return Diagnostic(
        SESSION_ACTION,
        f"{message}, which the trust policy does not allow",
        span_in(statement, needle),
        "nobody can assume the role like this",
        help=(f"add {listed(actions)} to the actions" if written else "leave the condition out",),
        path=path_of(statement),
    )


def _needed(condition: Condition) -> str:
    """The action without which no session has a key that a condition asks for."""
    parsed = parse_operator(condition.operator)
    if parsed is None or true_when_absent(parsed, condition.values):
        return ""
    key = condition.key.lower()
    if key.startswith("aws:requesttag/") or key in ("aws:tagkeys", "sts:transitivetagkeys"):
        return _TAG
    return _IDENTITY if key == "sts:sourceidentity" else ""


def _may(statements: Iterable[Statement], action: str) -> bool:
    """Whether one of the statements allows an action."""
    name = action.lower()
    return any(
        any(matches(text.lower(), name) for text in item.actions)
        or (bool(item.not_actions) and not any(matches(text.lower(), name) for text in item.not_actions))
        for item in statements
    )
