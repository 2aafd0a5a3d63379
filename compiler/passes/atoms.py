"""A statement as pieces that can stand in different documents, and pieces of a document as statements again.

A statement matches when one of its actions *and* one of its resources match, so it says the same when its resources
(or its actions) are dealt out to several statements that are otherwise alike. Nothing else can be divided: the values
of a condition and what stands under ``NotAction`` or ``NotResource`` belong together.

How a statement is divided follows from that statement alone, and every piece carries a *key* that follows from what
it is about (a bucket, a queue, an action), not from what it grants or where it is written: so a permission that is
changed stays where it is, and no permission moves because of another one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.statement import document_size, statement_json
from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.aws.statement import Statement

# A list of this many characters is long: it is the one that is divided, when the other one is shorter.
_LONG = 1024
# When both lists are this long, neither may stand whole beside each piece of the other.
_TOO_LONG = MANAGED_POLICY_LENGTH // 3


@record(frozen=True, slots=True)
class Atom:
    """A piece of statement number ``parent``; ``key`` and ``detail`` decide which document it goes to."""

    parent: int
    statement: Statement
    key: int
    detail: int


def atoms(statements: Iterable[Statement]) -> tuple[Atom, ...]:
    """All pieces of a document's statements."""
    return tuple(
        Atom(parent, piece, _number(subject), _number(repr(_content(piece))))
        for parent, statement in enumerate(statements)
        for subject, piece in _pieces(statement)
    )


def reunited(pieces: Iterable[Atom]) -> tuple[Statement, ...]:
    """The pieces as statements: those of one statement together again, as far as they are here."""
    by_actions: dict[tuple[int, tuple[str, ...]], list[Statement]] = {}
    for atom in pieces:
        by_actions.setdefault((atom.parent, atom.statement.actions), []).append(atom.statement)
    rows = [
        (parent, replace(group[0], resources=_all(s.resources for s in group)) if len(group) > 1 else group[0])
        for (parent, _), group in by_actions.items()
    ]
    by_resources: dict[tuple[int, tuple[str, ...]], list[Statement]] = {}
    for parent, statement in rows:
        by_resources.setdefault((parent, statement.resources), []).append(statement)
    return tuple(
        replace(group[0], actions=_all(s.actions for s in group)) if len(group) > 1 else group[0]
        for group in by_resources.values()
    )


def _pieces(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """Each piece with what it is about."""
    divisible = statement.actions and statement.resources
    if not divisible or (statement.sid and document_size(statement_json(statement)) < MANAGED_POLICY_LENGTH // 2):
        yield statement.sid or repr(_content(statement)), statement
        return
    actions, resources = _length(statement.actions), _length(statement.resources)
    if actions > resources and actions > _LONG:
        blocks = _blocks(statement.resources, resources)
        for action in statement.actions:
            for block in blocks:
                yield action, replace(statement, actions=(action,), resources=block)
        return
    groups = _blocks(statement.actions, actions)
    for resource in statement.resources:
        for group in groups:
            yield _subject(resource, statement), replace(statement, actions=group, resources=(resource,))


def _blocks(texts: tuple[str, ...], length: int) -> list[tuple[str, ...]]:
    """The list that is not divided: whole, or in blocks when it is too long to stand in every document."""
    if length <= _TOO_LONG:
        return [texts]
    count = -(-length // (_TOO_LONG // 2))
    blocks: dict[int, list[str]] = {}
    for text in texts:
        blocks.setdefault(_number(text) % count, []).append(text)
    return [tuple(blocks[number]) for number in sorted(blocks)]


def _subject(resource: str, statement: Statement) -> str:
    """What a resource belongs to: objects belong to their bucket, streams of a log group to the group.

    A statement on everything is about the service of its actions.
    """
    if resource == "*":
        return f"* {min(statement.actions).partition(':')[0]}"
    if ":s3:::" in resource:
        return resource.partition("/")[0]
    return resource.removesuffix(":*")


def _content(statement: Statement) -> tuple[object, ...]:
    return (
        statement.effect, statement.actions, statement.resources, statement.not_actions, statement.not_resources,
        tuple((c.operator, c.key, c.values) for c in statement.conditions), statement.sid,
    )  # fmt: skip


def _length(texts: tuple[str, ...]) -> int:
    return sum(map(len, texts)) + 3 * len(texts)


def _all(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({text for texts in lists for text in texts}))


def _number(text: str) -> int:
    """The same number for the same text on every machine."""
    from hashlib import blake2b  # takes 3 ms to load, and few stacks come here

    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
