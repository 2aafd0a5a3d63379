"""Which statements pass roles, and to which services.

Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.aws.operators import parse_operator
from compiler.aws.pattern import matches
from compiler.aws.reference import OPEN
from compiler.aws.statement import Statement

PASSED_TO = "iam:passedtoservice"


def may_pass(statement: Statement) -> bool:
    """Whether ``iam:PassRole`` is among the actions of a statement."""
    if statement.not_actions:
        return not any(matches(text.lower(), "iam:passrole") for text in statement.not_actions)
    return any(matches(text.lower(), "iam:passrole") for text in statement.actions)


def passes_to(statement: Statement, principals: Iterable[str]) -> bool:
    """Whether a statement that passes roles may pass them to one of the principals (or to what is not known yet)."""
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        if condition.key.lower() != PASSED_TO or parsed is None or parsed.operator.negated:
            continue
        if parsed.operator.family == "String" and not any(_fits(value, principals) for value in condition.values):
            return False
    return True


def _fits(value: str, principals: Iterable[str]) -> bool:
    return OPEN in value or "${" in value or any(matches(value.lower(), principal) for principal in principals)
