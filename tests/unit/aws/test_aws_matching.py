from __future__ import annotations

import itertools
import json
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.matching import action_matches, can_be, types_of
from compiler.aws.pattern import matches
from compiler.aws.placeholders import PLACEHOLDERS, characters_of
from compiler.aws.reference import reference
from compiler.aws.service_data import ResourceType, find_action, resource_types_of, service_prefixes

REGION, ACCOUNT = "eu-west-1", "123456789012"
QUEUE = reference("aws_sqs_queue.q.arn")
BUCKET = reference("aws_s3_bucket.b.arn")

ALL_TYPES = [kind for service in sorted(service_prefixes()) for kind in resource_types_of(service).values()]
TEMPLATES = [(kind, arn) for kind in ALL_TYPES for arn in kind.arns]
FILLINGS = {"name": "n-1", "relative": "a/b", "path": "/a/b", "colon": "a:b", "any": "/a:b", "anything": ""}


def _fill(arn: str) -> str:
    """A literal ARN of a template."""
    service = arn.split(":")[2]
    known = {"Partition": "aws", "Region": REGION, "Account": ACCOUNT, "*": "*"}

    def value(match: re.Match[str]) -> str:
        return known.get(match[1]) or FILLINGS[characters_of(service, match[1])]

    return re.sub(r"\$?\{([^}]*)\}", value, re.sub(r"(?<!\{)\*", "", arn))


def _matches(action: str, resource: str) -> bool:
    found = find_action(action)
    assert found is not None
    return action_matches(found, resource)


def test_there_are_many_templates() -> None:
    assert len(TEMPLATES) > 2300


def test_every_template_takes_the_arns_it_builds() -> None:
    refused = [(kind.service, kind.name, arn) for kind, arn in TEMPLATES if not can_be(_fill(arn), kind)]

    assert refused == []


def test_another_service_is_refused() -> None:
    taken = [
        (kind.service, kind.name)
        for kind, arn in TEMPLATES
        if "$" not in arn.split(":")[2] and can_be(_fill(arn).replace(f":{arn.split(':')[2]}:", ":nope:", 1), kind)
    ]

    assert taken == []


def test_a_region_where_there_is_none_is_refused() -> None:
    """A region-less template takes no region, unless the type has a form with one."""
    checked = 0
    for kind, arn in TEMPLATES:
        if arn.split(":")[3] == "" and not any(form.split(":")[3] for form in kind.arns):
            _, partition, service, _, account, resource = _fill(arn).split(":", 5)
            assert not can_be(f"arn:{partition}:{service}:{REGION}:{account}:{resource}", kind), kind
            checked += 1
    assert checked > 100


def test_a_missing_region_is_refused() -> None:
    for kind, arn in TEMPLATES:
        if all(form.split(":")[3] == "${Region}" for form in kind.arns):
            fields = _fill(arn).split(":", 5)
            fields[3] = ""
            assert not can_be(":".join(fields), kind), kind


@given(st.sampled_from(TEMPLATES), st.data())
def test_a_pattern_that_matches_an_arn_of_the_type_can_be_the_type(
    template: tuple[ResourceType, str], data: st.DataObject
) -> None:
    """Put wildcards into each field of an ARN: the pattern still matches that ARN."""
    kind, arn = template
    fields = _fill(arn).split(":", 5)
    for position in (1, 3, 4, 5):
        text = fields[position]
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        wildcard = data.draw(st.sampled_from(["*", "?", None]))
        if wildcard == "*":
            fields[position] = f"{text[:start]}*{text[end:]}"
        elif wildcard == "?" and start < len(text):
            fields[position] = f"{text[:start]}?{text[start + 1 :]}"
    pattern = ":".join(fields)

    assert matches(pattern, _fill(arn))
    assert can_be(pattern, kind)


_SHAPES = ("t/${Name}", "${Name}", "${Name}/t", "t/${Name}:${Name}", "t${Path}", "t/*", "${*}t", "${Name}/${Path}")
_TEXTS = tuple("".join(letters) for size in range(6) for letters in itertools.product("ta/:*", repeat=size))


def _built(shape: str) -> frozenset[str]:
    expression = re.escape(shape)
    for name, characters in (("Name", "[^/:]+"), ("Path", ".+")):
        expression = expression.replace(re.escape("${" + name + "}"), characters)
    expression = expression.replace(re.escape("${*}"), "\0").replace(re.escape("*"), ".*").replace("\0", re.escape("*"))
    return frozenset(text for text in _TEXTS if re.fullmatch(expression, text, re.DOTALL))


@given(st.sampled_from(_SHAPES), st.text(alphabet="ta/:*?", max_size=5))
def test_can_be_agrees_with_enumeration(shape: str, pattern: str) -> None:
    kind = ResourceType("x", "x", (f"arn:${{Partition}}:x:::{shape}",))
    built = _built(shape)
    expected = any(matches(pattern, text) for text in built)

    # Five characters are enough for a witness where pattern and shape have few steps.
    if expected or len(pattern.replace("*", "")) + len(re.sub(r"\$\{[^}]*\}", "x", shape)) <= 5:
        assert can_be(f"arn:aws:x:::{pattern}", kind) is expected


