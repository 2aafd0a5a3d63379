"""The condition operators of IAM and what they say of a key that is not in the request.

Operators are read as AWS writes them: capitals count. Condition *keys* are not case-sensitive, but nothing that AWS
publishes says so of operators, and CreatePolicy refuses names that it does not know.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
keys".
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Family = Literal["String", "Numeric", "Date", "Bool", "Binary", "IpAddress", "Arn", "Null"]
Quantifier = Literal["", "ForAllValues", "ForAnyValue"]


@record(frozen=True, slots=True)
class Operator:
    """One operator.

    ``negated``: it is met when no value matches; ``like``: ``*`` and ``?`` in its values are wildcards (``ArnEquals``
    and ``ArnLike`` behave alike).
    """

    name: str
    family: Family
    negated: bool = False
    like: bool = False


@record(frozen=True, slots=True)
class ParsedOperator:
    """An operator as it stands in a policy: ``ForAnyValue:StringLikeIfExists``."""

    quantifier: Quantifier
    operator: Operator
    if_exists: bool


def _ordered(family: Family) -> tuple[Operator, ...]:
    """The six comparisons of numbers and of dates."""
    return (
        Operator(f"{family}Equals", family),
        Operator(f"{family}NotEquals", family, negated=True),
        *(
            Operator(f"{family}{comparison}", family)
            for comparison in ("LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
        ),
    )


OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("StringEquals", "String"),
        Operator("StringNotEquals", "String", negated=True),
        Operator("StringEqualsIgnoreCase", "String"),
        Operator("StringNotEqualsIgnoreCase", "String", negated=True),
        Operator("StringLike", "String", like=True),
        Operator("StringNotLike", "String", negated=True, like=True),
        *_ordered("Numeric"),
        *_ordered("Date"),
        Operator("Bool", "Bool"),
        Operator("BinaryEquals", "Binary"),
        Operator("IpAddress", "IpAddress"),
        Operator("NotIpAddress", "IpAddress", negated=True),
        Operator("ArnEquals", "Arn", like=True),
        Operator("ArnNotEquals", "Arn", negated=True, like=True),
        Operator("ArnLike", "Arn", like=True),
        Operator("ArnNotLike", "Arn", negated=True, like=True),
        Operator("Null", "Null"),
    )
}
"""All operators by name, without set operator and ``IfExists``."""

_QUANTIFIERS: Mapping[str, Quantifier] = {"ForAllValues": "ForAllValues", "ForAnyValue": "ForAnyValue"}
_IF_EXISTS = "IfExists"


@cache
def parse_operator(text: str) -> ParsedOperator | None:
    """The parts of an operator as a policy writes it; None when it does not exist (``NullIfExists`` does not).

    >>> parsed = parse_operator("ForAllValues:StringNotLikeIfExists")
    >>> parsed.quantifier, parsed.operator.name, parsed.if_exists
    ('ForAllValues', 'StringNotLike', True)
    """
    prefix, colon, rest = text.rpartition(":")
    quantifier = _QUANTIFIERS.get(prefix, "")
    if colon and not quantifier:
        return None
    operator = OPERATORS.get(rest.removesuffix(_IF_EXISTS))
    if_exists = rest.endswith(_IF_EXISTS)
    if operator is None or (if_exists and operator.family == "Null"):
        return None
    return ParsedOperator(quantifier, operator, if_exists)


def true_when_absent(parsed: ParsedOperator, values: Iterable[str] = ()) -> bool:
    """Whether a condition is met by a request without the key.

    ``IfExists`` and ``ForAllValues`` are, ``ForAnyValue`` is not, and of the rest the negated ones are. ``Null`` asks
    just this, so it needs its ``values``: with ``true`` among them it is met.
    """
    if parsed.operator.family == "Null":
        return any(value.lower() == "true" for value in values)
    if parsed.if_exists or parsed.quantifier == "ForAllValues":
        return True
    return parsed.operator.negated and not parsed.quantifier
