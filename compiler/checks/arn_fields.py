"""The region, account and partition fields of an ARN: what can stand there, and what is a slip or a placeholder."""

from __future__ import annotations

import re

from compiler.aws.arn import parse_arn
from compiler.aws.limits import ACCOUNT_ID_PATTERN
from compiler.aws.partitions import PARTITIONS, partition_of_region, regions_of
from compiler.aws.pattern import matches
from compiler.aws.reference import OPEN
from compiler.checks.place import Place
from compiler.checks.slips import distance
from compiler.diagnostics.late import LatePattern

_REGION = LatePattern(r"[a-z]{2,5}(?:-[a-z]+)+-[0-9]{1,2}")
_PLACEHOLDER = LatePattern(r"account|acct|owner|[<>{}\[\]]|x{3}|[0-9]", re.IGNORECASE)


def is_literal(field: str) -> bool:
    """Whether a field says all of what it means: no wildcards, no Terraform reference, no IAM variable."""
    return not ("*" in field or "?" in field or OPEN in field or "${" in field)


def is_foreign(text: str, place: Place) -> bool:
    """Whether a text is an ARN of another partition than that of the place, if that is known to be in one."""
    arn = parse_arn(text)
    return arn is not None and arn.partition in PARTITIONS and place.partition not in (arn.partition, "*")


def is_bad_region(region: str, partition: str) -> bool:
    """Whether a region field can be no region of its partition, as far as regions are known."""
    if OPEN in region or "${" in region:
        return False
    if is_literal(region):
        found = partition_of_region(region)
        return found is None or (partition in PARTITIONS and found != partition)
    known = regions_of(partition)
    return bool(known) and region.strip("*?") != "" and not any(matches(region, name) for name in known)


def is_surely_no_region(region: str) -> bool:
    """Whether a bad region cannot be one that AWS has opened since: a placeholder, or a slip in the words of a name."""
    if partition_of_region(region) is not None or not _REGION.fullmatch(region):
        return is_literal(region)
    words = region.rstrip("0123456789")
    known = {name.rstrip("0123456789") for partition in PARTITIONS for name in regions_of(partition)}
    return words not in known and any(distance(words, name) <= 1 for name in known)


def is_bad_account(account: str) -> bool:
    """Whether an account field can be no account: 12 digits, or ``aws`` for what AWS owns."""
    if OPEN in account or "${" in account or account == "aws":
        return False
    if not is_literal(account):
        return account.strip("*?0123456789") != ""
    return not ACCOUNT_ID_PATTERN.fullmatch(account)


def is_surely_no_account(account: str) -> bool:
    """Whether a bad account is a placeholder or a number, and not a service's own name such as ``amazon-managed``."""
    return _PLACEHOLDER.search(account) is not None


def is_unique_id(text: str) -> bool:
    """Whether a principal is the id of a user, group or role, which IAM puts in place of one that was deleted.

    Source: IAM User Guide, "IAM identifiers" (understanding unique ID prefixes).
    """
    return _UNIQUE_ID.fullmatch(text) is not None


_UNIQUE_ID = LatePattern(r"A(?:GPA|IDA|NPA|ROA)[A-Z0-9]{12,}")
