"""A document that is too large as several, so that an edit moves nothing that it does not have to move.

The pieces of the document are the leaves of a binary tree: at each level one bit of a piece's key says to which half
it goes, and a half that fits is a document. The tree follows from the pieces alone; no order, no former state and no
other piece decides where one goes. A piece that is added goes to its leaf and changes that document only; where the
leaf would overflow, half of *that* leaf moves to a new document, and nothing else in the tree moves.

Parts are numbered by their way through the tree, first step lowest: the half that stays behind keeps the number, the
half that moves out takes a higher one that no other part can have. So permissions only ever move from a part to
one of a higher number (and back when both fit in one again), and there is always a first part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.passes.atoms import Atom, atoms, reunited
from compiler.passes.fitting import fitted
from compiler.passes.measuring import measured
from compiler.passes.merge_statements import canonical_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.aws.statement import Statement

Statements = tuple["Statement", ...]
# Levels that look at what a piece is about; below them, pieces about the same thing are told apart by what they say.
_KEY_LEVELS = 8
_LEVELS = 48


def parts(statements: Statements, limit: int = MANAGED_POLICY_LENGTH) -> dict[int, Statements]:
    """Documents of at most ``limit`` characters by number (from 1): one, where the statements fit in one.

    A piece that is larger than the limit by itself makes a document that is.
    """
    whole = fitted(statements, limit)
    if measured(whole) <= limit:
        return {1: whole}
    return dict(sorted(_leaves(atoms(statements), limit, 0, 0)))


def _leaves(pieces: Sequence[Atom], limit: int, level: int, way: int) -> Iterator[tuple[int, Statements]]:
    document = fitted(reunited(pieces), limit)
    if level == _LEVELS or _are_alike(pieces) or measured(document) <= limit:
        yield way + 1, document
        return
    level = _next_level(pieces, level)
    halves: tuple[list[Atom], list[Atom]] = [], []
    for piece in pieces:
        halves[_bit(piece, level)].append(piece)
    stays, moves = halves
    # Where no piece stays behind the others do: the document that overflows has to be there afterwards, too.
    if stays:
        yield from _leaves(stays, limit, level + 1, way)
    if moves:
        yield from _leaves(moves, limit, level + 1, way | 1 << level if stays else way)


def _are_alike(pieces: Sequence[Atom]) -> bool:
    """Whether no level tells these pieces apart."""
    first = pieces[0]
    return all(piece.key == first.key and piece.detail == first.detail for piece in pieces)


def _next_level(pieces: Sequence[Atom], level: int) -> int:
    """The level itself, or the first that looks at details when all pieces are about the same thing."""
    same = level < _KEY_LEVELS and all(piece.key == pieces[0].key for piece in pieces)
    return _KEY_LEVELS if same else level


def _bit(piece: Atom, level: int) -> int:
    return piece.key >> level & 1 if level < _KEY_LEVELS else piece.detail >> (level - _KEY_LEVELS) & 1


def filled(statements: Statements, limits: Iterable[int]) -> list[Statements] | None:
    """Documents that are filled one after the other up to these limits; None where that is not enough.

    As few documents as that takes, at the price that an edit may move permissions: for a role that has no place left.
    """
    rest = sorted(atoms(sorted(statements, key=canonical_order)), key=_alike)
    documents: list[Statements] = []
    for limit in limits:
        count = _most_that_fit(rest, limit)
        if count:
            documents.append(fitted(reunited(rest[:count]), limit))
            rest = rest[count:]
    return None if rest else documents


def _alike(piece: Atom) -> tuple[object, ...]:
    """Pieces that merge well stand beside one another."""
    s = piece.statement
    return (s.effect, s.conditions, s.actions if len(s.actions) > 1 else (), piece.parent, s.resources, s.actions)


def _most_that_fit(pieces: Sequence[Atom], limit: int) -> int:
    """How many of the first pieces one document holds."""
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if measured(fitted(reunited(pieces[:middle]), limit)) <= limit:
            low = middle
        else:
            high = middle - 1
    return low
