"""How many characters of a policy's quota statements take, Terraform references in them as what they will become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.reference import OPEN, references
from compiler.aws.statement import document_json, document_size, statement_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.aws.statement import Statement

# What a Terraform reference is taken to become: an ARN of usual length. Measured as one character it would make a
# document look small that AWS refuses.
_REFERENCE_LENGTH = 80
# These become a number of twelve digits and a short word, which `document_size` knows.
_KNOWN = frozenset({"var.account_id", "var.partition"})
# What JSON needs at most for a document, a statement, a condition and a value, beside their texts.
_DOCUMENT, _STATEMENT, _CONDITION, _VALUE = 40, 80, 12, 3
_LONGER = ('"', "\\", "<", ">", "&")


def measured(statements: Iterable[Statement]) -> int:
    """Characters that a document counts against IAM's quota; each reference as an ARN of usual length."""
    statements = tuple(statements)
    return document_size(document_json(statements)) + sum(map(_of_references, statements))


def measured_alone(statement: Statement) -> int:
    """Characters of one statement among others."""
    return document_size(statement_json(statement)) + 1 + _of_references(statement)


def _of_references(statement: Statement) -> int:
    names = (name for text in _texts(statement) if OPEN in text for name in references(text))
    return _REFERENCE_LENGTH * sum(name not in _KNOWN for name in names)


def may_exceed(statements: Iterable[Statement], limit: int = MANAGED_POLICY_LENGTH) -> bool:
    """Whether a document could have more characters than the limit, judged by a bound that is cheap to find."""
    bound = _DOCUMENT
    for statement in statements:
        texts = (
            statement.sid,
            *statement.actions,
            *statement.resources,
            *statement.not_actions,
            *statement.not_resources,
        )
        for condition in statement.conditions:
            bound += _CONDITION
            texts += (condition.operator, condition.key, *condition.values)
        text = "".join(texts)
        bound += _STATEMENT + _VALUE * len(texts) + len(text)
        # What JSON escapes takes up to six characters.
        if not (text.isascii() and text.isprintable()) or any(map(text.__contains__, _LONGER)):
            bound += 6 * len(text) + _REFERENCE_LENGTH * text.count(OPEN)
    return bound > limit


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.actions
    yield from statement.resources
    yield from statement.not_actions
    yield from statement.not_resources
    for condition in statement.conditions:
        yield from condition.values
