"""How much of a policy's quota statements take at most, judged cheaply; exactly is ``compiler.aws.statement``'s job.

A fleet has tens of thousands of statements in policies of which hardly any comes near the quota.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compiler.aws.reference import CLOSE, OPEN

if TYPE_CHECKING:
    from compiler.aws.statement import Statement

# What a Terraform reference is taken to become: an ARN of usual length.
REFERENCE_LENGTH = 80
# What JSON needs at most for a document, a statement, a condition and a value, beside their texts.
_DOCUMENT, _STATEMENT, _CONDITION, _VALUE = 40, 80, 12, 3
_LONGER = frozenset('"\\<>&')


def most_of_document(statements: Iterable[Statement]) -> int:
    """Characters that a document takes at most."""
    bound = _DOCUMENT
    for statement in statements:
        bound += statement.most or most_of_statement(statement)
    return bound


def most_of_statement(statement: Statement) -> int:
    """Characters that a statement takes at most, without principals: each reference as an ARN of usual length."""
    texts = (
        statement.sid,
        *statement.actions,
        *statement.resources,
        *statement.not_actions,
        *statement.not_resources,
    )
    bound = _STATEMENT
    for condition in statement.conditions:
        bound += _CONDITION
        texts += (condition.operator, condition.key, *condition.values)
    text = "".join(texts)
    bound += _VALUE * len(texts) + len(text)
    if OPEN in text:
        bound += REFERENCE_LENGTH * text.count(OPEN)
        text = text.replace(OPEN, "").replace(CLOSE, "")
    # What JSON escapes takes up to six characters.
    if not (text.isascii() and text.isprintable() and _LONGER.isdisjoint(text)):
        bound += 6 * len(text)
    return bound
