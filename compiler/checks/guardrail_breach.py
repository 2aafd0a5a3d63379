"""What a guardrail finds fault with in a statement, and which actions of a statement a guardrail speaks of."""

from __future__ import annotations

from functools import lru_cache

from compiler.aws.overrides import REQUEST_ARNS
from compiler.aws.pattern import covers, overlaps
from compiler.aws.service_data import expand_action
from compiler.aws.statement import Statement
from compiler.checks.action_patterns import read_pattern
from compiler.diagnostics import Code, Span
from compiler.diagnostics.value import record
from compiler.ir.guardrails import Guardrail

_KEPT = 1 << 12


@record(frozen=True, slots=True)
class Breach:
    """One rule that a statement does not keep.

    ``message`` has ``{}`` where the ``culprits`` go, which are those of all statements of a permission
    together; they are
    also what is underlined, besides ``needles``. ``mark`` is the place in the guardrails file.
    """

    code: Code
    mark: Span
    message: str
    label: str
    culprits: tuple[str, ...] = ()
    needles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Asked:
    """The actions of an Allow that a guardrail speaks of; ``inverted``: those of ``NotAction``, so all but these."""

    patterns: tuple[str, ...]
    inverted: bool = False

    @property
    def limited(self) -> tuple[str, ...]:
        """The actions that can be limited to a resource, or of which that is not known."""
        return self.patterns if self.inverted else tuple(item for item in self.patterns if not _knows_no_resource(item))


def asked_of(guardrail: Guardrail, statement: Statement) -> Asked | None:
    """The actions of a statement that a guardrail speaks of, or None when there are none."""
    if statement.effect != "Allow":
        return None
    scope = tuple(word.text for word in guardrail.actions)
    if statement.not_actions:
        left = [item for item in scope if not any(action_covers(other, item) for other in statement.not_actions)]
        return Asked(statement.not_actions, inverted=True) if left or not scope else None
    patterns = _within(statement.actions, scope) if scope else statement.actions
    return Asked(patterns) if patterns else None


@lru_cache(_KEPT)
def _within(actions: tuple[str, ...], scope: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item in actions if any(action_overlaps(item, other) for other in scope))


@lru_cache(_KEPT)
def _knows_no_resource(pattern: str) -> bool:
    if read_pattern(pattern).wide:
        return False
    actions = expand_action(pattern)
    return bool(actions) and not any(
        item.resource_types or (item.service, item.name) in REQUEST_ARNS for item in actions
    )


@lru_cache(_KEPT)
def action_overlaps(a: str, b: str) -> bool:
    """Whether some action is matched by both patterns, be it one that AWS has yet to invent."""
    return all(overlaps(one, other) for one, other in zip(_parts(a), _parts(b), strict=True))


@lru_cache(_KEPT)
def action_covers(general: str, specific: str) -> bool:
    """Whether every action that ``specific`` matches is matched by ``general``."""
    return all(covers(one, other) for one, other in zip(_parts(general), _parts(specific), strict=True))


def _parts(pattern: str) -> tuple[str, str]:
    """Service and name: a wildcard of the one never reaches into the other, but ``*`` is all of both."""
    service, colon, name = pattern.lower().partition(":")
    return (service, name) if colon else (service, service)
