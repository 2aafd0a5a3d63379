"""Whether one statement reaches everything that another one does.

Only what is certain counts: elements are compared one by one, so a statement that two others cover together is
covered by neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from compiler.aws.pattern import arn_covers, arn_overlaps, covers, overlaps
from compiler.aws.statement import Statement
from compiler.checks.working import beyond_colons
from compiler.ir.program import Policy, StackProgram

_KEPT = 1 << 14
_MANY = 50
_WILD = re.compile(r"[*?$]")


@lru_cache(_KEPT)
def action_covers(general: str, specific: str) -> bool:
    """Whether one action pattern covers another, in whatever capitals.

    >>> action_covers("s3:Get*", "s3:getobject")
    True
    """
    return covers(general.lower(), specific.lower())


def _each(specific: Iterable[str], general: tuple[str, ...], by: Callable[[str, str], bool]) -> bool:
    return all(text in general or any(by(other, text) for other in general) for text in specific)


def candidates(statements: Sequence[Statement]) -> Callable[[Statement], Iterable[int]]:
    """A function that gives the places of those statements which may cover one: all but a few are ruled out at once.

    What stands before the first wildcard of a pattern, everything begins with that the pattern covers. So a long list
    is not compared pair by pair.
    """
    if len(statements) < _MANY:
        return lambda _: range(len(statements))
    resources, actions = _by_start(statements, _resource_texts), _by_start(statements, _action_texts)

    def of(statement: Statement) -> Iterable[int]:
        found = _at(resources, _resource_texts(statement)), _at(actions, _action_texts(statement))
        known = [item for item in found if item is not None]
        return sorted(set.intersection(*known)) if known else range(len(statements))

    return of


def _resource_texts(statement: Statement) -> tuple[str, ...]:
    return statement.resources


def _action_texts(statement: Statement) -> tuple[str, ...]:
    return tuple(text.lower() for text in statement.actions)


def _by_start(statements: Sequence[Statement], texts: Callable[[Statement], tuple[str, ...]]) -> dict[str, set[int]]:
    """The places of statements by the start of their texts; those that say what they are not about under ``""``."""
    found: dict[str, set[int]] = {}
    for place, statement in enumerate(statements):
        for start in {_start(text) for text in texts(statement)} or {""}:
            found.setdefault(start, set()).add(place)
    return found


def _start(text: str) -> str:
    return _WILD.split(text, 1)[0]


def _at(found: dict[str, set[int]], texts: tuple[str, ...]) -> set[int] | None:
    """The places whose start is one of the first text, or None when there is no text."""
    if not texts:
        return None
    start = _start(texts[0])
    return set().union(*(found.get(start[:end], ()) for end in range(len(start) + 1)))


def covers_statement(general: Statement, specific: Statement) -> bool:
    """Whether all requests that ``specific`` matches are matched by ``general``; effects are not looked at.

    The conditions of ``general`` have to stand in ``specific`` as well, so it is at most as strict.
    """
    if general.conditions and not set(general.conditions) <= set(specific.conditions):
        return False
    return _covers_actions(general, specific) and _covers_resources(general, specific)


def _covers_actions(general: Statement, specific: Statement) -> bool:
    if general.actions:
        return bool(specific.actions) and _each(specific.actions, general.actions, action_covers)
    if specific.actions:
        pairs = ((own, other) for own in specific.actions for other in general.not_actions)
        return not any(overlaps(own.lower(), other.lower()) for own, other in pairs)
    return bool(specific.not_actions) and _each(general.not_actions, specific.not_actions, action_covers)


def _covers_resources(general: Statement, specific: Statement) -> bool:
    if general.resources:
        return bool(specific.resources) and _each(specific.resources, general.resources, arn_covers)
    if specific.resources:
        pairs = ((own, other) for own in specific.resources for other in general.not_resources)
        # A star at the end of a field may reach over colons, so such a resource may be one of them.
        return not any(arn_overlaps(own, other) or beyond_colons(own) for own, other in pairs)
    return bool(specific.not_resources) and _each(general.not_resources, specific.not_resources, arn_covers)


def meets_statement(one: Statement, other: Statement) -> bool:
    """Whether some request may match the actions and resources of both; conditions are not looked at."""
    return meets_actions(one, other) and _meets_resources(one, other)


def meets_actions(one: Statement, other: Statement) -> bool:
    """Whether some action is among those of both statements."""
    if one.actions and other.actions:
        return any(overlaps(a.lower(), b.lower()) for a in one.actions for b in other.actions)
    plain, negated = (one.actions, other.not_actions) if one.actions else (other.actions, one.not_actions)
    return not plain or not _each(plain, negated, action_covers)


def _meets_resources(one: Statement, other: Statement) -> bool:
    if one.resources and other.resources:
        return any(arn_overlaps(a, b) for a in one.resources for b in other.resources)
    plain, negated = (one.resources, other.not_resources) if one.resources else (other.resources, one.not_resources)
    return not plain or not _each(plain, negated, arn_covers)


def policies_together(stack: StackProgram) -> Iterator[tuple[tuple[Policy, ...], bool]]:
    """The policies that act together: those of each role, and each that no role has alone.

    With each, whether that is all that the role may do: nothing made elsewhere is attached to it.
    """
    used: set[str] = set()
    for role in stack.roles:
        used.update(role.policies)
        attached = set(role.policies)
        together = tuple(policy for policy in stack.policies if policy.label in attached)
        yield together, not role.managed and not role.existing
    for policy in stack.policies:
        if policy.label not in used:
            yield (policy,), True
