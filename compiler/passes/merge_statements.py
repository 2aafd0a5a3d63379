"""Statements of one policy that differ only in their actions, or only in their resources, become one.

After this pass a policy holds no statement twice, its statements stand in canonical order, and the actions, resources
and conditions of each are sorted without duplicates; all of it whatever the order in which they came.

Merging is exact, because a statement matches a request when *one* of its actions and *one* of its resources do:
``A1 on R`` and ``A2 on R`` together are ``A1 or A2 on R``, and likewise for resources, under the same conditions and
effect. ``NotAction`` and ``NotResource`` are never united (a union of "all but" is no longer a list), only equal
ones beside a list that is. A statement with a Sid was written as one piece and stays one, so that its Sid names what
it named. Nothing moves to another policy: an edit to one grant must not change the document of another.

Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: NotAction, NotResource".
"""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from operator import attrgetter, is_, lt
from typing import TYPE_CHECKING, Any

from compiler.aws.statement import is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compiler.aws.statement import Statement
    from compiler.diagnostics import Origin
    from compiler.ir.program import Policy, Program, StackProgram

_all_but_actions = attrgetter(
    "resources", "effect", "conditions", "not_resources", "not_actions", "principals", "not_principals"
)
_all_but_resources = attrgetter(
    "actions", "effect", "conditions", "not_actions", "not_resources", "principals", "not_principals"
)
_actions = attrgetter("actions")
_actions_and_conditions = attrgetter("actions", "conditions")
_resources_and_conditions = attrgetter("resources", "conditions")
# The canonical order of statements that have nothing else and allow.
_order_of_kin = attrgetter("actions", "resources", "conditions")


def merge_statements(program: Program) -> Program:
    """The program with each policy's statements merged and in canonical order."""
    return replace(program, stacks=tuple(map(_stack, program.stacks)))


def _stack(stack: StackProgram) -> StackProgram:
    policies = tuple(map(_policy, stack.policies))
    same = all(new is old for new, old in zip(policies, stack.policies, strict=True))
    return stack if same else replace(stack, policies=policies)


def _policy(policy: Policy) -> Policy:
    statements = merged(policy.statements)
    if len(statements) == len(policy.statements) and all(map(is_, statements, policy.statements)):
        return policy
    return policy.with_statements(statements)


def merged(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The statements of one document, merged and in canonical order."""
    # What has kin was made in canonical form.
    known = is_plain(statements)
    if not known and not all(map(_is_canonical, statements)):
        statements = tuple(map(_canonical, statements))
    count = len(statements)
    if count > 1:
        # Two statements can only merge, or be the same, when they have the same conditions and the same actions or
        # resources. Most policies have no such pair, and finding that out costs two sets.
        apart = len(set(map(_actions, statements))) == count
        if len(set(map(_resources_and_conditions, statements))) < count or not (
            apart or len(set(map(_actions_and_conditions, statements))) == count
        ):
            statements = _merged(statements)
            known = False
        order = canonical_order if not known else _actions if apart else _order_of_kin
        statements = tuple(sorted(statements, key=order))
    return statements


def _is_canonical(s: Statement) -> bool:
    # One value is in order, and most elements have one: a fleet has too many of them for a call each.
    return s.kin is not None or (
        (len(s.actions) < 2 or _ascending(s.actions))
        and (len(s.resources) < 2 or _ascending(s.resources))
        and (len(s.conditions) < 2 or _ascending(s.conditions))
    )


def _ascending(values: tuple[Any, ...]) -> bool:
    return all(map(lt, values, values[1:]))


def _canonical(s: Statement) -> Statement:
    if _is_canonical(s):
        return s
    return replace(s, actions=_unique(s.actions), resources=_unique(s.resources), conditions=_unique(s.conditions))


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(values)))


def _merged(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Duplicates dropped, then actions and resources united in turn until nothing changes any more.

    Each turn unites whole groups at once, so the result does not depend on the order of the statements.
    """
    whole = _grouped((s for s in statements if s.sid), lambda s: s)
    found = _grouped((s for s in statements if not s.sid), _all_but_actions)
    for key in cycle((_all_but_resources, _all_but_actions)):
        before = len(found)
        found = _grouped(found, key)
        if len(found) == before:
            break
    return (*whole, *found)


def _grouped(statements: Iterable[Statement], key: Callable[[Statement], object]) -> list[Statement]:
    """One statement for each group of equal ``key``: the union of their actions, resources and origins."""
    groups: dict[object, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(key(statement), []).append(statement)
    return [united(group) if len(group) > 1 else group[0] for group in groups.values()]


def united(group: list[Statement]) -> Statement:
    """One statement with the actions, resources and origins of all; the rest is that of the first."""
    origins = {_place(origin): origin for statement in group for origin in statement.origins}
    return replace(
        group[0],
        actions=_unique(action for statement in group for action in statement.actions),
        resources=_unique(resource for statement in group for resource in statement.resources),
        origins=tuple(origins[place] for place in sorted(origins)),
        # Where several grants asked for it the origins tell all of them; the source names one, the same every time.
        source=min(statement.source for statement in group),
        release=max(statement.release for statement in group),
    )


def _place(origin: Origin) -> tuple[str, int, int, str]:
    return (origin.span.source.name, origin.span.start, origin.span.end, origin.path)


def canonical_order(s: Statement) -> tuple[Any, ...]:
    """A key that sorts the statements of a document, whatever the order in which they came."""
    # ``sort_key`` takes NotAction for Action; what follows it tells such statements apart.
    return (s.sort_key, s.not_actions, s.not_resources, s.not_principals)
