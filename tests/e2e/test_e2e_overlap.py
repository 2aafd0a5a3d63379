"""A change for which a role is over its quota while old and new are attached together: what SG905 keeps people from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compiler.terraform.overlap import Change, overlap_findings
from tests.e2e.conftest import MakeTerraform
from tests.e2e.test_e2e_split import REGION, ROLE, Apps, apps, compiled
from tests.support.tf import OVERRIDE_FILE, Terraform, iam_client, override_for_moto, watched, write_module

QUOTA = 5
BEFORE = apps(3)
AFTER: Apps = {f"new{number}": [number] for number in range(3)}
# What the finding says: one less first, then the rest.
BETWEEN = {name: numbers for name, numbers in BEFORE.items() if name != "app0"}
ELSEWHERE = {"existing": ROLE, "role": ROLE, "attach": True}


def attached(iam: Any) -> set[str]:
    return {item["PolicyName"] for item in iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]}


def over_quota(iam: Any) -> Callable[[Mapping[str, str]], str]:
    def refuse(parameters: Mapping[str, str]) -> str:
        over = parameters["Action"] == "AttachRolePolicy" and len(attached(iam)) >= QUOTA
        return f"Cannot exceed quota for PoliciesPerRole: {QUOTA}" if over else ""

    return refuse


def messages(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> list[str]:
    return [item.help[0] for item in overlap_findings(Change(before, now, {}, "", QUOTA), lambda _: None)]


@pytest.mark.parametrize("mode", [None, ELSEWHERE], ids=["own", "made elsewhere"])
def test_it_never_gets_through_at_once_and_does_in_two_steps(
    deployable: MakeTerraform, moto: str, mode: dict[str, Any] | None
) -> None:
    before, between, after = (compiled(found, QUOTA + 1, mode) for found in (BEFORE, BETWEEN, AFTER))
    terraform = deployable(before)
    iam = iam_client(moto, REGION)
    if mode:
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument="{}")
    terraform.apply()
    old = attached(iam)
    assert messages(before, after) == [
        "take two steps: take away only `shop-app-app0`, compile and apply; then make the rest of the change"
    ]
    with watched(moto, lambda: None, refuse=over_quota(iam)) as endpoint:
        for _ in range(2):
            assert "LimitExceeded" in _applied(terraform, endpoint, after)
            assert attached(iam) > old, "nothing is taken away"
        write_module(terraform.folder, before)
        assert terraform.run("apply", "-no-color", "-input=false", "-auto-approve").code == 0, "there is a way back"
        assert messages(before, between) == messages(between, after) == []
        for files in (between, after):
            assert "Error:" not in _applied(terraform, endpoint, files)
        assert terraform.pending() == ""
    assert attached(iam) == {f"shop-app-{name}" for name in AFTER}


def _applied(terraform: Terraform, endpoint: str, files: Mapping[str, bytes]) -> str:
    """Apply the files: what Terraform says is wrong, if anything is."""
    write_module(terraform.folder, files)
    (terraform.folder / OVERRIDE_FILE).write_bytes(override_for_moto(endpoint, REGION))
    return terraform.run("apply", "-no-color", "-input=false", "-auto-approve").err
