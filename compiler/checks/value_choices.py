"""Condition keys of services that have few values, or values of one form.

Source: Service Authorization Reference and the API references of the services (the canned ACLs and the encryption of
Amazon S3, the instance types of Amazon EC2), AWS KMS Developer Guide ("kms:ViaService":
``SERVICE.REGION.amazonaws.com``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from compiler.aws.partitions import PARTITIONS
from compiler.aws.pattern import overlaps
from compiler.aws.reference import OPEN
from compiler.aws.service_data import actions_of
from compiler.checks.slips import near
from compiler.diagnostics.value import record

_KEPT = 1 << 12


@record(frozen=True, slots=True)
class Choice:
    """The values of a key: ``patterns`` (mostly words) of which each value matches one, and ``words`` for all of them.

    ``closed`` when AWS adds none, or none that is not like the others.
    """

    words: str
    patterns: tuple[str, ...]
    closed: bool = True


_CANNED = (
    "private",
    "public-read",
    "public-read-write",
    "aws-exec-read",
    "authenticated-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
    "log-delivery-write",
)
_CHOICES: Mapping[str, Choice] = {
    "kms:viaservice": Choice(
        "a service and its region, such as `s3.eu-west-1.amazonaws.com`",
        tuple(sorted({f"?*.?*.{partition.dns_suffix}" for partition in PARTITIONS.values()})),
    ),
    "ec2:instancetype": Choice("an instance type, such as `t3.micro`", ("?*.?*",)),
    "s3:x-amz-acl": Choice("a canned ACL, such as `bucket-owner-full-control`", _CANNED),
    # Amazon FSx has one of its own since 2025; there may be more of that kind.
    "s3:x-amz-server-side-encryption": Choice("`AES256`, `aws:kms` or `aws:kms:dsse`", ("AES256", "aws:?*")),
    "ec2:metadatahttptokens": Choice("`required` or `optional`", ("required", "optional")),
    "ec2:tenancy": Choice("`default`, `dedicated` or `host`", ("default", "dedicated", "host")),
}
_CREATE_ACTION = "ec2:createaction"


@cache
def choice_of(key: str) -> Choice | None:
    """What is known of the values of a key, in whatever capitals."""
    lower = key.lower()
    if lower == _CREATE_ACTION:
        names = tuple(sorted(action.name for action in actions_of("ec2").values()))
        return Choice("the name of an action of EC2, such as `RunInstances`", names, closed=False)
    return _CHOICES.get(lower)


@lru_cache(_KEPT)
def is_possible(key: str, value: str, ignore_case: bool = False) -> bool:
    """Whether a text, in which ``*`` and ``?`` are wildcards, is a value of the key for all that is known.

    >>> is_possible("ec2:InstanceType", "t3-micro"), is_possible("ec2:InstanceType", "t3.*")
    (False, True)
    """
    choice = choice_of(key)
    if choice is None or OPEN in value or "${" in value:
        return True
    if ignore_case:
        return any(overlaps(value.lower(), pattern.lower()) for pattern in choice.patterns)
    return any(overlaps(value, pattern) for pattern in choice.patterns)


def likely(choice: Choice, value: str) -> tuple[str, bool]:
    """The value that was probably meant ("" when none is like it), and whether the other is surely none."""
    found = near(value, (pattern for pattern in choice.patterns if "*" not in pattern))
    return (found.word if found else ""), choice.closed or (found is not None and found.is_slip)
