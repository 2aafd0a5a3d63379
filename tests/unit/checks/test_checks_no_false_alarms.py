"""No false alarms: AWS's own managed policies, pasted as they are, and what the data is known to have wrong."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import check_building as build
import pytest
import yaml

from compiler.aws.service_data import find_action
from compiler.checks import run_checks
from compiler.checks.unknown_action import _OPERATIONS
from compiler.diagnostics import Diagnostic, Severity, SourceText
from compiler.driver import check_documents

# What instances usually have; the documents are those that moto ships.
INSTANCE_POLICIES = (
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
    "CloudWatchAgentAdminPolicy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPowerUser",
    "AWSXRayDaemonWriteAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSQSFullAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonEC2RoleforAWSCodeDeploy",
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonSSMPatchAssociation",
    "AWSElasticBeanstalkWorkerTier",
    "AmazonKinesisFirehoseFullAccess",
)
QUOTE = '"'


@cache
def documents() -> dict[str, dict[str, Any]]:
    """AWS's managed policies."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return {name: item["Document"] for name, item in json.loads(aws_managed_policies_data).items()}


@cache
def managed_policies() -> dict[str, list[dict[str, Any]]]:
    """The statements of AWS's managed policies."""
    bodies = {name: document["Statement"] for name, document in documents().items()}
    return {name: body if isinstance(body, list) else [body] for name, body in bodies.items()}


@pytest.mark.parametrize("name", [name for name in INSTANCE_POLICIES if name in managed_policies()])
def test_policies_that_instances_have_are_silent(name: str) -> None:
    """They stand on `*`, because AWS cannot know the names; which risk that is, is said by the rules on risks only."""
    found = run_checks(build.spec(*managed_policies()[name]))
    assert [item.message for item in found if item.code.id < "SG600"] == []


@cache
def findings() -> tuple[Diagnostic, ...]:
    """What ``check-policy`` says of all of AWS's managed policies together, as files of their names."""
    texts = [(SourceText(name, json.dumps(body, indent=4)), True) for name, body in documents().items()]
    return check_documents(texts).diagnostics


def test_each_error_about_managed_policies_has_been_reviewed() -> None:
    """AWS's policies have mistakes of their own; what is not one of those, is one of ours."""
    entries = yaml.safe_load(Path(__file__).with_name("aws_managed_errors.yaml").read_text(encoding="utf-8"))
    reviewed = sorted((entry["code"], words) for entry in entries for words in entry["words"])
    assert all(entry["why"] for entry in entries)
    found = [item for item in findings() if item.level is Severity.ERROR and item.code.id != "SG542"]
    assert sorted((item.code.id, _words(item)) for item in found) == reviewed


def _words(item: Diagnostic) -> str:
    assert item.span is not None
    return f"{item.span.source.name} {item.path.partition('.')[0]}: {item.span.text.strip(QUOTE)}"


def test_documents_that_are_too_large_are_those() -> None:
    """IAM takes 6,144 characters of a managed policy and 10,240 of inline ones; white space does not count."""
    sizes = {name: len("".join(json.dumps(body, separators=(",", ":")).split())) for name, body in documents().items()}
    large = {(item.span.source.name, item.level) for item in findings() if item.code.id == "SG542" and item.span}
    assert {name for name, level in large if level is Severity.ERROR} == {
        n for n, size in sizes.items() if size > 10240
    }
    assert {name for name, _ in large} == {name for name, size in sizes.items() if size > 6144}


def test_one_finding_for_one_cause() -> None:
    """At most a few findings of one kind about a statement, whatever it lists."""
    told = Counter(
        (item.code.id, item.span.source.name, item.path.partition(".")[0]) for item in findings() if item.span
    )
    of_actions = ("SG504", "SG604", "SG606", "SG608", "SG609", "SG610", "SG711")
    assert {code: max(n for key, n in told.items() if key[0] == code) for code in of_actions} == {
        "SG504": 3, "SG604": 1, "SG606": 1, "SG608": 1, "SG609": 1, "SG610": 1, "SG711": 1,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["AmazonSQSReadOnlyAccess", "AmazonEC2ReadOnlyAccess", "AmazonRoute53ReadOnlyAccess"])
def test_reading_everything_is_no_risk_worth_a_warning(name: str) -> None:
    assert [
        i.message for i in findings() if i.span and i.span.source.name == name and i.level is not Severity.NOTE
    ] == []


def test_looking_at_what_there_is_needs_everything() -> None:
    listing = {"Effect": "Allow", "Action": ["ec2:Describe*", "s3:ListAllMyBuckets", "sqs:ListQueues"], "Resource": "*"}
    assert [item.message for item in run_checks(build.spec(listing))] == []


