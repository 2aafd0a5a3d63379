"""A whole stack through validate, plan and apply, read back from (a fake) AWS and compared document by document."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from compiler.aws.statement import document_json
from compiler.ir.program import StackProgram
from compiler.terraform.emit import emit_stack
from tests.e2e.conftest import MakeTerraform
from tests.support.aws_state import assert_aws_equals, policy_arns
from tests.support.stacks import ACCOUNT, REGIONS, SPEC, allow, managed, relabelled, shop
from tests.support.tf import OVERRIDE_FILE, Terraform, iam_client, override_for_moto, reset_moto, write_module


def with_managed(program: StackProgram) -> StackProgram:
    """The stack with an AWS managed policy on its last role."""
    *others, last = program.roles
    arn = f"arn:{program.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
    return replace(program, roles=(*others, replace(last, managed=(managed("ssm", arn),))))


def make_boundary(iam: Any) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(document))


@dataclass(frozen=True)
class Deployment:
    """A stack of one partition that was applied to the fake AWS."""

    program: StackProgram
    terraform: Terraform
    iam: Any


@pytest.fixture(scope="module")
def deployments(home: Path, moto: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Deployment]:
    """The same stack in three partitions, applied at the same time: most of it is waiting."""
    reset_moto(moto)

    def deploy(partition: str) -> Deployment:
        program, region = with_managed(shop(partition)), REGIONS[partition]
        folder = write_module(tmp_path_factory.mktemp(partition), emit_stack(program, layout="root", spec_name=SPEC))
        (folder / OVERRIDE_FILE).write_bytes(override_for_moto(moto, region))
        deployment = Deployment(program, Terraform(folder, home), iam_client(moto, region))
        make_boundary(deployment.iam)
        deployment.terraform.init()
        deployment.terraform.apply()
        return deployment

    with ThreadPoolExecutor() as pool:
        return dict(zip(REGIONS, pool.map(deploy, REGIONS), strict=True))


@pytest.mark.parametrize("partition", REGIONS)
def test_what_is_applied_is_what_the_program_says(partition: str, deployments: dict[str, Deployment]) -> None:
    deployment = deployments[partition]
    assert_aws_equals(deployment.iam, deployment.program)
    outputs = json.loads(deployment.terraform.must("output", "-json").out)
    names = {"bastion": "shop-default", "web": "shop-web", "worker": "shop-worker"}
    assert outputs["instance_profile_names"]["value"] == names
    assert outputs["role_names"]["value"] == names
    arn = f"arn:{partition}:iam::{ACCOUNT}"
    assert outputs["role_arns"]["value"]["web"] == f"{arn}:role/shop/shop-web"
    assert outputs["instance_profile_arns"]["value"]["bastion"] == f"{arn}:instance-profile/shop/shop-default"


@pytest.mark.parametrize("partition", REGIONS)
def test_a_second_plan_is_empty(partition: str, deployments: dict[str, Deployment]) -> None:
    assert deployments[partition].terraform.pending() == ""


def test_a_policy_attached_behind_our_back_shows_in_the_next_plan(deployments: dict[str, Deployment]) -> None:
    deployment = deployments["aws"]
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    inline = {"RoleName": "shop-web", "PolicyName": "extra"}
    deployment.iam.attach_role_policy(RoleName="shop-web", PolicyArn=admin)
    deployment.iam.put_role_policy(**inline, PolicyDocument=json.dumps(document_json([allow("iam:*")])))
    try:
        plan = deployment.terraform.plan()
    finally:
        deployment.iam.detach_role_policy(RoleName="shop-web", PolicyArn=admin)
        deployment.iam.delete_role_policy(**inline)
    assert plan.actions == {
        "aws_iam_role_policies_exclusive.web": ("update",),
        "aws_iam_role_policy_attachments_exclusive.web": ("update",),
    }
    assert f'- "{admin}"' in plan.text
    assert '- "extra"' in plan.text


def test_a_rename_that_is_declared_changes_nothing(deployments: dict[str, Deployment]) -> None:
    """New labels for a role and a policy under the same AWS names: everything moves, nothing is touched."""
    deployment = deployments["aws"]
    renamed = relabelled(deployment.program, {"worker": "runner"}, {"app-orders": "app-sales"})
    terraform = deployment.terraform
    write_module(terraform.folder, emit_stack(renamed, layout="root", spec_name=SPEC))
    try:
        plan = terraform.plan()
    finally:
        write_module(terraform.folder, emit_stack(deployment.program, layout="root", spec_name=SPEC))
    assert plan.actions == {}
    assert plan.moves == {
        "aws_iam_role.worker": "aws_iam_role.runner",
        "aws_iam_instance_profile.worker": "aws_iam_instance_profile.runner",
        "aws_iam_policy.app-orders": "aws_iam_policy.app-sales",
        "aws_iam_role_policies_exclusive.worker": "aws_iam_role_policies_exclusive.runner",
        "aws_iam_role_policy_attachments_exclusive.worker": "aws_iam_role_policy_attachments_exclusive.runner",
        **{
            f"aws_iam_role_policy_attachment.worker--{before}": f"aws_iam_role_policy_attachment.runner--{after}"
            for before, after in {
                "app-orders": "app-sales",
                "app-storefront": "app-storefront",
                "stack": "stack",
                "ssm": "ssm",
            }.items()
        },
    }


def test_destroying_leaves_nothing_of_ours(deployments: dict[str, Deployment]) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda deployment: deployment.terraform.destroy(), deployments.values()))
    for deployment in deployments.values():
        assert deployment.iam.list_roles()["Roles"] == []
        assert deployment.iam.list_instance_profiles()["InstanceProfiles"] == []
        assert [item["PolicyName"] for item in deployment.iam.list_policies(Scope="Local")["Policies"]] == ["boundary"]


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
