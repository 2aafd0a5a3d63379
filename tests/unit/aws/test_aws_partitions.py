from __future__ import annotations

import json
from pathlib import Path

import botocore
import pytest

from compiler.aws.partitions import (
    KNOWN_SERVICE_PRINCIPALS,
    PARTITIONS,
    dns_suffix,
    is_known_service_principal,
    partition_of_region,
    regions_of,
    service_principal,
    via_service,
)


def test_the_table_has_all_that_the_sdk_knows() -> None:
    """Newer SDKs may know more regions; none that they know is another partition's here."""
    data = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_bytes())
    for partition in data["partitions"]:
        assert dns_suffix(partition["id"]) == partition["outputs"]["dnsSuffix"]
        for region in partition["regions"]:
            assert partition_of_region(region) in (None, partition["id"])
    assert set(PARTITIONS) >= {
        "aws",
        "aws-cn",
        "aws-us-gov",
        "aws-iso",
        "aws-iso-b",
        "aws-iso-e",
        "aws-iso-f",
        "aws-eusc",
    }


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
        ("eu-west-9", None),
        ("aws-global", None),
        ("", None),
    ],
)
def test_partition_of_region(region: str, partition: str | None) -> None:
    assert partition_of_region(region) == partition


def test_regions_of() -> None:
    assert regions_of("aws-cn") == {"cn-north-1", "cn-northwest-1"}
    assert regions_of("nope") == frozenset()
    assert dns_suffix("nope") == "amazonaws.com"


@pytest.mark.parametrize(
    ("service", "partition", "principal"),
    [
        ("ec2", "aws", "ec2.amazonaws.com"),
        ("ec2", "aws-us-gov", "ec2.amazonaws.com"),
        ("ec2", "aws-cn", "ec2.amazonaws.com.cn"),
        ("ec2.amazonaws.com", "aws-cn", "ec2.amazonaws.com.cn"),
        ("lambda", "aws-cn", "lambda.amazonaws.com"),
        ("ecs-tasks.amazonaws.com", "aws-cn", "ecs-tasks.amazonaws.com"),
        ("ec2", "aws-iso", "ec2.amazonaws.com"),
        ("config", "aws-iso", "config.c2s.ic.gov"),
    ],
)
def test_service_principal(service: str, partition: str, principal: str) -> None:
    assert service_principal(service, partition) == principal


@pytest.mark.parametrize(
    ("service", "region", "partition", "expected"),
    [
        ("s3", "eu-west-1", "aws", "s3.eu-west-1.amazonaws.com"),
        ("sqs", "us-gov-west-1", "aws-us-gov", "sqs.us-gov-west-1.amazonaws.com"),
        ("s3", "cn-north-1", "aws-cn", "s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_via_service(service: str, region: str, partition: str, expected: str) -> None:
    assert via_service(service, region, partition) == expected


class TestKnownPrincipals:
    def test_the_list(self) -> None:
        assert len(KNOWN_SERVICE_PRINCIPALS) > 350
        assert all(name.endswith((".amazonaws.com", ".amazonaws.com.cn")) for name in KNOWN_SERVICE_PRINCIPALS)
        assert not any("*" in name or "_" in name or name != name.lower() for name in KNOWN_SERVICE_PRINCIPALS)

    @pytest.mark.parametrize(
        "principal",
        [
            "ec2.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            "lambda.amazonaws.com",
            "opsworks.amazonaws.com",
            "ec2.amazonaws.com.cn",
            "logs.eu-west-1.amazonaws.com",
            "codedeploy.cn-north-1.amazonaws.com.cn",
            "config.c2s.ic.gov",
            "custom-resource.application-autoscaling.amazonaws.com",
        ],
    )
    def test_known(self, principal: str) -> None:
        assert is_known_service_principal(principal)

    @pytest.mark.parametrize(
        "principal",
        [
            "ec2.amazon.com",
            "ec2",
            "ec2.amazonaws.com.uk",
            "nope.amazonaws.com",
            "nope.eu-west-1.amazonaws.com",
            "logs.eu-west-9.amazonaws.com",
            "eu-west-1.amazonaws.com",
            "",
        ],
    )
    def test_unknown(self, principal: str) -> None:
        assert not is_known_service_principal(principal)