def test_the_second_policy_of_the_opsworks_page() -> None:
    """It allows nothing, for two reasons: one finding."""
    body = {
        "Effect": "Allow",
        "Action": ["ec2:*", "s3:*", "opsworks:*", "iam:PassRole"],
        "Resource": "arn:aws:ec2:region:account_id:instance/*",
        "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    }
    text = SourceText("policy.json", json.dumps({"Version": "2012-10-17", "Statement": [body]}))
    assert [item.code.id for item in check_documents([(text, True)]).diagnostics] == ["SG506"]


@pytest.mark.parametrize(
    "resources",
    [
        ["arn:aws:s3:::shop-*", "arn:aws:s3:::shop-*/*"],
        ["arn:aws:s3:::shop-*", "arn:aws:s3:::shop-*/logs/*"],
        ["arn:aws:s3:::*shop*", "arn:aws:s3:::shop-a/*"],
    ],
)
def test_buckets_and_their_objects_are_a_pair(resources: list[str]) -> None:
    body = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": resources}
    assert [item.message for item in run_checks(build.spec(body))] == []


def test_tables_and_their_indexes_are_a_pair() -> None:
    table = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-*"
    body = {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": [table, f"{table}/index/*"]}
    assert [item.message for item in run_checks(build.spec(body))] == []


@pytest.mark.parametrize("action", ["sns:Subscribe", "sns:CreateTopic", "events:PutTargets", "ssm:SendCommand"])
def test_a_role_that_most_calls_do_not_name_is_not_asked_for(action: str) -> None:
    tree = build.spec({"Effect": "Allow", "Action": action, "Resource": "*"})
    assert [item.code.id for item in run_checks(tree) if item.code.id in ("SG710", "SG711")] == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudwatch:PutMetricData", "*"),
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/AmazonCloudWatch-*"),
        ("ssm:GetParametersByPath", "arn:aws:ssm:eu-west-1:123456789012:parameter/shop"),
        ("ssm:StartSession", "arn:aws:ssm:*:*:document/AWS-StartSSHSession"),
        ("ssm:StartAutomationExecution", "arn:aws:ssm:*::automation-definition/AWS-RestartEC2Instance:*"),
        ("sns:Publish", "arn:aws:sns:eu-west-1:123456789012:shop-*"),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:/shop/*:log-stream:*"),
        ("logs:CreateLogStream", "arn:aws:logs:*:*:*"),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:/aws-glue/*"),  # a star reaches over the colon behind it
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:sqlworkbench!*"),
        ("logs:DescribeLogStreams", "arn:aws:logs:eu-west-1:123456789012:log-group:/shop/web:*"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/mrk-1"),
        ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:123456789012:repository/team/web"),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/object/*"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*"),
        ("sts:AssumeRole", "arn:aws:iam::210987654321:role/*"),
        ("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABC/web"),
        ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/*"),
        ("autoscaling:SetInstanceHealth",
         "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-??????"),
        ("elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1"),
    ],
)  # fmt: skip
def test_what_people_write(action: str, resource: str) -> None:
    tree = build.spec({"Effect": "Allow", "Action": action, "Resource": resource})
    assert [item.message for item in run_checks(tree)] == []


def test_operations_that_are_no_actions_lead_to_actions() -> None:
    for operation, action in _OPERATIONS.items():
        assert find_action(operation) is None, operation
        assert find_action(action) is not None, action


def test_actions_with_one_cause_are_told_together() -> None:
    actions = ["s3:GetObject", "ec2:DescribeVpcs", "ec2:DescribeTags", "kms:ListKeys"]
    body = {"Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::shop/*"}
    found = list(run_checks(build.spec(body)))
    assert [item.message for item in found] == [
        "`ec2:DescribeVpcs`, `ec2:DescribeTags` and `kms:ListKeys` work on no resource of this statement"
    ]
    assert len(found[0].secondary) == 2


def test_services_that_are_allowed_as_a_whole_are_told_together() -> None:
    body = {"Effect": "Allow", "Action": ["sqs:*", "sns:*"], "Resource": "*"}
    message = "`sqs:*` and `sns:*` allow all actions of these services on every resource"
    assert [(item.message, item.level) for item in run_checks(build.spec(body))] == [(message, Severity.WARNING)]


def test_the_channels_of_agents_are_no_risk() -> None:
    body = {"Effect": "Allow", "Action": ["ssmmessages:*", "ec2messages:*"], "Resource": "*"}
    assert {item.level for item in run_checks(build.spec(body))} == {Severity.NOTE}


@pytest.mark.parametrize("action", ["glue:TestConnection", "ds:AccessDSData", "ec2:CreateNetworkInterfacePermission"])
def test_what_lets_nobody_in_changes_not_who_gets_in(action: str) -> None:
    tree = build.spec({"Effect": "Allow", "Action": action, "Resource": "*"})
    assert [item for item in run_checks(tree) if item.code.id == "SG610"] == []


def test_what_an_account_has_one_of_need_not_be_named() -> None:
    tree = build.spec({"Effect": "Allow", "Action": "securityhub:UpdateSecurityHubConfiguration", "Resource": "*"})
    assert list(run_checks(tree)) == []


def test_the_usual_resource_is_the_example() -> None:
    body = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    assert [item.help for item in run_checks(build.spec(body))] == [
        ("name the resources, such as `arn:aws:s3:::BucketName`",)
    ]
