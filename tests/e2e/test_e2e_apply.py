"""A whole stack through validate, plan and apply, read back from (a fake) AWS and compared document by document."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from compiler.aws.statement import document_json
from compiler.ir.program import StackProgram
from compiler.terraform.emit import emit_stack
from tests.e2e.conftest import MakeTerraform
from tests.support.stacks import ACCOUNT, REGIONS, SPEC, managed, shop
from tests.support.tf import iam_client

SSM = "AmazonSSMManagedInstanceCore"


def with_managed(program: StackProgram) -> StackProgram:
    """The stack with an AWS managed policy on its last role."""
    *others, last = program.roles
    arn = f"arn:{program.partition}:iam::aws:policy/{SSM}"
    return replace(program, roles=(*others, replace(last, managed=(managed(SSM, arn),))))


def policy_arns(program: StackProgram) -> dict[str, str]:
    return {
        item.label: f"arn:{program.partition}:iam::{ACCOUNT}:policy{item.path}{item.name}" for item in program.policies
    }


def attached(iam: Any, role_name: str) -> set[str]:
    return {item["PolicyArn"] for item in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]}


def assert_aws_equals(iam: Any, program: StackProgram) -> None:
    """Everything the program says stands in AWS, and nothing else of the kind."""
    arns = policy_arns(program)
    roles = {item["RoleName"]: item for item in iam.list_roles()["Roles"]}
    assert set(roles) == {item.name for item in program.roles}
    for wanted in program.roles:
        found = iam.get_role(RoleName=wanted.name)["Role"]
        assert found["AssumeRolePolicyDocument"] == document_json(wanted.trust)
        assert found["Path"] == wanted.path
        assert found["Description"] == wanted.description
        assert found["MaxSessionDuration"] == (wanted.max_session_duration or 3600)
        boundary = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
        assert boundary == wanted.permissions_boundary
        assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == dict(wanted.tags)
        assert attached(iam, wanted.name) == {arns[label] for label in wanted.policies} | {
            item.arn for item in wanted.managed
        }
        assert iam.list_role_policies(RoleName=wanted.name)["PolicyNames"] == []
        assert wanted.profile
        profile = iam.get_instance_profile(InstanceProfileName=wanted.profile.name)["InstanceProfile"]
        assert [item["RoleName"] for item in profile["Roles"]] == [wanted.name]
        assert profile["Path"] == wanted.profile.path
    policies = {item["Arn"] for item in iam.list_policies(Scope="Local")["Policies"]}
    assert policies - {f"arn:{program.partition}:iam::{ACCOUNT}:policy/boundary"} == set(arns.values())
    for policy in program.policies:
        found = iam.get_policy(PolicyArn=arns[policy.label])["Policy"]
        version = iam.get_policy_version(PolicyArn=found["Arn"], VersionId=found["DefaultVersionId"])
        assert version["PolicyVersion"]["Document"] == document_json(policy.statements)
        assert found["Description"] == policy.description
        assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == dict(policy.tags)


def make_boundary(iam: Any) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(document))


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_what_is_applied_is_what_the_program_says(partition: str, deployable: MakeTerraform, aws: str) -> None:
    program = with_managed(shop(partition))
    region = REGIONS[partition]
    terraform = deployable(emit_stack(program, layout="root", spec_name=SPEC), region)
    iam = iam_client(aws, region)
    make_boundary(iam)

    assert terraform.validate() == {
        "format_version": "1.0", "valid": True, "error_count": 0, "warning_count": 0, "diagnostics": [],
    }  # fmt: skip
    terraform.apply()

    assert_aws_equals(iam, program)
    outputs = json.loads(terraform.must("output", "-json").out)
    assert outputs["instance_profile_names"]["value"] == {
        "bastion": "shop-default", "web": "shop-web", "worker": "shop-worker",
    }  # fmt: skip
    assert outputs["role_arns"]["value"]["web"] == f"arn:{partition}:iam::{ACCOUNT}:role/shop/shop-web"
    assert terraform.plan().actions == {}

    terraform.destroy()
    assert iam.list_roles()["Roles"] == []
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    assert [item["PolicyName"] for item in iam.list_policies(Scope="Local")["Policies"]] == ["boundary"]


def test_another_account_is_refused_before_anything_changes(deployable: MakeTerraform, aws: str) -> None:
    program = replace(shop(), account="210987654321")
    terraform = deployable(emit_stack(program, layout="root", spec_name=SPEC))
    refused = terraform.run("apply", "-no-color", "-auto-approve")
    assert refused.code == 1
    assert "AWS account ID not allowed" in refused.err
    assert iam_client(aws, "eu-west-1").list_roles()["Roles"] == []


def test_a_plan_shows_whole_policies_and_what_is_attached(offline: MakeTerraform) -> None:
    program = shop()
    plan = offline(emit_stack(program, layout="root", spec_name=SPEC)).plan()
    for policy in program.policies:
        planned = plan.planned(f"aws_iam_policy.{policy.label}")
        assert json.loads(planned["policy"]) == document_json(policy.statements)
    for role in program.roles:
        planned = plan.planned(f"aws_iam_role.{role.label}")
        assert json.loads(planned["assume_role_policy"]) == document_json(role.trust)
        exclusive = plan.planned(f"aws_iam_role_policy_attachments_exclusive.{role.label}")
        assert exclusive["policy_arns"] == sorted(policy_arns(program)[label] for label in role.policies)
    assert plan.planned("aws_iam_role_policy_attachment.web--stack")["policy_arn"] == policy_arns(program)["stack"]
    assert set(plan.actions.values()) == {("create",)}
    assert plan.outputs["role_names"] == {"bastion": "shop-default", "web": "shop-web", "worker": "shop-worker"}
