"""Actions from ARNs and levels, for every service there is; names of API operations."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import compiler.aws.api_names as api_names
from compiler.aws.api_names import actions_for, prefix_of, services_with
from compiler.aws.derive import (
    LEVELS,
    action_takes,
    actions_on,
    arn_formats,
    kinds_named,
    kinds_of,
    level_of,
    unlimited_actions,
)
from compiler.aws.service_data import ResourceType, actions_of, find_action, resource_types_of, service_prefixes

TABLE = json.loads((Path(api_names.__file__).parent / "data" / "api_operations.json").read_text())
PLACE = ("aws", "eu-west-1", "123456789012")


def example(kind: ResourceType) -> str:
    """An ARN of the type, from its usual format."""
    (format_, *_) = arn_formats((kind,), *PLACE)
    return re.sub(r"<[^>]*>", "x1", format_)


def names(actions: object) -> list[str]:
    return [action.full_name for action in actions]  # type: ignore[attr-defined]


def test_every_action_of_every_service_is_derived_once_for_each_of_its_types() -> None:
    """By level and type, or as one without a resource: nothing is lost, nothing invented, in any service."""
    for prefix in service_prefixes():
        actions = actions_of(prefix)
        found = {name for level in LEVELS for name in names(unlimited_actions(prefix, [level]))}
        assert found == {action.full_name for action in actions.values() if not action.resource_types}, prefix
        for kind in resource_types_of(prefix).values():
            by_level = [names(actions_on(kind, [level])) for level in LEVELS]
            flat = [name for listed in by_level for name in listed]
            assert len(flat) == len(set(flat)), (prefix, kind.name)
            assert set(flat) == {a.full_name for a in actions.values() if kind.name in a.resource_types}
            found |= set(flat)
        assert found == {action.full_name for action in actions.values()}, prefix


def test_an_arn_of_every_type_is_that_type() -> None:
    """An example of each format can be its type, and is found by its own text where its service says so."""
    for prefix in service_prefixes():
        for kind in resource_types_of(prefix).values():
            arn = example(kind)
            found = kinds_of(arn)
            if arn.split(":")[2] == prefix and not re.search(r"\*", arn.split(":")[2]):
                assert kind in found, (arn, kind)
            for action in actions_on(kind, LEVELS):
                assert action_takes(action, arn, kind)


@pytest.mark.parametrize(
    ("arn", "kinds"),
    [
        ("arn:aws:s3:::shop", ["s3:bucket"]),
        ("arn:aws:s3:::shop/*", ["s3:object"]),
        ("arn:aws:s3:::*", ["s3:bucket", "s3:object"]),
        ("arn:aws:s3:eu-west-1::shop", []),
        ("arn:aws:catalog:eu-west-1:123456789012:portfolio/p", ["servicecatalog:Portfolio"]),
        ("arn:aws:nothing:eu-west-1:123456789012:x", []),
        ("arn:aws:sqs", []),
        ("*", []),
    ],
)
def test_types_of_an_arn(arn: str, kinds: list[str]) -> None:
    assert [f"{kind.service}:{kind.name}" for kind in kinds_of(arn)] == kinds


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:GetObject", "read"),
        ("s3:ListBucket", "list"),
        ("s3:PutObject", "write"),
        ("s3:PutObjectTagging", "tagging"),
        ("s3:PutBucketPolicy", "permissions-management"),
    ],
)
def test_levels(action: str, level: str) -> None:
    found = find_action(action)
    assert found is not None
    assert level_of(found) == level


def test_a_service_that_calls_itself_otherwise_shows_its_formats() -> None:
    assert any(kind.service == "servicecatalog" for kind in kinds_named("catalog"))


@pytest.mark.parametrize(
    ("client", "operation", "actions"),
    [
        ("s3", "put_object", ["s3:PutObject"]),
        ("s3api", "list-objects-v2", ["s3:ListBucket"]),
        ("s3", "ListBuckets", ["s3:ListAllMyBuckets"]),
        ("s3", "CopyObject", ["s3:GetObject", "s3:PutObject"]),
        ("s3", "list_bucket_analytics_configurations", ["s3:GetAnalyticsConfiguration"]),
        ("elbv2", "describe_load_balancers", ["elasticloadbalancing:DescribeLoadBalancers"]),
        ("apigateway", "get_rest_apis", ["apigateway:GET"]),
        ("apigatewayv2", "CreateApi", ["apigateway:POST"]),
        ("iot-data", "publish", ["iot:Publish"]),
        ("lambda", "invoke", ["lambda:InvokeFunction"]),
        ("configservice", "describe-config-rules", ["config:DescribeConfigRules"]),
        ("mturk", "create_hit_type", ["mechanicalturk:CreateHITType"]),
        ("sqs", "nothing", []),
    ],
)
def test_operations(client: str, operation: str, actions: list[str]) -> None:
    prefix = prefix_of(client)
    assert prefix is not None
    assert names(actions_for(prefix, operation)) == actions


def test_operations_of_a_name_in_all_services() -> None:
    assert list(services_with("ListAllMyBuckets")) == ["s3"]
    assert {"s3", "mediastore"} < set(services_with("PutObject"))
    assert list(services_with("PutObject", ["s3", "sqs"])) == ["s3"]


def test_the_table_names_only_what_exists() -> None:
    assert set(TABLE["clients"].values()) | set(TABLE["operations"]) <= service_prefixes()
    for operations in TABLE["operations"].values():
        for name, actions in operations.items():
            assert name == re.sub("[_-]", "", name).lower()
            assert all(action == getattr(find_action(action), "full_name", None) for action in actions), actions
