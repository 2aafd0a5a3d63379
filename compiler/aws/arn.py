"""ARNs and ARN patterns as fields: ``arn:partition:service:region:account:resource``.

Colons inside a Terraform reference (``compiler.aws.reference``) or an IAM policy variable (``${aws:username}``)
separate nothing.

Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
"""

from __future__ import annotations

import re

from compiler.aws.reference import CLOSE, OPEN
from compiler.diagnostics.value import record

_PREFIX = "arn:"
_COLON = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}|\$\{{[^}}]*\}}|(:)")

Fields = tuple[str, str, str, str, str]
"""Partition, service, region, account, resource."""


@record(frozen=True, slots=True)
class Arn:
    """The five fields behind ``arn:``; each may hold wildcards and references, ``resource`` also colons."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn | None:
    """The fields of an ARN or ARN pattern; None unless it begins with ``arn:`` and has six fields.

    A text that is one reference as a whole gives None: what it holds is known to Terraform only.

    >>> parse_arn("arn:aws:s3:::shop/img/*")
    Arn(partition='aws', service='s3', region='', account='', resource='shop/img/*')
    """
    fields = _split(text) if text.startswith(_PREFIX) else []
    return Arn(*fields[1:]) if len(fields) == 6 else None


def split_fields(text: str) -> Fields | None:
    """The five fields behind ``arn:`` as IAM reads them; None when the text does not begin with ``arn:``.

    Fields that are missing are ``*``: ``arn:aws:sqs`` is ``arn:aws:sqs:*:*:*``. An incomplete ARN with a reference
    gives None, because the reference may hold the missing fields.

    Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)", note on incomplete ARNs.
    """
    if not text.startswith(_PREFIX):
        return None
    fields = _split(text)
    if len(fields) < 6:
        if OPEN in text:
            return None
        fields += ["*"] * (6 - len(fields))
    _, partition, service, region, account, resource = fields
    return partition, service, region, account, resource


def _split(text: str) -> list[str]:
    """At most six pieces between colons that separate."""
    if OPEN not in text and "${" not in text:
        return text.split(":", 5)
    fields: list[str] = []
    start = 0
    for match in _COLON.finditer(text):
        if match[1] and len(fields) < 5:
            fields.append(text[start : match.start()])
            start = match.end()
    fields.append(text[start:])
    return fields