class TestS3:
    @pytest.mark.parametrize(
        ("resource", "expected"),
        [
            ("arn:aws:s3:::shop", {"bucket"}),
            ("arn:aws:s3:::shop/*", {"object"}),
            ("arn:aws:s3:::shop/a:b/c", {"object"}),
            ("arn:aws:s3:::shop*", {"bucket", "object"}),
            ("arn:aws:s3:*:*:shop", {"bucket"}),
            ("arn:aws:s3:eu-west-1::shop/*", set()),
            ("arn:aws:s3:::*", {"bucket", "object"}),
            ("arn:aws:s3:eu-west-1:123456789012:accesspoint/p", {"accesspoint"}),
            ("arn:aws:s3::123456789012:accesspoint/p.mrap/object/*", {"accesspointobject"}),
            ("arn:aws:sqs:eu-west-1:123456789012:shop", set()),
            ("shop/*", set()),
            ("", set()),
        ],
    )
    def test_types(self, resource: str, expected: set[str]) -> None:
        found = set(types_of(resource, "s3"))

        assert found & {"bucket", "object", "accesspoint", "accesspointobject"} == expected

    def test_a_star_can_be_everything(self) -> None:
        assert set(types_of("*", "s3")) == set(resource_types_of("s3")) == set(types_of("**", "s3"))

    def test_the_page_that_grants_nothing(self) -> None:
        assert not _matches("s3:GetObject", "arn:aws:s3:region::DOC-EXAMPLE-BUCKET/*")
        assert not _matches("iam:PassRole", "arn:aws:ec2:region:account_id:instance/*")


