"""Decides whether identity policies allow a request: an independent judge for what the compiler emits.

It is written from the IAM rules and shares no code with the compiler, so that a mistake has to be made twice to go
unnoticed. It takes policy documents as JSON objects (the form that AWS receives) and nothing else.

Source: IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements: Condition operators", "Condition keys with
multiple values", "IAM policy elements: Variables and tags", "How IAM matches ARNs".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Any
Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Request:
    """One request: ``s3:GetObject`` on an ARN (``*`` for actions without resources), with context keys.

    A context value is a text, or a sequence of texts for a multivalued key.
    """

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)


def allowed(documents: Iterable[Json], request: Request) -> bool:
    """Whether the documents together allow the request: some Allow matches and no Deny does."""
    found = False
    for document in documents:
        variables = document.get("Version") == "2012-10-17"
        for statement in _listed(document["Statement"]):
            if _matches(statement, request, variables):
                if statement["Effect"] == "Deny":
                    return False
                found = True
    return found


def _listed(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _matches(statement: Json, request: Request, variables: bool) -> bool:
    context = {key.lower(): value for key, value in request.context.items()}
    if "Action" in statement:
        action = any(_action_matches(pattern, request.action) for pattern in _listed(statement["Action"]))
    else:
        action = not any(_action_matches(pattern, request.action) for pattern in _listed(statement["NotAction"]))
    if not action:
        return False
    names = "Resource" if "Resource" in statement else "NotResource"
    patterns = [_pattern(pattern, context, variables) for pattern in _listed(statement[names])]
    # An unknown variable makes a pattern match nothing; under NotResource nothing may be concluded from it either.
    if names == "NotResource" and None in patterns:
        return False
    hit = any(_arn_matches(pattern, request.resource) for pattern in patterns if pattern is not None)
    if hit != (names == "Resource"):
        return False
    return all(
        _condition_holds(operator, _listed(values), context.get(key.lower()), context, variables)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


# --- patterns: lists of literal characters and the two wildcards ---------------------------------------------------

_MANY, _ONE = object(), object()
_Pattern = list[Any]
_VARIABLE = re.compile(r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}")


def _wild(text: str) -> _Pattern:
    return [_MANY if c == "*" else _ONE if c == "?" else c for c in text]


def _pattern(text: str, context: Context, variables: bool) -> _Pattern | None:
    """The pattern with its variables filled in as literal text; None when a variable has no value."""
    if not variables:
        return _wild(text)
    result: _Pattern = []
    end = 0
    for match in _VARIABLE.finditer(text):
        result += _wild(text[end : match.start()])
        name, default = match.groups()
        value = name if name in ("*", "?", "$") else context.get(name.lower(), default)
        if not isinstance(value, str):
            return None
        result += list(value)
        end = match.end()
    return result + _wild(text[end:])


def _glob(pattern: _Pattern, text: str) -> bool:
    """Whether the whole text fits: the set of pattern positions that the characters read so far can have led to."""
    if _MANY not in pattern and _ONE not in pattern:
        return pattern == list(text)
    positions = _closure(pattern, {0})
    for character in text:
        step: set[int] = set()
        for position in positions:
            if position < len(pattern):
                if pattern[position] is _MANY:
                    step.add(position)
                elif pattern[position] is _ONE or pattern[position] == character:
                    step.add(position + 1)
        positions = _closure(pattern, step)
    return len(pattern) in positions


def _closure(pattern: _Pattern, positions: set[int]) -> set[int]:
    todo = list(positions)
    while todo:
        position = todo.pop()
        if position < len(pattern) and pattern[position] is _MANY and position + 1 not in positions:
            positions.add(position + 1)
            todo.append(position + 1)
    return positions


def _action_matches(pattern: str, action: str) -> bool:
    if pattern == "*":
        return True
    service, _, name = pattern.lower().partition(":")
    wanted, _, called = action.lower().partition(":")
    return service == wanted and _glob(_wild(name), called)


def _fields(pattern: _Pattern) -> list[_Pattern]:
    """The six fields of an ARN; the sixth keeps its colons."""
    fields: list[_Pattern] = [[]]
    for item in pattern:
        if item == ":" and len(fields) < 6:
            fields.append([])
        else:
            fields[-1].append(item)
    return fields


def _arn_matches(pattern: _Pattern, arn: str) -> bool:
    """Field by field: a wildcard never reaches over a colon, but for those inside the sixth field."""
    if pattern == [_MANY]:
        return True
    left, right = _fields(pattern), arn.split(":", 5)
    return len(left) == len(right) and all(_glob(one, other) for one, other in zip(left, right, strict=True))


# --- conditions -----------------------------------------------------------------------------------------------------


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _date(text: str) -> Decimal | None:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) and not re.fullmatch(r"[0-9]{4}", text):
        return Decimal(text)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return Decimal(str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


def _ordered(read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]) -> _Comparison:
    def holds(actual: str, pattern: _Pattern) -> bool:
        left, right = read(actual), read(_text(pattern))
        return left is not None and right is not None and compare(left, right)

    return holds


def _in_network(actual: str, pattern: _Pattern) -> bool:
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(_text(pattern), strict=False)
    except ValueError:
        return False


def _text(pattern: _Pattern) -> str:
    return "".join("*" if item is _MANY else "?" if item is _ONE else item for item in pattern)


_Comparison = Callable[[str, _Pattern], bool]
_COMPARISONS: dict[str, _Comparison] = {
    "StringEquals": lambda actual, pattern: actual == _text(pattern),
    "StringEqualsIgnoreCase": lambda actual, pattern: actual.lower() == _text(pattern).lower(),
    "StringLike": lambda actual, pattern: _glob(pattern, actual),
    "ArnEquals": lambda actual, pattern: _arn_matches(pattern, actual),
    "ArnLike": lambda actual, pattern: _arn_matches(pattern, actual),
    "BinaryEquals": lambda actual, pattern: actual == _text(pattern),
    "Bool": lambda actual, pattern: actual.lower() == _text(pattern).lower(),
    "IpAddress": _in_network,
}
for _family, _read in (("Numeric", _number), ("Date", _date)):
    _COMPARISONS |= {
        f"{_family}Equals": _ordered(_read, lambda a, b: a == b),
        f"{_family}LessThan": _ordered(_read, lambda a, b: a < b),
        f"{_family}LessThanEquals": _ordered(_read, lambda a, b: a <= b),
        f"{_family}GreaterThan": _ordered(_read, lambda a, b: a > b),
        f"{_family}GreaterThanEquals": _ordered(_read, lambda a, b: a >= b),
    }
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}


def _condition_holds(
    operator: str, values: list[Json], actual: str | Sequence[str] | None, context: Context, variables: bool
) -> bool:
    """One key under one operator. Several policy values are alternatives; for negated operators none may match."""
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    if operator == "Null":
        return ("true" if not actual else "false") in [text.lower() for text in texts]
    qualifier, colon, name = operator.rpartition(":")
    if colon and qualifier not in ("ForAllValues", "ForAnyValue"):
        raise ValueError(f"no such condition operator: {operator}")
    base = name.removesuffix("IfExists")
    negated = base in _NEGATED
    if not negated and base not in _COMPARISONS:
        raise ValueError(f"no such condition operator: {operator}")
    if not actual and not isinstance(actual, str):
        return name != base or qualifier == "ForAllValues" or (negated and not qualifier)
    compare = _COMPARISONS[_NEGATED.get(base, base)]
    patterns = [_pattern(text, context, variables) for text in texts]

    def holds(value: str) -> bool:
        return any(pattern is not None and compare(value, pattern) for pattern in patterns) != negated

    if qualifier:
        verdicts = [holds(value) for value in ([actual] if isinstance(actual, str) else actual)]
        return all(verdicts) if qualifier == "ForAllValues" else any(verdicts)
    if not isinstance(actual, str):
        raise ValueError(f"{operator} needs ForAllValues or ForAnyValue for the values {actual!r}")
    return holds(actual)
