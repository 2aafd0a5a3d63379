"""What stands in (a fake) AWS, held against what a program says, document by document."""

from __future__ import annotations

from typing import Any

from compiler.aws.statement import document_json
from compiler.ir.program import StackProgram


def policy_arns(program: StackProgram) -> dict[str, str]:
    return {
        item.label: f"arn:{program.partition}:iam::{program.account}:policy{item.path}{item.name}"
        for item in program.policies
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
        assert {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])} == dict(wanted.tags)
        assert attached(iam, wanted.name) == {arns[label] for label in wanted.policies} | {
            item.arn for item in wanted.managed
        }
        assert iam.list_role_policies(RoleName=wanted.name)["PolicyNames"] == []
        assert wanted.profile
        profile = iam.get_instance_profile(InstanceProfileName=wanted.profile.name)["InstanceProfile"]
        assert [item["RoleName"] for item in profile["Roles"]] == [wanted.name]
        assert profile["Path"] == wanted.profile.path
    policies = {item["Arn"] for item in iam.list_policies(Scope="Local")["Policies"]}
    assert policies - {f"arn:{program.partition}:iam::{program.account}:policy/boundary"} == set(arns.values())
    for policy in program.policies:
        found = iam.get_policy(PolicyArn=arns[policy.label])["Policy"]
        version = iam.get_policy_version(PolicyArn=found["Arn"], VersionId=found["DefaultVersionId"])
        assert version["PolicyVersion"]["Document"] == document_json(policy.statements)
        assert found["Description"] == policy.description
        assert {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])} == dict(policy.tags)
