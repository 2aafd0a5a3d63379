"""Linear automata over bit sets: the exact core of pattern comparison and of ARN template matching.

Both an IAM pattern (``table/*``) and an ARN template (``table/${TableName}``) are a line of steps, each of which
takes one character, with loops on some of the states between them. State *i* means "*i* steps are taken"; a set of
states is one integer, so that a character advances all of them with four machine operations.

A symbol is one character, or a longer string that stands for an unknown piece (a Terraform reference, an IAM policy
variable): an unknown piece is taken by the same piece and by an unrestricted loop, by nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Step:
    """Takes exactly one symbol: ``literal``, or (when it is empty) any character but the ``excluded`` ones."""

    literal: str = ""
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """Takes any number of characters, none of them ``excluded``, and stays in its state."""

    excluded: str = ""


Part = Step | Loop
_Masks = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Automaton:
    """A compiled line of parts. Masks are pairs (states that may stay, states that may advance).

    ``named`` holds the masks of the symbols that the parts speak of, ``fresh`` those of any other character,
    ``unknown`` those of any other unknown piece, ``some`` those of a character that may be chosen freely.
    """

    accept: int
    named: dict[str, _Masks]
    fresh: _Masks
    unknown: _Masks
    some: _Masks

    def step(self, states: int, symbol: str) -> int:
        """The states after ``symbol``."""
        masks = self.named.get(symbol)
        if masks is None:
            masks = self.fresh if len(symbol) == 1 else self.unknown
        return states & masks[0] | (states & masks[1]) << 1

    def step_fresh(self, states: int) -> int:
        """The states after a character that no part names: a subset of those after any other character."""
        return states & self.fresh[0] | (states & self.fresh[1]) << 1

    def step_some(self, states: int) -> int:
        """All states that some single character leads to."""
        return states & self.some[0] | (states & self.some[1]) << 1

    def reachable(self, states: int) -> int:
        """All states that some string, also the empty one, leads to: on a line, everything from the lowest on."""
        return -(states & -states) & (self.accept << 1) - 1

    def accepts(self, states: int) -> bool:
        """Whether the line may end here."""
        return bool(states & self.accept)


def build(parts: Iterable[Part]) -> Automaton:
    """Compile a line of parts; the first state is bit 0."""
    steps: list[Step] = []
    loops: list[tuple[int, Loop]] = []
    for part in parts:
        if isinstance(part, Step):
            steps.append(part)
        else:
            loops.append((1 << len(steps), part))
    special = {symbol for step in steps for symbol in (step.literal, *step.excluded) if symbol}
    special.update(character for _, loop in loops for character in loop.excluded)

    def masks(symbol: str) -> _Masks:
        is_unknown = len(symbol) > 1
        stay = advance = 0
        for bit, loop in loops:
            if (not loop.excluded) if is_unknown else symbol not in loop.excluded or not symbol:
                stay |= bit
        for index, step in enumerate(steps):
            if step.literal:
                takes = step.literal == symbol
            else:
                takes = not is_unknown and (not symbol or symbol not in step.excluded)
            advance |= takes << index
        return stay, advance

    accept = 1 << len(steps)
    return Automaton(
        accept=accept,
        named={symbol: masks(symbol) for symbol in special},
        fresh=masks(""),
        unknown=masks("\0\0"),
        some=(sum({bit for bit, _ in loops}), accept - 1),
    )
