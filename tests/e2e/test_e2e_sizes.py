"""Policies that are split, put together again and combined: no permission is missing at any moment of an apply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources
from tests.e2e.conftest import MakeTerraform
from tests.support.oracle import Request, allowed
from tests.support.tf import OVERRIDE_FILE, iam_client, override_for_moto, watched, write_module

REGION = "eu-west-1"
ROLE = "shop-web"


def files(apps: dict[str, Iterable[int]]) -> dict[str, bytes]:
    """The stack `shop` with one layer that runs these apps, each of which reads the buckets with these numbers."""
    lines = ["version: 1", "apps:"]
    for app, buckets in apps.items():
        lines += [f"  {app}:", "    permissions:"]
        lines += [f"      - s3: {{bucket: {bucket(number)}, access: read}}" for number in buckets]
    lines += ["stacks:", '  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [%s]}}}']
    text = "\n".join(lines) % ", ".join(apps) + "\n"
    result = compile_sources([Source(SourceText("spec.yaml", text), "spec.yaml")])
    assert not result.failed, [item.message for item in result.diagnostics]
    return {path.removeprefix("shop/"): content for path, content in result.files.items()}


def bucket(number: int) -> str:
    return f"shop-{number:03}-assets-of-the-department"


def documents(iam: Any) -> list[Any]:
    """All that the role is granted at this moment."""
    found = []
    for item in iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=item["PolicyArn"])["Policy"]["DefaultVersionId"]
        found.append(
            iam.get_policy_version(PolicyArn=item["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
        )
    return found


def missing(iam: Any, numbers: Iterable[int]) -> list[int]:
    granted = documents(iam)
    return [n for n in numbers if not allowed(granted, Request("s3:GetObject", f"arn:aws:s3:::{bucket(n)}/a", {}))]


SPLIT = [{"site": range(60)}, {"site": range(130)}]
CROWDED = [{f"app{n}": [n] for n in range(8)}, {f"app{n}": [n] for n in range(11)}]


@pytest.mark.parametrize(("less", "more"), [SPLIT, CROWDED], ids=["split", "combined"])
def test_no_permission_is_missing_while_documents_change(
    deployable: MakeTerraform, moto: str, less: dict[str, Iterable[int]], more: dict[str, Iterable[int]]
) -> None:
    """From a document, or policies, that fit to more than fit, and back."""
    steps = [files(less), files(more), files(less)]
    wants = [sorted({n for ns in apps.values() for n in ns}) for apps in (less, more, less)]
    assert {path: text for path, text in steps[0].items() if "layer" in path} != {
        path: text for path, text in steps[1].items() if "layer" in path
    }, "other policies are attached"
    terraform = deployable(steps[0])
    terraform.apply()
    iam = iam_client(moto, REGION)
    wanted = sorted({*wants[0]} & {*wants[1]})
    assert missing(iam, wanted) == []

    gaps: list[list[int]] = []
    slow = ["AttachRolePolicy", "DetachRolePolicy", "CreatePolicyVersion"]
    with watched(moto, lambda: gaps.append(missing(iam, wanted)), slow=slow) as endpoint:
        for step, all_of_it in zip(steps[1:], wants[1:], strict=True):
            write_module(terraform.folder, step)
            (terraform.folder / OVERRIDE_FILE).write_bytes(override_for_moto(endpoint, REGION))
            looks = len(gaps)
            terraform.apply()
            assert terraform.pending() == ""
            assert len(gaps) > looks + 3
            assert missing(iam, all_of_it) == []
    assert [gap for gap in gaps if gap] == []
