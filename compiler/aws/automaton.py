"""Linear automata over bit sets: the exact core of pattern comparison and of ARN template matching.

Both an IAM pattern (``table/*``) and an ARN template (``table/${TableName}``) are a line of steps, each of which
takes one character, with loops on some of the states between them. State *i* means "*i* steps are taken"; a set of
states is one integer, so that a character advances all of them with four machine operations.

A symbol is one character, or a longer string that stands for an unknown piece (a Terraform reference, an IAM policy
variable): an unknown piece is taken by the same piece and by an unrestricted loop, by nothing else.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@record(frozen=True, slots=True)
class Step:
    """Takes exactly one symbol: ``literal``, or (when it is empty) any character but the ``excluded`` ones."""

    literal: str = ""
    excluded: str = ""


@record(frozen=True, slots=True)
class Loop:
    """Takes any number of characters, none of them ``excluded``, and stays in its state."""

    excluded: str = ""


Part = Step | Loop
_Masks = tuple[int, int]


@record(frozen=True, slots=True)
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
    named = {symbol for step in steps for symbol in (step.literal, *step.excluded) if symbol}
    named.update(character for _, loop in loops for character in loop.excluded)
    accept = 1 << len(steps)
    return Automaton(
        accept=accept,
        named={symbol: _masks(symbol, steps, loops) for symbol in named},
        fresh=_masks(_FRESH, steps, loops),
        unknown=_masks(_UNKNOWN, steps, loops),
        some=(_union(bit for bit, _ in loops), accept - 1),
    )


# Symbols that no part names: a character (one that cannot stand in any pattern), and a piece.
_FRESH, _UNKNOWN = "\0", "\0\0"


def _masks(symbol: str, steps: Sequence[Step], loops: Sequence[tuple[int, Loop]]) -> _Masks:
    """The states that stay and the states that advance on a symbol."""
    stay = _union(bit for bit, loop in loops if _takes(loop.excluded, symbol, unrestricted=True))
    advance = _union(
        1 << index
        for index, step in enumerate(steps)
        if (step.literal == symbol if step.literal else _takes(step.excluded, symbol, unrestricted=False))
    )
    return stay, advance


def _takes(excluded: str, symbol: str, *, unrestricted: bool) -> bool:
    """Whether "any character but" takes the symbol; an unknown piece only where it may be long and hold anything."""
    if len(symbol) > 1:
        return unrestricted and not excluded
    return symbol not in excluded


def _union(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)
