"""How many characters of a policy's quota statements take, Terraform references in them as what they will become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.bounds import REFERENCE_LENGTH, most_of_document
from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.reference import OPEN, references
from compiler.aws.statement import document_json, document_size, statement_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.aws.statement import Statement

# These become a number of twelve digits and a short word, which `document_size` knows.
_KNOWN = frozenset({"var.account_id", "var.partition"})


def measured(statements: Iterable[Statement]) -> int:
    """Characters that a document counts against IAM's quota; each reference as an ARN of usual length."""
    statements = tuple(statements)
    return document_size(document_json(statements)) + sum(map(_of_references, statements))


def measured_alone(statement: Statement) -> int:
    """Characters of one statement among others."""
    return document_size(statement_json(statement)) + 1 + _of_references(statement)


def _of_references(statement: Statement) -> int:
    names = (name for text in _texts(statement) if OPEN in text for name in references(text))
    # Measured as one character each, references would make a document look small that AWS refuses.
    return REFERENCE_LENGTH * sum(name not in _KNOWN for name in names)


def may_exceed(statements: Iterable[Statement], limit: int = MANAGED_POLICY_LENGTH) -> bool:
    """Whether a document could have more characters than the limit, judged by a bound that is cheap to find."""
    return most_of_document(statements) > limit


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.actions
    yield from statement.resources
    yield from statement.not_actions
    yield from statement.not_resources
    for condition in statement.conditions:
        yield from condition.values
