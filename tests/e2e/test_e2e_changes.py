"""Changes that replace things: one apply is enough, and no instance is without its permissions in between."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from compiler.ir.program import Policy, Profile, Role, StackProgram
from compiler.terraform.emit import emit_stack
from tests.support.stacks import SPEC, layers_of, origin, policy, role, stack
from tests.support.tf import (
    OVERRIDE_FILE,
    Terraform,
    iam_client,
    override_for_moto,
    reset_moto,
    watched,
    write_module,
)

REGION = "eu-west-1"


Sight = dict[str, tuple[str, frozenset[str]] | None]


def sight(iam: Any) -> Sight:
    """What instances may do: instance profile -> its role and that role's policies, None for a profile without role."""
    found: Sight = {}
    for profile in iam.list_instance_profiles()["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        found[name] = None
        for item in profile["Roles"]:
            policies = iam.list_attached_role_policies(RoleName=item["RoleName"])["AttachedPolicies"]
            found[name] = (item["RoleName"], frozenset(other["PolicyName"] for other in policies))
    return found


def renamed(program: StackProgram) -> StackProgram:
    """Other AWS names for one policy, one role and one profile each, nothing declared as moved."""

    def other_policy(item: Policy) -> Policy:
        return replace(item, name="shop-orders-v2") if item.label == "app-orders" else item

    def other_role(item: Role) -> Role:
        assert item.profile
        if item.label == "web":
            return replace(item, name="shop-frontend")
        if item.label == "worker":
            return replace(item, profile=replace(item.profile, name="shop-runner"))
        return item

    return replace(
        program, policies=tuple(map(other_policy, program.policies)), roles=tuple(map(other_role, program.roles))
    )


def small() -> StackProgram:
    policies = [policy("app-orders"), policy("app-site"), policy("stack", file="stack", kind="stack")]
    roles = [role("web", "app-orders", "app-site", "stack"), role("worker", "app-orders", "stack")]
    return stack(policies, roles)


@pytest.fixture(scope="module")
def deployed(home: Path, moto: str, tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """The small stack, applied; the tests go on from there, one after the other."""
    reset_moto(moto)
    folder = write_module(tmp_path_factory.mktemp("changes"), emit_stack(small(), layout="root", spec_name=SPEC))
    (folder / OVERRIDE_FILE).write_bytes(override_for_moto(moto, REGION))
    terraform = Terraform(folder, home)
    terraform.init()
    terraform.apply()
    return terraform


def test_a_same_name_replacement_fails_before_anything_is_lost(deployed: Terraform, moto: str) -> None:
    """What SG903 keeps people from: the apply stops, and every role still has its policies."""
    iam = iam_client(moto, REGION)
    before = sight(iam)
    moved = replace(small(), roles=tuple(replace(item, path="/other/") for item in small().roles))
    write_module(deployed.folder, emit_stack(moved, layout="root", spec_name=SPEC))
    refused = deployed.run("apply", "-no-color", "-auto-approve")
    assert refused.code == 1
    assert "EntityAlreadyExists" in refused.err
    assert sight(iam) == before
    assert before["shop-worker"] == ("shop-worker", frozenset({"shop-app-orders", "shop-stack"}))


def test_renames_converge_in_one_apply_and_take_no_permission_away(deployed: Terraform, moto: str) -> None:
    iam = iam_client(moto, REGION)
    write_module(deployed.folder, emit_stack(renamed(small()), layout="root", spec_name=SPEC))

    seen: list[Sight] = []
    slow = ["AttachRolePolicy"]
    with watched(moto, lambda: seen.append(sight(iam)), slow=slow) as endpoint:
        (deployed.folder / OVERRIDE_FILE).write_bytes(override_for_moto(endpoint, REGION))
        deployed.apply()
        assert deployed.pending() == ""

    assert sight(iam) == {
        "shop-web": ("shop-frontend", frozenset({"shop-orders-v2", "shop-app-site", "shop-stack"})),
        "shop-runner": ("shop-worker", frozenset({"shop-orders-v2", "shop-stack"})),
    }
    assert {item["RoleName"] for item in iam.list_roles()["Roles"]} == {"shop-frontend", "shop-worker"}
    for now in seen:
        for profile, wanted in {"shop-web": {"shop-app-site", "shop-stack"}, "shop-runner": {"shop-stack"}}.items():
            role_name, policies = now.get(profile) or ("", wanted | {"shop-app-orders"})
            assert policies >= wanted, (role_name, now)
            assert policies & {"shop-app-orders", "shop-orders-v2"}, (role_name, now)
        assert now.get("shop-worker") or now.get("shop-runner"), now
    # IAM has no call that swaps a profile's role: it is taken out and the next one put in, and in between is nothing.
    roles = [now["shop-web"][0] if now["shop-web"] else "" for now in seen]
    assert [name for name, _ in groupby(roles)] == ["shop-web", "", "shop-frontend"]


def test_policies_come_and_go_in_one_apply(deployed: Terraform, moto: str) -> None:
    """A policy leaves, another joins, a layer leaves and another joins, under the exclusive lists."""
    iam = iam_client(moto, REGION)
    policies = [policy("app-site"), policy("app-blog"), policy("stack", file="stack", kind="stack")]
    place = origin("stacks.shop.layers.blog")
    roles = [
        role("web", "app-site", "stack"),
        role("blog", "app-blog", "stack", profile=Profile("shop-blog", "/shop/", place)),
    ]
    after = renamed(stack(policies, roles, layers=layers_of(tuple(roles))))
    (deployed.folder / OVERRIDE_FILE).write_bytes(override_for_moto(moto, REGION))
    write_module(deployed.folder, emit_stack(after, layout="root", spec_name=SPEC))
    deployed.apply()
    assert deployed.pending() == ""
    found = {
        item["RoleName"]: {
            other["PolicyName"]
            for other in iam.list_attached_role_policies(RoleName=item["RoleName"])["AttachedPolicies"]
        }
        for item in iam.list_roles()["Roles"]
    }
    assert found == {"shop-frontend": {"shop-app-site", "shop-stack"}, "shop-blog": {"shop-app-blog", "shop-stack"}}
    assert {item["PolicyName"] for item in iam.list_policies(Scope="Local")["Policies"]} == {
        "shop-app-site", "shop-app-blog", "shop-stack",
    }  # fmt: skip
