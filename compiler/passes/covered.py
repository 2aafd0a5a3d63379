"""Actions, resources and statements of one document that say nothing new, left out.

``s3:GetObject`` beside ``s3:Get*`` on the same resources, or a statement that another one without conditions covers:
what is left allows (and denies) exactly the same. For documents that do not fit otherwise, because a reader of a
document that fits is better served by all that was asked for.

Everything that is left out is covered by something that stays: it is compared with what is there at that moment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.aws.pattern import arn_covers, covers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compiler.aws.statement import Statement


def without_covered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements without what others of the same effect cover."""
    found: list[Statement | None] = [_alone(statement) for statement in statements]
    for index, statement in enumerate(found):
        if statement is None or not _is_plain(statement) or statement.sid:
            continue
        for other in [item for at, item in enumerate(found) if at != index and item is not None]:
            if statement is not None and _may_cover(other, statement):
                statement = _less(statement, other)
        found[index] = statement
    return tuple(statement for statement in found if statement is not None)


def _is_plain(statement: Statement) -> bool:
    return bool(statement.actions and statement.resources) and not (statement.principals or statement.not_principals)


def _may_cover(general: Statement, specific: Statement) -> bool:
    return (
        general.effect == specific.effect
        and _is_plain(general)
        and (not general.conditions or set(general.conditions) <= set(specific.conditions))
    )


def _alone(statement: Statement) -> Statement:
    """A statement without actions and resources that others of its own cover."""
    if not _is_plain(statement):
        return statement
    actions, resources = _uncovered(statement.actions, _action_covers), _uncovered(statement.resources, arn_covers)
    if len(actions) == len(statement.actions) and len(resources) == len(statement.resources):
        return statement
    return replace(statement, actions=actions, resources=resources)


def _uncovered(texts: tuple[str, ...], by: Callable[[str, str], bool]) -> tuple[str, ...]:
    kept = list(dict.fromkeys(texts))
    for text in tuple(kept):
        if any(other != text and by(other, text) for other in kept):
            kept.remove(text)
    return tuple(kept)


def _less(statement: Statement, other: Statement) -> Statement | None:
    """What is left of a statement beside another one; None when nothing is."""
    actions = tuple(a for a in statement.actions if not any(_action_covers(b, a) for b in other.actions))
    resources = tuple(r for r in statement.resources if not any(arn_covers(p, r) for p in other.resources))
    if not actions and not resources:
        return None
    if not actions:
        return replace(statement, resources=resources)
    if not resources:
        return replace(statement, actions=actions)
    return statement


def _action_covers(general: str, specific: str) -> bool:
    return covers(general.lower(), specific.lower())
