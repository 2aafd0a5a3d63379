"""What is wrong with the text of an ARN by itself, and the ARN that was meant, where it can be told.

The form of an ARN depends on the kind of resource: a bucket has neither region nor account, a queue has both, an AMI
has no account. So an ARN is held against the templates of its service, each of them filled with what the ARN says;
the template that needs the fewest changes tells what is wrong.

Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)" (format; incomplete ARNs); Service
Authorization Reference (templates).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from compiler.aws.arn import Arn, parse_arn
from compiler.aws.matching import begins_like, can_be, types_of
from compiler.aws.partitions import PARTITIONS, partition_of_region
from compiler.aws.reference import OPEN
from compiler.aws.service_data import resource_types_of, service_exists, service_prefixes, service_title
from compiler.checks.arn_fields import (
    is_bad_account,
    is_bad_region,
    is_literal,
    is_surely_no_account,
    is_surely_no_region,
)
from compiler.checks.certainty import is_verified, may_be_owned_by_aws
from compiler.checks.place import Place
from compiler.checks.slips import near
from compiler.checks.wording import either, with_article
from compiler.diagnostics.value import record

_KEPT = 1 << 14
_SHOWN_KINDS = 3


@record(frozen=True, slots=True)
class ArnFault:
    """``reasons`` say what is wrong with ``text``; ``corrected`` is what was meant, or empty.

    ``certain`` is false where the ARN may work as it stands: the data may be behind, or IAM completes what is missing.
    """

    text: str
    reasons: tuple[str, ...]
    corrected: str = ""
    certain: bool = True


@lru_cache(_KEPT)
def arn_fault(text: str, place: Place) -> ArnFault | None:
    """The fault of a resource of a statement, or None. What Terraform or IAM will fill in is never doubted.

    >>> arn_fault("arn:aws:s3:eu-west-1::shop/*", Place("aws", "eu-west-1", "123456789012")).corrected
    'arn:aws:s3:::shop/*'
    """
    if (text and not text.strip("*?")) or text.startswith((OPEN, "${")):
        return None
    if not text.startswith("arn:"):
        return _no_arn(text)
    arn = parse_arn(text)
    if arn is None:
        return None if OPEN in text else _incomplete(text, place)
    return _service_fault(arn) or _field_faults(arn, place)


def _no_arn(text: str) -> ArnFault:
    corrected = f"arn:{text[4:]}" if text[:4].lower() == "arn:" else ""
    return ArnFault(text, ("it does not begin with `arn:`",), corrected)


def _service_fault(arn: Arn) -> ArnFault | None:
    service, text = arn.service, str(arn)
    if OPEN in service or "${" in service:
        return None
    if not service:
        return ArnFault(text, ("the service is missing",))
    if not is_literal(service):
        return ArnFault(text, ("the service of an ARN cannot have wildcards",))
    if (service_exists(service) and service == service.lower()) or service in _arn_services():
        return None
    lower = service.lower()
    if lower != service and (service_exists(lower) or lower in _arn_services()):
        return ArnFault(text, ("the service of an ARN is written in small letters",), str(replace(arn, service=lower)))
    found = near(service, service_prefixes())
    corrected = str(replace(arn, service=found.word)) if found else ""
    return ArnFault(text, (f"`{service}` is not a service",), corrected, found is not None and found.is_slip)


@cache
def _arn_services() -> frozenset[str]:
    """The services that ARNs name: not all of them are prefixes of actions. Reads all data, so only on suspicion."""
    kinds = (kind for prefix in service_prefixes() for kind in resource_types_of(prefix).values())
    return frozenset(template.split(":", 3)[2] for kind in kinds for template in kind.arns)


def _field_faults(arn: Arn, place: Place) -> ArnFault | None:
    reasons: list[tuple[str, bool]] = []
    partition = arn.partition
    if is_literal(partition) and partition not in PARTITIONS:
        reasons.append((f"`{partition}` is not a partition" if partition else "the partition is missing", True))
        partition = place.partition
    base = replace(arn, partition=partition)
    fitted, kinds = _fitted(base, place)
    fitted = fitted or _repaired(base, place)
    reasons += _differences(base, fitted, kinds)
    if not reasons:
        return None
    certain = any(is_certain for _, is_certain in reasons)
    return ArnFault(str(arn), tuple(reason for reason, _ in reasons), str(fitted), certain)


def _fitted(arn: Arn, place: Place) -> tuple[Arn | None, tuple[str, ...]]:
    """The ARN with the fewest changes that some kind of resource of its service can have, and those kinds."""
    best: dict[Arn, list[str]] = {}
    fewest = 3
    text = str(arn)
    for name, kind in resource_types_of(arn.service).items():
        for template in kind.arns if begins_like(text, kind) else ():
            candidate = _filled(arn, template, place)
            changes = (candidate.region != arn.region) + (candidate.account != arn.account) if candidate else 3
            if candidate and changes <= fewest and can_be(str(candidate), kind):
                if changes < fewest:
                    best, fewest = {}, changes
                best.setdefault(candidate, []).append(name)
    if not best:
        return None, ()
    fitted = min(best, key=str)
    return fitted, tuple(dict.fromkeys(best[fitted]))


def _filled(arn: Arn, template: str, place: Place) -> Arn | None:
    """The ARN with region and account as a template has them; None where the template is of another service."""
    _, _, service, region, account, _ = template.split(":", 5)
    if service != arn.service:
        return None
    if "${" in region:
        region = arn.region if arn.region and not is_bad_region(arn.region, arn.partition) else place.region
    elif region == "*" or (arn.region and not is_literal(arn.region)):
        region = arn.region
    if "${" in account:
        account = arn.account if arn.account and not is_bad_account(arn.account) else place.account
    elif account == "*" or (arn.account and not is_literal(arn.account)):
        account = arn.account
    return replace(arn, region=region, account=account)


def _repaired(arn: Arn, place: Place) -> Arn:
    """The ARN with nothing changed but a region and an account that cannot be."""
    region, account = arn.region, arn.account
    if region and is_bad_region(region, arn.partition):
        region = place.region
    if account and is_bad_account(account):
        account = place.account
    return replace(arn, region=region, account=account)


def _differences(arn: Arn, meant: Arn, kinds: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """What is wrong with region and account, each with whether it is certain."""
    what = _kinds_in_words(arn.service, kinds)
    verified = is_verified(arn.service)
    if not (meant.region or meant.account) and (arn.region or arn.account):
        yield f"{what} has neither region nor account", verified
        return
    if arn.region != meant.region:
        if not meant.region or not arn.region:
            yield f"{what} has {'a' if meant.region else 'no'} region", verified
        else:
            other = partition_of_region(arn.region) if is_literal(arn.region) else None
            reason = f"`{arn.region}` is a region of `{other}`" if other else f"`{arn.region}` is not a region"
            yield reason, is_surely_no_region(arn.region)
    if arn.account != meant.account:
        if not meant.account:
            yield f"{what} has no account", verified
        elif not arn.account:
            yield f"{what} has an account", not may_be_owned_by_aws(arn.service)
        else:
            reason = f"`{arn.account}` is not an account id (12 digits)"
            # A star at the end of the region may reach over the colon, so that this is not the account at all.
            may_reach_over = arn.region.endswith("*")
            yield reason, is_surely_no_account(arn.account) or (verified and not may_reach_over)


def _kinds_in_words(service: str, kinds: tuple[str, ...]) -> str:
    """The kinds of resource that an ARN can be, in words: ``the ARN of an Amazon S3 bucket or object``."""
    title = service_title(service)
    if 0 < len(kinds) <= _SHOWN_KINDS:
        return f"the ARN of {with_article(f'{title} {either(kinds)}')}"
    return with_article(f"{title} ARN")


def _incomplete(text: str, place: Place) -> ArnFault | None:
    """An ARN of fewer than six fields: IAM takes the missing ones for ``*``, which is hardly ever what was meant."""
    parts = text.split(":")
    reason = f"it has {len(parts)} of the 6 fields of an ARN, and IAM reads the missing ones as `*`"
    padded = [*parts, *["*"] * (6 - len(parts))]
    arn = Arn(*padded[1:])
    if _service_fault(arn) is not None:
        return ArnFault(text, (reason,))
    meant = replace(arn, region="", account="", resource=parts[-1]) if len(parts) > 3 else arn
    fitted, _ = _fitted(meant, place)
    works = bool(types_of(str(arn), arn.service)) and not (
        is_bad_region(arn.region, arn.partition) or is_bad_account(arn.account)
    )
    return ArnFault(text, (reason,), str(arn if works else fitted or ""), certain=not works)
