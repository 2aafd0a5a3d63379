"""What is known of a condition's key, and which conditions deserve a look.

Nearly every condition of a fleet compares a key that holds one text with texts, and the pair of operator and key
decides whether there is anything to look at. So that is asked once for each pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

from compiler.aws.global_keys import find_global_key
from compiler.aws.operators import parse_operator
from compiler.aws.reference import OPEN
from compiler.aws.service_data import condition_key_type
from compiler.aws.statement import Condition
from compiler.checks.value_choices import choice_of, is_possible
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

Attention = Literal["none", "exact", "full"]
_ARRAY = "ArrayOf"
# Listed with several values; EventBridge's guide and AWS's policies compare it as one.
_ONE_VALUE = frozenset({"events:detail-type", "events:source"})
_FAMILY = {"IPAddress": "IpAddress", "ARN": "Arn"}
# Keys whose values have a form of their own (`compiler.checks.impossible_value`), besides those that end like these.
_FORMED = LatePattern(
    r"aws:(?:source|ec2instancesource)?(?:vpce?|account|orgid|orgpaths)"
    r"|aws:(?:principal|resource|vpce)(?:account|orgid|orgpaths|type)|aws:requestedregion|.*region"
)


@record(frozen=True, slots=True)
class KeyFacts:
    """What a key holds: ``type`` is an operator family, "" when unknown; ``by_hand`` when it is no service's key."""

    type: str
    multivalued: bool = False
    by_hand: bool = False
    tagged: bool = False


@cache
def key_facts(key: str) -> KeyFacts:
    """The facts of a key, in whatever capitals.

    >>> key_facts("aws:TagKeys").multivalued, key_facts("s3:max-keys").type
    (True, 'Numeric')
    """
    found = find_global_key(key)
    if found is not None:
        return KeyFacts(_FAMILY.get(found.type, found.type), found.multivalued, True, found.tagged)
    kind = condition_key_type(key) or ""
    if key.lower() in _ONE_VALUE:
        kind = kind.removeprefix(_ARRAY)
    bare = kind.removeprefix(_ARRAY)
    return KeyFacts(_FAMILY.get(bare, bare), bare != kind, tagged="/" in key)


@cache
def attention(operator: str, key: str) -> Attention:
    """Whether conditions with this operator and key are looked at: not, for wildcards only, or in full."""
    parsed = parse_operator(operator)
    facts = key_facts(key)
    if parsed is None or not facts.type:
        return "full" if parsed is not None and parsed.quantifier else "none"
    is_plain = parsed.operator.family == facts.type == "String" and bool(parsed.quantifier) == facts.multivalued
    if not is_plain or _FORMED.fullmatch(key.lower()):
        return "full"
    return "none" if parsed.operator.like else "exact"


def deserves_a_look(condition: Condition) -> bool:
    """Whether something may be wrong with a condition whose operator and key exist."""
    found = attention(condition.operator, condition.key)
    if found == "full" or (found == "exact" and any("*" in value or "?" in value for value in condition.values)):
        return True
    return choice_of(condition.key) is not None and not all(
        is_possible(condition.key, value, "IgnoreCase" in condition.operator) for value in condition.values
    )


def literal(condition: Condition) -> Iterator[str]:
    """The values of a condition that are known now: without Terraform references and policy variables."""
    for value in condition.values:
        if OPEN not in value and "${" not in value:
            yield value
