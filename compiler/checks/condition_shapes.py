"""Conditions that do not hold what they seem to promise: met without their key, or on a key that is never there.

Source: IAM User Guide, "Condition keys with multiple values" ("ForAllValues … returns true if there are no keys in the
request") and "AWS global condition context keys" (aws:VpcSourceIp and the keys to use it with).
"""

from __future__ import annotations

from compiler.aws.operators import parse_operator
from compiler.aws.service_data import find_action
from compiler.aws.statement import Condition, Statement
from compiler.checks.action_patterns import read_patterns
from compiler.checks.condition_facts import key_facts
from compiler.checks.condition_keys import carries

# A private address says nothing without the network that it is private to.
_PAIRED = {"aws:vpcsourceip": ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")}
# Keys that a request of the same action may or may not carry. (A request that changes the tags of something and sets
# none is no hole; one that makes something without tags is.)
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
_TAG_KEYS, _REQUEST_TAG = "aws:tagkeys", "aws:requesttag/"
_MAKING = ("allocate", "copy", "create", "import", "run")


def lopsided(statement: Statement) -> tuple[Condition, ...]:
    """Conditions of an Allow that need another one beside them, which is missing."""
    return tuple(item for item in statement.conditions if is_unguarded(item, statement) or lacks_pair(item, statement))


def is_unguarded(condition: Condition, statement: Statement) -> bool:
    """Whether a ``ForAllValues`` condition of an Allow lets in requests that have no such key, and some have none.

    One on a key with a single value is reported as that, whatever its actions are.
    """
    key = condition.key.lower()
    if not condition.operator.startswith("ForAllValues:") or not key_facts(key).multivalued:
        return False
    if key == _TAG_KEYS:
        return bool(made_without_tags(condition, statement))
    if any(other is not condition and other.key.lower() == key and _asks_for(other) for other in statement.conditions):
        return False
    return key in _OPTIONAL or bool(without_key(condition.key, statement))


def made_without_tags(condition: Condition, statement: Statement) -> tuple[str, ...]:
    """The actions that make something, where ``ForAllValues`` on the keys of tags lets in requests that set none.

    Only actions that are written out: a wildcard may well be meant for those that tag.
    """
    if condition.key.lower() != _TAG_KEYS or not condition.values:
        return ()  # what has no values is no condition, which is reported as that
    if any(
        other is not condition and other.key.lower().startswith((_TAG_KEYS, _REQUEST_TAG)) and _asks_for(other)
        for other in statement.conditions
    ):
        return ()
    written = (find_action(text) for text in statement.actions)
    return tuple(
        action.full_name
        for action in written
        if action is not None
        and action.name.lower().startswith(_MAKING)
        and "Tagging" not in action.access_level
        and _TAG_KEYS in action.condition_keys
    )


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
