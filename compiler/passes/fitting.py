"""The statements of one document in the form in which they fit a policy, and what a document measures.

Means in their order, each only where the one before was not enough: merging, factoring, leaving out what is covered.
All of them keep exactly what is allowed and denied. What fits is left in the form that is best to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.reference import OPEN
from compiler.aws.statement import document_json, document_size
from compiler.passes.covered import without_covered
from compiler.passes.factoring import factored
from compiler.passes.merge_statements import merged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.aws.statement import Statement

Statements = tuple["Statement", ...]
# What a Terraform reference is taken to become: an ARN of usual length. Measured as one character it would make a
# document look small that AWS refuses.
_REFERENCE_LENGTH = 80
# What JSON needs at most for a document, a statement, a condition and a value, beside their texts.
_DOCUMENT, _STATEMENT, _CONDITION, _VALUE = 40, 80, 12, 3


def fitted(statements: Statements, limit: int = MANAGED_POLICY_LENGTH) -> Statements:
    """The statements of a document in the first form that has at most ``limit`` characters, or in the shortest."""
    found = merged(statements)
    if measured(found) <= limit:
        return found
    found = merged(factored(found))
    if measured(found) <= limit:
        return found
    return merged(factored(without_covered(found)))


def measured(statements: Iterable[Statement]) -> int:
    """Characters that a document counts against IAM's quota; each reference as an ARN of usual length."""
    statements = tuple(statements)
    size = document_size(document_json(statements))
    references = sum(text.count(OPEN) for statement in statements for text in _texts(statement))
    return size + _REFERENCE_LENGTH * references


def may_exceed(statements: Iterable[Statement], limit: int = MANAGED_POLICY_LENGTH) -> bool:
    """Whether a document could have more characters than the limit, judged by a bound that is cheap to find."""
    bound = _DOCUMENT
    for statement in statements:
        texts = statement.actions + statement.resources + statement.not_actions + statement.not_resources
        for condition in statement.conditions:
            bound += _CONDITION
            texts += (condition.operator, condition.key, *condition.values)
        text = "".join(texts)
        bound += _STATEMENT + _VALUE * len(texts) + len(text)
        # What JSON escapes takes up to six characters, and so does a character that IAM may count in bytes.
        if not text.isascii() or any(map(text.__contains__, _LONGER)):
            bound += 6 * len(text) + _REFERENCE_LENGTH * text.count(OPEN)
    return bound > limit


_LONGER = ('"', "\\", "<", ">", "&")


def _texts(statement: Statement) -> Iterable[str]:
    yield from statement.actions
    yield from statement.resources
    yield from statement.not_actions
    yield from statement.not_resources
    for condition in statement.conditions:
        yield from condition.values
