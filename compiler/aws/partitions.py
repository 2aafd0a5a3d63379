"""Partitions, their regions and DNS suffixes, and the names that services have in them.

Sources: ``partitions.json`` and ``endpoints.json`` of the AWS SDKs (botocore 1.44.5); for service principals the AWS
CDK's region facts and the refusals of CreateRole in China (aws-cdk #1282).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.service_principals import CHINA_SUFFIX, SUFFIX
from compiler.aws.service_principals import KNOWN_SERVICE_PRINCIPALS as KNOWN_SERVICE_PRINCIPALS
from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record(frozen=True, slots=True)
class Partition:
    """A group of regions with accounts, ARNs and endpoints of its own."""

    name: str
    dns_suffix: str
    regions: frozenset[str]


def _partition(name: str, dns_suffix: str, regions: str) -> Partition:
    return Partition(name, dns_suffix, frozenset(regions.split()))


PARTITIONS: Mapping[str, Partition] = {
    partition.name: partition
    for partition in (
        _partition(
            "aws",
            "amazonaws.com",
            """
            af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
            ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
            ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2
            eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1
            us-east-2 us-west-1 us-west-2
            """,
        ),
        _partition("aws-cn", "amazonaws.com.cn", "cn-north-1 cn-northwest-1"),
        _partition("aws-us-gov", "amazonaws.com", "us-gov-east-1 us-gov-west-1"),
        _partition("aws-eusc", "amazonaws.eu", "eusc-de-east-1"),
        _partition("aws-iso", "c2s.ic.gov", "us-iso-east-1 us-iso-west-1"),
        _partition("aws-iso-b", "sc2s.sgov.gov", "us-isob-east-1 us-isob-west-1"),
        _partition("aws-iso-e", "cloud.adc-e.uk", "eu-isoe-west-1"),
        _partition("aws-iso-f", "csp.hci.ic.gov", "us-isof-east-1 us-isof-south-1"),
    )
}
"""All partitions by name."""

_PARTITION_OF = {region: partition.name for partition in PARTITIONS.values() for region in partition.regions}

# Principals that are spelled otherwise than `SERVICE.amazonaws.com`. That a partition has a DNS suffix of its own
# says nothing: Lambda is `lambda.amazonaws.com` in China too.
_PRINCIPALS = {
    ("ec2", "aws-cn"): f"ec2{CHINA_SUFFIX}",
    ("elasticmapreduce", "aws-cn"): f"elasticmapreduce{CHINA_SUFFIX}",
    ("cloudhsm", "aws-iso"): "cloudhsm.c2s.ic.gov",
    ("config", "aws-iso"): "config.c2s.ic.gov",
    ("workspaces", "aws-iso"): "workspaces.c2s.ic.gov",
    ("dms", "aws-iso-b"): "dms.sc2s.sgov.gov",
}


def partition_of_region(region: str) -> str | None:
    """The partition that a region belongs to; None for a region that is not known.

    >>> partition_of_region("cn-north-1")
    'aws-cn'
    """
    return _PARTITION_OF.get(region)


def regions_of(partition: str) -> frozenset[str]:
    """The regions of a partition; none for an unknown partition."""
    found = PARTITIONS.get(partition)
    return found.regions if found else frozenset()


def dns_suffix(partition: str) -> str:
    """What the host names of endpoints end in; that of ``aws`` for an unknown partition."""
    return PARTITIONS.get(partition, PARTITIONS["aws"]).dns_suffix


def service_principal(service: str, partition: str) -> str:
    """The principal of a service in a partition; ``service`` is its name (``ec2``) or its principal in ``aws``.

    >>> service_principal("ec2", "aws-cn"), service_principal("lambda.amazonaws.com", "aws-cn")
    ('ec2.amazonaws.com.cn', 'lambda.amazonaws.com')
    """
    name = service.removesuffix(SUFFIX)
    return _PRINCIPALS.get((name, partition), f"{name}{SUFFIX}")


def is_known_service_principal(principal: str) -> bool:
    """Whether AWS has this service principal, in its regional form too (``logs.eu-west-1.amazonaws.com``)."""
    if principal in KNOWN_SERVICE_PRINCIPALS or principal in _PRINCIPALS.values():
        return True
    for suffix in (SUFFIX, CHINA_SUFFIX):
        name, dot, region = principal.removesuffix(suffix).rpartition(".")
        if principal.endswith(suffix) and dot and region in _PARTITION_OF:
            return f"{name}{SUFFIX}" in KNOWN_SERVICE_PRINCIPALS
    return False


def via_service(service: str, region: str, partition: str) -> str:
    """How a service names itself in ``kms:ViaService``: by its endpoint in the region.

    Source: AWS KMS Developer Guide, "kms:ViaService".

    >>> via_service("s3", "cn-north-1", "aws-cn")
    's3.cn-north-1.amazonaws.com.cn'
    """
    return f"{service}.{region}.{dns_suffix(partition)}"
