"""Conditions that do not hold what they seem to promise: met without their key, or on a key that is never there.

Source: IAM User Guide, "Condition keys with multiple values" ("ForAllValues … returns true if there are no keys in the
request") and "AWS global condition context keys" (aws:VpcSourceIp and the keys to use it with).
"""

from __future__ import annotations

from compiler.aws.operators import parse_operator
from compiler.aws.statement import Condition, Statement
from compiler.checks.action_patterns import read_patterns
from compiler.checks.condition_facts import key_facts
from compiler.checks.condition_keys import carries

# A private address says nothing without the network that it is private to.
_PAIRED = {"aws:vpcsourceip": ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")}
# Keys that a request of the same action may or may not carry. (A request without tags sets none, which is no hole.)
_OPTIONAL = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:vpceorgpaths",
        "kms:encryptioncontextkeys",
    }
)
_TAG_KEYS = "aws:tagkeys"


def lopsided(statement: Statement) -> tuple[Condition, ...]:
    """Conditions of an Allow that need another one beside them, which is missing."""
    return tuple(item for item in statement.conditions if is_unguarded(item, statement) or lacks_pair(item, statement))


def is_unguarded(condition: Condition, statement: Statement) -> bool:
    """Whether a ``ForAllValues`` condition of an Allow lets in requests that have no such key, and some have none.

    One on a key with a single value is reported as that, whatever its actions are.
    """
    key = condition.key.lower()
    if not condition.operator.startswith("ForAllValues:") or key == _TAG_KEYS or not key_facts(key).multivalued:
        return False
    if any(other is not condition and other.key.lower() == key and _asks_for(other) for other in statement.conditions):
        return False
    return key in _OPTIONAL or bool(without_key(condition.key, statement))


def without_key(key: str, statement: Statement) -> tuple[str, ...]:
    """The actions of a statement whose requests never carry a key, a few of each pattern."""
    patterns = read_patterns(statement.actions)
    return tuple(
        dict.fromkeys(
            action.full_name for pattern in patterns for action in pattern.actions if not carries(key, action)
        )
    )


def _asks_for(condition: Condition) -> bool:
    """Whether a condition is met only by a request that has its key."""
    parsed = parse_operator(condition.operator)
    if parsed is None or parsed.if_exists or parsed.quantifier == "ForAllValues":
        return False
    if parsed.operator.family == "Null":
        return all(value.lower() == "false" for value in condition.values)
    return parsed.quantifier == "ForAnyValue" or not parsed.operator.negated


def lacks_pair(condition: Condition, statement: Statement) -> bool:
    """Whether a condition on a private address stands without one on the network."""
    partners = _PAIRED.get(condition.key.lower(), ())
    return bool(partners) and not any(other.key.lower() in partners for other in statement.conditions)
