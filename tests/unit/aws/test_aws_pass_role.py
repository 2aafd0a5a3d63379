from __future__ import annotations

import re
from functools import cache

import botocore.session
import pytest
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape

from compiler.aws.partitions import KNOWN_SERVICE_PRINCIPALS
from compiler.aws.pass_role import PASS_ROLE_POSSIBLE, PASS_ROLE_REQUIRED
from compiler.aws.service_data import find_action

# Where the SDK's model of a service has another name than its IAM prefix.
_MODELS = {
    "airflow": "mwaa",
    "cloudwatch": "cloudwatch",
    "elasticmapreduce": "emr",
    "kinesisanalytics": "kinesisanalyticsv2",
    "lex": "lexv2-models",
    "states": "stepfunctions",
    "timestream": "timestream-query",
    "bedrock-agentcore": "bedrock-agentcore-control",
}
_OPERATIONS = {
    "s3:CreateAccessGrantsLocation": ("s3control", "CreateAccessGrantsLocation"),
    "s3:CreateJob": ("s3control", "CreateJob"),
    "s3:PutReplicationConfiguration": ("s3", "PutBucketReplication"),
    "bedrock:CreateFlow": ("bedrock-agent", "CreateFlow"),
    "bedrock:CreateKnowledgeBase": ("bedrock-agent", "CreateKnowledgeBase"),
}
# The SDK has no model of AWS OpsWorks any more; its CreateStack needs a ServiceRoleArn.
# AddRoleToInstanceProfile names the role itself and not by ARN.
_WITHOUT_MODEL = {"opsworks:CreateStack"}
_ROLE = re.compile(r"(role|role_?arn|rolename|roles?arns)$", re.IGNORECASE)


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(
        botocore.session.get_session().get_component("data_loader").load_service_model(name, "service-2")
    )


def _operation(action: str) -> OperationModel:
    prefix, _, name = action.partition(":")
    service, name = _OPERATIONS.get(action, (_MODELS.get(prefix, prefix), name))
    return _service(service).operation_model(name)


def _needs_role(shape: Shape, name: str = "", depth: int = 0) -> bool:
    """Whether a request cannot be made without a member that names a role."""
    if isinstance(shape, StringShape):
        return bool(_ROLE.search(name))
    if isinstance(shape, ListShape):
        return isinstance(shape.member, StringShape) and bool(_ROLE.search(name))
    if isinstance(shape, StructureShape) and depth < 4:
        return any(_needs_role(shape.members[member], member, depth + 1) for member in shape.required_members)
    return False


@pytest.mark.parametrize("action", sorted(set(PASS_ROLE_REQUIRED) - _WITHOUT_MODEL))
def test_the_request_cannot_be_made_without_a_role(action: str) -> None:
    assert _needs_role(_operation(action).input_shape)


def test_the_actions_exist_and_are_spelled_right() -> None:
    for action in {*PASS_ROLE_REQUIRED, *PASS_ROLE_POSSIBLE}:
        found = find_action(action)
        assert found is not None, action
        assert found.full_name == action


def test_the_principals_are_known() -> None:
    assert set(PASS_ROLE_REQUIRED.values()) <= KNOWN_SERVICE_PRINCIPALS


def test_the_tables_do_not_overlap() -> None:
    assert not PASS_ROLE_POSSIBLE & set(PASS_ROLE_REQUIRED)


def test_well_known_ones() -> None:
    assert PASS_ROLE_REQUIRED["lambda:CreateFunction"] == "lambda.amazonaws.com"
    assert PASS_ROLE_REQUIRED["iam:AddRoleToInstanceProfile"] == "ec2.amazonaws.com"
    assert PASS_ROLE_REQUIRED["glue:CreateJob"] == "glue.amazonaws.com"
    assert PASS_ROLE_REQUIRED["opsworks:CreateStack"] == "opsworks.amazonaws.com"
    assert {"ec2:RunInstances", "ecs:RunTask", "cloudformation:CreateStack", "events:PutTargets"} <= PASS_ROLE_POSSIBLE
    assert "s3:GetObject" not in PASS_ROLE_POSSIBLE
    assert len(PASS_ROLE_POSSIBLE) > 250
