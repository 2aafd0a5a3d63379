"""No false alarms: AWS's own managed policies, pasted as they are, and what the data is known to have wrong."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import check_building as build
import pytest

from compiler.aws.service_data import find_action
from compiler.checks import dead_condition, dead_statement, malformed_arn, run_checks, unknown_action, unmatched_action
from compiler.checks.unknown_action import _OPERATIONS
from compiler.diagnostics import Severity

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
MEANING = (unknown_action, malformed_arn, unmatched_action, dead_statement, dead_condition)


@cache
def managed_policies() -> dict[str, list[dict[str, Any]]]:
    """The statements of AWS's managed policies."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    documents = {name: item["Document"]["Statement"] for name, item in json.loads(aws_managed_policies_data).items()}
    return {name: body if isinstance(body, list) else [body] for name, body in documents.items()}


@pytest.mark.parametrize("name", [name for name in INSTANCE_POLICIES if name in managed_policies()])
def test_policies_that_instances_have_are_silent(name: str) -> None:
    """They stand on `*`, because AWS cannot know the names; which risk that is, is said by the rules on risks only."""
    found = run_checks(build.spec(*managed_policies()[name]))
    assert [item.message for item in found if item.code.id < "SG600"] == []


def test_errors_about_managed_policies_are_rare() -> None:
    """AWS's policies have mistakes of their own, mostly harmless ones; an error must be one of those."""
    statements = errors = 0
    for bodies in managed_policies().values():
        statements += len(bodies)
        tree = build.program(build.stack([build.policy(*bodies)]))
        errors += sum(item.level is Severity.ERROR for rule in MEANING for item in rule.check(tree))
    assert statements > 5000
    assert errors / statements < 0.005


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudwatch:PutMetricData", "*"),
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/AmazonCloudWatch-*"),
        ("ssm:GetParametersByPath", "arn:aws:ssm:eu-west-1:123456789012:parameter/shop"),
        ("ssm:StartSession", "arn:aws:ssm:*:*:document/AWS-StartSSHSession"),
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
