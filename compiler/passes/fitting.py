"""The statements of one document in the form in which they fit a policy.

Means in their order, each only where the one before was not enough: merging, factoring, leaving out what is covered.
All of them keep exactly what is allowed and denied. What fits is left in the form that is best to read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.passes.covered import without_covered
from compiler.passes.factoring import factored
from compiler.passes.measuring import measured
from compiler.passes.merge_statements import merged

if TYPE_CHECKING:
    from compiler.aws.statement import Statement

Statements = tuple["Statement", ...]


def fitted(statements: Statements, limit: int = MANAGED_POLICY_LENGTH) -> Statements:
    """The statements of a document in the first form that has at most ``limit`` characters, or in the shortest."""
    found = _with_sids_apart(merged(statements))
    if measured(found) <= limit:
        return found
    found = merged(factored(found))
    if measured(found) <= limit:
        return found
    return merged(factored(without_covered(found)))


def _with_sids_apart(statements: Statements) -> Statements:
    """The statements, the Sids of a document told apart: IAM refuses a document that has one twice.

    Several documents that became one, and one statement in several pieces, can have the same. A Sid means nothing to
    IAM: the first keeps it, the others get the first number behind it that is free.
    """
    sids = [statement.sid for statement in statements if statement.sid]
    if len(set(sids)) == len(sids):
        return statements
    taken, seen = set(sids), set[str]()
    found: list[Statement] = []
    for statement in statements:
        sid = statement.sid
        if sid in seen:
            number = 2
            while f"{sid}{number}" in taken:
                number += 1
            taken.add(f"{sid}{number}")
            statement = replace(statement, sid=f"{sid}{number}")
        elif sid:
            seen.add(sid)
        found.append(statement)
    return merged(tuple(found))
