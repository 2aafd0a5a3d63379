"""Whether the values of a condition are what its operator compares.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (one section for each family).
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from compiler.aws.operators import Family, parse_operator
from compiler.aws.reference import OPEN
from compiler.aws.statement import Condition

EXAMPLES: Mapping[Family, str] = {
    "String": "a text",
    "Numeric": "a number such as `10` or `0.5`",
    "Date": "a date such as `2027-01-31T23:59:59Z`, or seconds since 1970",
    "Bool": "`true` or `false`",
    "Binary": "text in base64",
    "IpAddress": "an address or block such as `203.0.113.0/24`",
    "Arn": "an ARN, or an ARN pattern such as `arn:aws:sns:*:123456789012:*`",
    "Null": "`true` (the key is absent) or `false` (it is there)",
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# W3C's profile of ISO 8601: a year, a month, a day, or a day with a time.
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_KEPT = 1 << 12


@lru_cache(_KEPT)
def wrong_values(condition: Condition) -> tuple[str, ...]:
    """Values that cannot be compared. What Terraform or IAM puts in later is never doubted.

    >>> wrong_values(Condition("Bool", "aws:SecureTransport", ("yes",)))
    ('yes',)
    """
    parsed = parse_operator(condition.operator)
    fits = _FITS.get(parsed.operator.family) if parsed else None
    if fits is None:
        return ()
    return tuple(value for value in condition.values if not (OPEN in value or "${" in value or fits(value)))


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _is_date(value: str) -> bool:
    if value.isascii() and value.isdigit() and len(value) != 4:
        return True
    match = _DATE.fullmatch(value)
    if match is None:
        return False
    year, month, day = match.groups()
    try:
        dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def _is_boolean(value: str) -> bool:
    return value.lower() in ("true", "false")


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)  # IAM takes a block whose address has bits beyond the mask
    except ValueError:
        return False
    return True


def _is_arn(value: str) -> bool:
    return value.startswith("arn:") or value[:1] in ("*", "?")


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_FITS: Mapping[Family, Callable[[str], bool]] = {
    "Numeric": _is_number,
    "Date": _is_date,
    "Bool": _is_boolean,
    "Null": _is_boolean,
    "IpAddress": _is_address,
    "Arn": _is_arn,
    "Binary": _is_base64,
}
