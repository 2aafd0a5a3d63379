"""What one statement can reach: which of its actions meet a resource and a request that satisfies its conditions.

Everything that the rules on statements say is found here once, so that one cause gives one message. A statement that
can never apply is reported as that and as nothing else; a resource that is malformed is not also reported as one that
no action matches, and the actions that were meant for it are held against what it was meant to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from compiler.aws.statement import Condition, Statement
from compiler.checks.action_patterns import ActionPattern, read_patterns
from compiler.checks.arn_faults import ArnFault, arn_fault
from compiler.checks.arn_fields import is_foreign
from compiler.checks.certainty import is_surely_apart, surely_lacks
from compiler.checks.condition_keys import (
    UnknownKey,
    carries,
    is_of_service_calls,
    never_carried,
    required,
    unknown_key,
)
from compiler.checks.place import Place
from compiler.checks.working import works_on, works_on_any
from compiler.diagnostics.value import record

_KEPT = 1 << 14


@record(frozen=True, slots=True)
class DeadKey:
    """A condition that requests for ``patterns`` never meet, because they do not carry its key.

    ``unknown`` when no request at all does, ``never`` when no request of an EC2 instance does, ``service`` when only
    those do that a service makes as itself. ``certain`` is false where a gap in the service data would explain it.
    """

    condition: Condition
    patterns: tuple[str, ...]
    unknown: UnknownKey | None = None
    never: bool = False
    certain: bool = True
    service: bool = False


@record(frozen=True, slots=True)
class Examination:
    """What is wrong with one statement; all empty and false for most.

    ``unmatched_actions`` meet no resource of the statement, ``unmatched_resources`` no action. ``is_dead`` says that
    the statement as a whole can never apply. What the service data alone says, and may be wrong about, is listed in
    ``doubtful`` (actions by their text) or not ``is_surely_dead``.
    """

    patterns: tuple[ActionPattern, ...] = ()
    unreadable: tuple[ActionPattern, ...] = ()
    malformed: tuple[ArnFault, ...] = ()
    foreign: tuple[str, ...] = ()
    unmatched_actions: tuple[ActionPattern, ...] = ()
    unmatched_resources: tuple[str, ...] = ()
    dead_keys: tuple[DeadKey, ...] = ()
    doubtful_keys: tuple[UnknownKey, ...] = ()
    is_dead: bool = False
    is_surely_dead: bool = False
    doubtful: frozenset[str] = frozenset()

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to say."""
        return not any(self.kind)

    @property
    def kind(self) -> tuple[int, ...]:
        """How much is wrong of what: alike for the same mistake in another region or account."""
        lists = (
            self.unreadable,
            self.malformed,
            self.foreign,
            self.unmatched_actions,
            self.unmatched_resources,
            self.dead_keys,
            self.doubtful_keys,
        )
        return (*map(len, lists), self.is_dead)


@lru_cache(_KEPT)
def examine(statement: Statement, place: Place, ec2_only: bool) -> Examination:
    """Examine a statement of an identity policy.

    Args:
        statement: the statement; where it comes from does not matter.
        place: the stack's partition, region and account.
        ec2_only: whether only EC2 instances use the roles that have it.
    """
    patterns = read_patterns(statement.actions or statement.not_actions)
    unreadable = tuple(pattern for pattern in patterns if pattern.fault)
    texts = statement.resources or statement.not_resources
    malformed = tuple(fault for text in texts if (fault := arn_fault(text, place)) is not None)
    foreign = tuple(text for text in texts if is_foreign(text, place))
    keys = {condition.key for condition in statement.conditions}
    unknown = tuple(found for key in sorted(keys) if (found := unknown_key(key)) is not None)
    known = tuple(pattern for pattern in patterns if not pattern.fault)
    reach = _Reach(statement, known, malformed, foreign, ec2_only)
    dead_keys = tuple(reach.dead_keys(unknown))
    unmatched_actions = tuple(reach.unmatched_actions())
    unmatched_resources = tuple(reach.unmatched_resources()) if not unreadable else ()
    doubtful = (item.text for item in unmatched_actions if not reach.is_surely_unmatched(item))
    reported = {item.condition.key for item in dead_keys if item.unknown}
    is_dead = bool(known) and not unreadable and not reach.is_alive()
    return Examination(
        patterns,
        unreadable,
        malformed,
        foreign,
        unmatched_actions,
        unmatched_resources,
        dead_keys,
        tuple(found for found in unknown if found.key not in reported),
        is_dead,
        is_dead and not reach.may_be_alive(),
        frozenset(doubtful),
    )


