"""What one statement can reach: which of its actions meet a resource and a request that satisfies its conditions.

Everything that the rules on statements say is found here once, so that one cause gives one message. A statement that
can never apply is reported as that and as nothing else; a resource that is malformed is not also reported as one that
no action matches, and the actions that were meant for it are held against what it was meant to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from compiler.aws.matching import action_matches
from compiler.aws.service_data import Action
from compiler.aws.statement import Condition, Statement
from compiler.checks.action_patterns import ActionPattern, read_patterns
from compiler.checks.arn_faults import ArnFault, arn_fault, is_foreign
from compiler.checks.condition_keys import UnknownKey, carries, never_carried, required, unknown_key
from compiler.checks.place import Place

_KEPT = 1 << 14


@dataclass(frozen=True, slots=True)
class DeadKey:
    """A condition that requests for ``patterns`` never meet, because they do not carry its key.

    ``unknown`` when no request at all does, ``never`` when no request of an EC2 instance does.
    """

    condition: Condition
    patterns: tuple[str, ...]
    unknown: UnknownKey | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """What is wrong with one statement; all empty and false for most.

    ``unmatched_actions`` meet no resource of the statement, ``unmatched_resources`` no action. ``is_dead`` says that
    the statement as a whole can never apply.
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
    is_dead = bool(known) and not unreadable and reach.is_dead()
    dead_keys = tuple(reach.dead_keys(unknown))
    reported = {item.condition.key for item in dead_keys if item.unknown}
    return Examination(
        patterns,
        unreadable,
        malformed,
        foreign,
        tuple(reach.unmatched_actions()),
        tuple(reach.unmatched_resources()) if not unreadable else (),
        dead_keys,
        tuple(found for found in unknown if found.key not in reported),
        is_dead,
    )


class _Reach:
    """The pairs of action and resource of one statement. ``NotAction`` reaches nearly everything and is left alone."""

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
        wrong = {fault.text: fault for fault in malformed if fault.certain}
        everything = () if statement.resources else ("*",)
        # An ARN of another partition has a message of its own, so it counts as what it would be in this one.
        anything = tuple("*" for text in foreign if text not in wrong)
        self.sound = tuple(text for text in statement.resources if text not in wrong and text not in foreign)
        self.real = (*self.sound, *anything, *everything)
        self.meant = (*self.real, *(fault.corrected or "*" for fault in wrong.values()))

    def is_dead(self) -> bool:
        return bool(self.patterns) and not any(self._alive(pattern) for pattern in self.patterns)

    def _alive(self, pattern: ActionPattern) -> bool:
        if self.never or not self.real:
            return False
        if pattern.wide:
            return True
        return any(_meets(action, self.real) and self._carries_all(action) for action in pattern.actions)

    def _carries_all(self, action: Action) -> bool:
        return all(carries(condition.key, action) for condition in self.needed)

    def unmatched_actions(self) -> Iterable[ActionPattern]:
        for pattern in self.patterns:
            if not pattern.wide and not any(_meets(action, self.meant) for action in pattern.actions):
                yield pattern

    def unmatched_resources(self) -> Iterable[str]:
        if not self.patterns or any(pattern.wide for pattern in self.patterns):
            return
        for text in self.sound:
            if not any(action_matches(action, text) for pattern in self.patterns for action in pattern.actions):
                yield text

    def dead_keys(self, unknown: tuple[UnknownKey, ...]) -> Iterable[DeadKey]:
        """Conditions with the patterns that they kill; a pattern that meets no resource is not counted twice."""
        faults = {found.key: found for found in unknown if found.suggestion}
        for condition in self.needed:
            fault = faults.get(condition.key)
            if fault is not None or condition in self.never:
                yield DeadKey(condition, tuple(p.text for p in self.patterns), fault, condition in self.never)
                continue
            killed = []
            for pattern in self.patterns:
                met = [action for action in pattern.actions if _meets(action, self.meant)]
                if met and not pattern.wide and not any(carries(condition.key, action) for action in met):
                    killed.append(pattern.text)
            if killed:
                yield DeadKey(condition, tuple(killed))


def _meets(action: Action, resources: Iterable[str]) -> bool:
    return any(action_matches(action, resource) for resource in resources)