class TestNames:
    """What placeholders may hold, where it matters."""

    @pytest.mark.parametrize(
        ("action", "resource", "expected"),
        [
            ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/t", True),
            ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/t/index/*", False),
            ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:1:table/t/index/*", True),
            ("dynamodb:GetRecords", "arn:aws:dynamodb:eu-west-1:1:table/t/stream/2015-05-11T21:21:33.291", True),
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:q", True),
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:a/b", False),
            ("sqs:SendMessage", "arn:aws:sqs::1:q", False),
            ("sns:Publish", "arn:aws:sns:eu-west-1:1:t:sub", False),
            ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:1:parameter/a/b", True),
            ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:1:parameter//a/b", False),
            ("ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/*", True),
            ("ssm:SendCommand", "arn:aws:ssm:*::document/AWS-RunShellScript", True),
            ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-??????", True),
            ("iam:PassRole", "arn:aws:iam::1:role/service-role/x", True),
            ("iam:PassRole", "arn:aws:iam::1:role//x", False),
            ("iam:PassRole", "arn:aws:iam::1:instance-profile/x", False),
            ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:1:repository/team/web", True),
            ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/shop/web:*", True),
            ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/shop/web", False),
            ("logs:CreateLogStream", "arn:aws:logs:eu-west-1:1:log-group:/shop/web:log-stream:i-1", True),
            ("logs:DescribeLogStreams", "arn:aws:logs:eu-west-1:1:log-group:/shop/web:*", True),
            ("logs:DescribeLogStreams", "arn:aws:logs:eu-west-1:1:log-group:/shop/web:log-stream:i-1", False),
            ("kms:Decrypt", "arn:aws:kms:eu-west-1:1:alias/shop", False),
            ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:1:function:f:*", True),
            ("es:ESHttpGet", "arn:aws:es:eu-west-1:1:domain/logs/*", True),
            ("bedrock:InvokeModel", "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-v2:1", True),
            ("ec2:StopInstances", "arn:aws:ec2:*:*:instance/*", True),
            ("ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1", True),
            ("ec2:RunInstances", "arn:aws:ec2:eu-west-1:1:image/ami-1", False),
            ("ecs:RunTask", "arn:aws:ecs:eu-west-1:1:task-definition/web:*", True),
            ("ecs:RunTask", "arn:aws:ecs:eu-west-1:1:task-definition/web", False),
            ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:1:abc/prod/GET/", True),
            ("cloudwatch:PutMetricData", "arn:aws:cloudwatch:eu-west-1:1:dataset/x", False),
            ("cloudwatch:PutMetricData", "*", True),
        ],
    )
    def test_action_on_resource(self, action: str, resource: str, expected: bool) -> None:
        assert _matches(action, resource) is expected

    def test_each_row_has_its_source_and_speaks_once_of_a_placeholder(self) -> None:
        names = [(row.service, name) for row in PLACEHOLDERS for name in row.names]

        assert len(names) == len(set(names))
        assert all(row.source for row in PLACEHOLDERS)

    def test_each_row_speaks_of_a_placeholder_that_exists(self) -> None:
        used = {
            (arn.split(":")[2], name)
            for _, arn in TEMPLATES
            for name in re.findall(r"\{([^}]*)\}", arn.split(":", 5)[5])
        }
        services = {service for service, _ in used}

        for row in PLACEHOLDERS:
            assert row.service in services
            assert all(name == "*" or (row.service, name) in used for name in row.names), row


class TestActionsWithoutTypes:
    @pytest.mark.parametrize("resource", ["arn:*", "arn:aws:ec2:*:*:*", "arn:aws:ec2:eu-west-1:1:instance/*"])
    def test_only_a_star_works(self, resource: str) -> None:
        assert _matches("ec2:DescribeInstances", "*")
        assert _matches("ec2:DescribeInstances", "**")
        assert not _matches("ec2:DescribeInstances", resource)

    def test_a_reference_may_hold_a_star_but_an_arn_is_none(self) -> None:
        assert _matches("ec2:DescribeInstances", reference("var.resources"))
        assert not _matches("ec2:DescribeInstances", QUEUE)
        assert not _matches("ec2:DescribeInstances", reference("var.resources") + "/*")

    @pytest.mark.parametrize(
        ("action", "works", "fails"),
        [
            ("s3:ListAllMyBuckets", "arn:aws:s3:::*", "arn:aws:s3:::shop*"),
            ("dynamodb:ListTables", "arn:aws:dynamodb:eu-west-1:1:table/*", "arn:aws:dynamodb:eu-west-1:1:table/a*"),
            ("logs:DescribeLogGroups", "arn:aws:logs:*:*:log-group:*", "arn:aws:logs:*:*:log-group:/a:*"),
            ("sns:ListTopics", "arn:aws:sns:*:*:*", "arn:aws:sns:*:*:a*"),
            ("sqs:ListQueues", "arn:aws:sqs:*:*:*", "arn:aws:sqs:*:*:a"),
        ],
    )
    def test_the_arn_of_the_request_works_as_well(self, action: str, works: str, fails: str) -> None:
        assert _matches(action, works)
        assert not _matches(action, fails)


class TestUnknownPieces:
    def test_a_reference_can_be_any_resource(self) -> None:
        assert _matches("sqs:SendMessage", QUEUE)
        assert _matches("s3:GetObject", f"{BUCKET}/*")
        assert not _matches("s3:ListBucket", f"{BUCKET}/*")
        assert not _matches("s3:ListBucket", reference("var.bucket_arn") + "/*")
        assert _matches("logs:PutLogEvents", reference("aws_cloudwatch_log_group.g.arn") + ":*")
        assert not _matches("sqs:SendMessage", f"{QUEUE}/*")

    def test_another_reference_in_front_may_hold_any_part(self) -> None:
        assert _matches("sqs:SendMessage", reference("local.queues") + ":orders")
        assert _matches("sqs:SendMessage", reference("local.queues") + "-orders")
        assert not _matches("sqs:SendMessage", reference("local.queues") + "/orders")

    def test_a_reference_in_a_field_stays_in_it(self) -> None:
        name = reference("var.name")

        assert _matches("s3:GetObject", f"arn:aws:s3:::{name}/*")
        assert _matches("s3:ListBucket", f"arn:aws:s3:::{name}")
        assert _matches("sqs:SendMessage", f"arn:aws:sqs:{name}:{name}:q")
        assert not _matches("sqs:SendMessage", f"arn:aws:sqs:{name}:{name}:a/b")
        assert not _matches("sqs:SendMessage", f"arn:aws:sns:{name}:{name}:q")
        assert _matches("sqs:SendMessage", "arn:aws:" + reference("local.rest"))

    def test_policy_variables(self) -> None:
        assert _matches("s3:GetObject", "arn:aws:s3:::shop/${aws:PrincipalTag/team}/*")
        assert not _matches("s3:ListBucket", "arn:aws:s3:::shop/${aws:PrincipalTag/team}/*")
        assert _matches("s3:GetObject", "arn:aws:s3:::shop/${*}")

    def test_text_with_a_reference_behind_is_no_arn(self) -> None:
        assert not _matches("s3:GetObject", "shop" + BUCKET)


def test_incomplete_arns_are_completed() -> None:
    assert _matches("sqs:SendMessage", "arn:aws:sqs")
    assert _matches("sqs:SendMessage", "arn:aws:sqs:eu-west-1")
    assert not _matches("sqs:SendMessage", "arn:aws:sns")


def test_the_policies_of_aws_itself() -> None:
    """Of the pairs of a typed action and its statement's resources, nearly all can match; the rest are AWS's slips."""
    source = pytest.importorskip("moto.iam.aws_managed_policies").aws_managed_policies_data
    answers: Counter[bool] = Counter()
    for policy in json.loads(source).values():
        statements = policy["Document"]["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            resources = statement.get("Resource", [])
            resources = [resources] if isinstance(resources, str) else resources
            actions = statement.get("Action", [])
            for name in [actions] if isinstance(actions, str) else actions:
                action = find_action(name)
                if action and action.resource_types and resources:
                    answers[any(action_matches(action, resource) for resource in resources)] += 1

    assert answers[True] > 30_000
    assert answers[False] < 0.015 * answers[True]