class _Reach:
    """The pairs of action and resource of one statement. ``NotAction`` reaches nearly everything and is left alone.

    ``real`` resources are what the statement reaches as it stands; ``meant`` ones are those with the malformed put
    right (or taken for everything, where it cannot be told what was meant).
    """

    def __init__(
        self,
        statement: Statement,
        patterns: tuple[ActionPattern, ...],
        malformed: tuple[ArnFault, ...],
        foreign: tuple[str, ...],
        ec2_only: bool,
    ) -> None:
        self.patterns = patterns if statement.actions else ()
        self.needed = required(statement.conditions)
        self.never = tuple(item for item in self.needed if ec2_only and never_carried(item))
        faulty = {fault.text for fault in malformed}
        allows = statement.effect == "Allow"
        self.of_services = tuple(item for item in self.needed if allows and is_of_service_calls(item))
        self.sound = tuple(text for text in statement.resources if text not in faulty and text not in foreign)
        doubtful = tuple(
            text for fault in malformed if not fault.certain for text in (fault.text, fault.corrected) if text
        )
        # An ARN of another partition has a message of its own, so it counts as what it would be in this one.
        anything = ("*",) if any(text not in faulty for text in foreign) or not statement.resources else ()
        self.real = (*self.sound, *doubtful, *anything)
        self.meant = (*self.real, *(fault.corrected or "*" for fault in malformed if fault.certain))

    def is_alive(self) -> bool:
        """Whether some request meets an action, a resource and all conditions."""
        return not self.patterns or any(map(self._is_alive, self.patterns))

    def _is_alive(self, pattern: ActionPattern) -> bool:
        if self.never or not self.real:
            return False
        return pattern.wide or any(
            works_on_any(action, self.real) and all(carries(item.key, action) for item in self.needed)
            for action in pattern.actions
        )

    def may_be_alive(self) -> bool:
        """Whether a gap in the service data could explain why nothing meets."""
        if self.never:
            return False
        return any(
            any(not is_surely_apart(action, text) or works_on(action, text) for text in self.real)
            and all(carries(item.key, action) or not surely_lacks(item.key, action) for item in self.needed)
            for pattern in self.patterns
            for action in pattern.actions
        )

    def unmatched_actions(self) -> Iterator[ActionPattern]:
        """Patterns of which no action meets a resource."""
        for pattern in self.patterns:
            if not pattern.wide and not any(works_on_any(action, self.meant) for action in pattern.actions):
                yield pattern

    def is_surely_unmatched(self, pattern: ActionPattern) -> bool:
        """Whether no gap in the service data could explain why a pattern meets no resource."""
        return all(is_surely_apart(action, text) for action in pattern.actions for text in self.meant)

    def unmatched_resources(self) -> Iterator[str]:
        """Sound resources that no action meets."""
        if not self.patterns or any(pattern.wide for pattern in self.patterns):
            return
        actions = [action for pattern in self.patterns for action in pattern.actions]
        for text in self.sound:
            if not any(works_on(action, text) for action in actions):
                yield text

    def dead_keys(self, unknown: tuple[UnknownKey, ...]) -> Iterator[DeadKey]:
        """Conditions with the patterns that they kill; a pattern that meets no resource is not counted twice."""
        slips = {found.key: found for found in unknown if found.certain}
        for condition in self.needed:
            slip = slips.get(condition.key)
            if slip is not None or condition in self.never:
                yield DeadKey(condition, tuple(item.text for item in self.patterns), slip, condition in self.never)
                continue
            if condition in self.of_services:
                yield DeadKey(condition, tuple(item.text for item in self.patterns), certain=False, service=True)
                continue
            killed: list[str] = []
            certain = True
            for pattern in self.patterns:
                met = [action for action in pattern.actions if works_on_any(action, self.meant)]
                if met and not any(carries(condition.key, action) for action in met):
                    killed.append(pattern.text)
                    certain = certain and all(surely_lacks(condition.key, action) for action in met)
            if killed:
                yield DeadKey(condition, tuple(killed), certain=certain)
