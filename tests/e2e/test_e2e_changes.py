"""Changes that replace things: one apply is enough, and no instance is without its permissions in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from compiler.ir.program import Policy, Profile, Role, StackProgram
from compiler.terraform.emit import emit_stack
from tests.e2e.conftest import MakeTerraform
from tests.support.stacks import SPEC, layers_of, origin, policy, role, stack
from tests.support.tf import iam_client, write_module


@dataclass
class Watch:
    """Looks, again and again, at what instances may do: the policies of the role in each instance profile."""

    iam: Any
    seen: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def during(self, action: Callable[[], object]) -> None:
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            action()
        finally:
            self._stop.set()
            thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            for profile in self.iam.list_instance_profiles()["InstanceProfiles"]:
                for item in profile["Roles"]:
                    self._note(profile["InstanceProfileName"], item["RoleName"])
            time.sleep(0.02)

    def _note(self, profile: str, role_name: str) -> None:
        try:
            policies = self.iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]
            still = self.iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
        except self.iam.exceptions.NoSuchEntityException:
            return  # gone since: the profile has another role by now, or is gone itself
        if [item["RoleName"] for item in still] == [role_name]:
            names = frozenset(item["PolicyName"] for item in policies)
            self.seen.append((profile, role_name, names))


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


def test_renames_converge_in_one_apply_and_take_no_permission_away(deployable: MakeTerraform, aws: str) -> None:
    program, iam = small(), iam_client(aws, "eu-west-1")
    terraform = deployable(emit_stack(program, layout="root", spec_name=SPEC))
    terraform.apply()
    write_module(terraform.folder, emit_stack(renamed(program), layout="root", spec_name=SPEC))

    watch = Watch(iam)
    watch.during(terraform.apply)

    assert terraform.plan().actions == {}
    assert {item["RoleName"] for item in iam.list_roles()["Roles"]} == {"shop-frontend", "shop-worker"}
    assert {item["InstanceProfileName"] for item in iam.list_instance_profiles()["InstanceProfiles"]} == {
        "shop-web", "shop-runner",
    }  # fmt: skip
    assert {role_name for _, role_name, _ in watch.seen} == {"shop-web", "shop-frontend", "shop-worker"}
    orders = {"shop-app-orders", "shop-orders-v2"}
    for profile, role_name, policies in watch.seen:
        assert policies & orders, (profile, role_name, policies)
        assert "shop-stack" in policies, (profile, role_name, policies)
        if profile == "shop-web":
            assert "shop-app-site" in policies, (role_name, policies)


def test_policies_come_and_go_in_one_apply(deployable: MakeTerraform, aws: str) -> None:
    """A policy leaves, another joins, a layer leaves and another joins, under the exclusive lists."""
    iam = iam_client(aws, "eu-west-1")
    terraform = deployable(emit_stack(small(), layout="root", spec_name=SPEC))
    terraform.apply()
    policies = [policy("app-site"), policy("app-blog"), policy("stack", file="stack", kind="stack")]
    place = origin("stacks.shop.layers.blog")
    roles = [
        role("web", "app-site", "stack"),
        role("blog", "app-blog", "stack", profile=Profile("shop-blog", "/shop/", place)),
    ]
    after = stack(policies, roles, layers=layers_of(tuple(roles)))
    write_module(terraform.folder, emit_stack(after, layout="root", spec_name=SPEC))
    terraform.apply()
    assert terraform.plan().actions == {}
    found = {
        item["RoleName"]: {
            other["PolicyName"]
            for other in iam.list_attached_role_policies(RoleName=item["RoleName"])["AttachedPolicies"]
        }
        for item in iam.list_roles()["Roles"]
    }
    assert found == {"shop-web": {"shop-app-site", "shop-stack"}, "shop-blog": {"shop-app-blog", "shop-stack"}}
    assert {item["PolicyName"] for item in iam.list_policies(Scope="Local")["Policies"]} == {
        "shop-app-site", "shop-app-blog", "shop-stack",
    }  # fmt: skip


def test_a_same_name_replacement_fails_before_anything_is_lost(deployable: MakeTerraform, aws: str) -> None:
    """What SG903 keeps people from: the apply stops, and every role still has its policies."""
    iam = iam_client(aws, "eu-west-1")
    terraform = deployable(emit_stack(small(), layout="root", spec_name=SPEC))
    terraform.apply()
    moved = replace(small(), roles=tuple(replace(item, path="/other/") for item in small().roles))
    write_module(terraform.folder, emit_stack(moved, layout="root", spec_name=SPEC))
    refused = terraform.run("apply", "-no-color", "-auto-approve")
    assert refused.code == 1
    assert "EntityAlreadyExists" in refused.err
    for item in small().roles:
        found = iam.list_attached_role_policies(RoleName=item.name)["AttachedPolicies"]
        assert len(found) == len(item.policies)
