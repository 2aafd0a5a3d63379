"""The ways in which a role can give itself more than it was given, found over all of its policies.

A way is a set of actions (``data/privilege_escalation.json``, which names its sources). It is open when the role may do
all of them, after what an unconditional Deny takes away, and when the *decisive* action of the set reaches something
that may have more permissions: for ``iam:PassRole`` the roles that may be passed, for ``iam:AttachRolePolicy`` the role
that is changed. What reaches only things that are named one by one is how work is handed over on purpose; changing IAM
itself is never that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from compiler.aws.arn import split_fields
from compiler.aws.service_data import find_action
from compiler.aws.statement import Statement
from compiler.checks.escalation_routes import Route, mask_of, within
from compiler.checks.passing import PASSED_TO, passes_to
from compiler.checks.reach import Reach, is_own, is_wild, naming_text, narrows, reach_of, reaches_all
from compiler.checks.survey import survey
from compiler.diagnostics.value import record
from compiler.ir.program import Program, Role, StackProgram

Scope = Literal["itself", "everything", "many", "named"]
# What is changed when IAM itself is changed, in contrast to what runs with a role.
_FURTHEST: tuple[Scope, ...] = ("itself", "everything", "many", "named")
_IN_IAM = frozenset({"role", "policy", "user", "group"})


@record(frozen=True, slots=True)
class Way:
    """A path that is open to a role: how far it reaches, and the statements that open it, the decisive one first."""

    route: Route
    scope: Scope
    reach: Reach
    others: tuple[tuple[str, Statement], ...]


@record(frozen=True, slots=True)
class Escalation:
    """The ways that one decisive statement opens to a role (or to whoever has a policy that no role carries)."""

    stack: StackProgram
    role: Role | None
    statement: Statement
    ways: tuple[Way, ...]


_last: tuple[Program, tuple[Escalation, ...]] | None = None


def escalations(program: Program) -> tuple[Escalation, ...]:
    """All of a program, each permission once. The last answer is kept, because several rules ask."""
    global _last
    if _last is None or _last[0] is not program:
        _last = program, tuple(_walk(program))
    return _last[1]


def _walk(program: Program) -> Iterator[Escalation]:
    suspects: dict[tuple[str, str], list[Statement]] = {}
    for site in survey(program).risky:
        if mask_of(site.statement):
            suspects.setdefault((site.stack.name, site.policy.label), []).append(site.statement)
    if not suspects:
        return
    told: set[object] = set()
    for stack, role, labels in _units(program):
        allows = [item for label in labels for item in suspects.get((stack.name, label), ())]
        mask = 0
        for statement in allows:
            mask |= mask_of(statement)
        if mask and within(mask):
            for found in _of_unit(stack, role, labels, allows, within(mask)):
                # An app that runs on many layers or stacks is one cause.
                key = (found.statement.origins, tuple(way.route.id for way in found.ways))
                if not found.statement.origins or key not in told:
                    told.add(key)
                    yield found


def _units(program: Program) -> Iterator[tuple[StackProgram, Role | None, tuple[str, ...]]]:
    for stack in program.stacks:
        carried: set[str] = set()
        for role in stack.roles:
            carried.update(role.policies)
            yield stack, role, role.policies
        for policy in stack.policies:
            if policy.label not in carried:
                yield stack, None, (policy.label,)


def _of_unit(
    stack: StackProgram, role: Role | None, labels: tuple[str, ...], allows: list[Statement], known: tuple[Route, ...]
) -> Iterator[Escalation]:
    attached = set(labels)
    policies = [policy for policy in stack.policies if policy.label in attached]
    denies = tuple(item for policy in policies for item in policy.statements if item.effect == "Deny")
    start = f"arn:{stack.partition}:iam::{stack.account}:"
    # Documents without a spec have no names: there, nobody knows who it is.
    own: dict[str, tuple[str, ...]] = (
        {}
        if role is None or not stack.account
        else {
            "role": (f"{start}role{role.path or '/'}{role.name}",),
            "policy": tuple(f"{start}policy{policy.path or '/'}{policy.name}" for policy in policies),
        }
    )
    by_statement: dict[int, list[Way]] = {}
    for route in known:
        way = _way(route, allows, denies, own.get(route.target, ()), stack.account)
        if way is not None:
            by_statement.setdefault(id(way.reach.statement), []).append(way)
    for ways in by_statement.values():
        yield Escalation(stack, role, ways[0].reach.statement, tuple(ways))


def _way(
    route: Route,
    allows: list[Statement],
    denies: tuple[Statement, ...],
    own: tuple[str, ...],
    account: str,
) -> Way | None:
    """The path as it is open by the statement that reaches furthest, if it is."""
    found: list[tuple[tuple[int, bool], Scope, Reach]] = []
    for statement in allows:
        reach = reach_of(statement, route.decisive, denies)
        if reach is None or (route.target == "pass" and route.to and not passes_to(statement, route.to)):
            continue
        scope = _scope(route, _in_account(reach, account) if route.target == "assume" else reach, own)
        if scope is not None:
            is_pattern = route.decisive not in map(str.lower, statement.actions)
            found.append(((_FURTHEST.index(scope), is_pattern), scope, reach))
    if not found:
        return None
    _, scope, reach = min(found, key=lambda item: item[0])
    others = []
    for name, action in zip(route.names, route.actions, strict=True):
        if action != route.decisive:
            opened = [item for item in allows if reach_of(item, action, denies) is not None]
            if not opened:
                return None
            others.append((name, reach.statement if reach.statement in opened else opened[0]))
    return Way(route, scope, reach, tuple(others))


def _in_account(reach: Reach, account: str) -> Reach:
    """Without the roles of other accounts that are named: there, that account decides who assumes a role."""
    fields = {text: split_fields(text) for text in reach.resources}
    near = (text for text, parts in fields.items() if not (account and parts and _is_other(parts[3], account)))
    return replace(reach, resources=tuple(near))


def _is_other(text: str, account: str) -> bool:
    return text.isdecimal() and text != account


def _scope(route: Route, reach: Reach, own: tuple[str, ...]) -> Scope | None:
    """How far a path reaches; None where it reaches only what is meant to be reached."""
    statement = reach.statement
    if any(narrows(item) for item in statement.conditions if item.key.lower() != PASSED_TO):
        return None
    action = find_action(route.decisive)
    everything = any(reaches_all(text, action) for text in reach.resources)
    if any(reach.hits(arn) for arn in own):
        return "itself"
    if everything:
        return "everything"
    # `${aws:username}` is the user who calls.
    texts = [text for text in reach.resources if "${aws:username}" not in text]
    if any(map(is_wild, texts)) and is_own(statement):
        return "many"
    return "named" if texts and route.target in _IN_IAM else None


def decisive_text(way: Way) -> str:
    """What the decisive statement writes for the decisive action."""
    name = next(name for name in way.route.names if name.lower() == way.route.decisive)
    return naming_text(way.reach.statement, name) or name
