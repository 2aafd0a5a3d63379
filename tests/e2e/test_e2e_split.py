"""Splitting and combining step by step: no gap, no attachment over the quota, nothing left to do after one apply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources
from tests.e2e.conftest import MakeTerraform
from tests.support.oracle import Request, allowed
from tests.support.tf import OVERRIDE_FILE, Terraform, iam_client, override_for_moto, watched, write_module

REGION = "eu-west-1"
ROLE = "shop-web"
SLOW = ["AttachRolePolicy", "CreatePolicy", "CreatePolicyVersion", "PutRolePolicy"]
Apps = dict[str, Iterable[int]]


def compiled(
    apps: Apps, quota: int = 10, mode: dict[str, Any] | None = None, name: str = "web", **rest: Any
) -> dict[str, bytes]:
    """The stack `shop` with one layer that runs these apps, each of which reads the buckets with these numbers."""
    layer = {"apps": list(apps), **({"profile": mode} if mode else {}), **rest}
    stack = {
        "account": "123456789012",
        "region": REGION,
        "quotas": {"managed_policies_per_role": quota},
        "layers": {name: layer},
    }
    grants = {
        app: {"permissions": [{"s3": {"bucket": bucket(n), "access": "read"}} for n in numbers]}
        for app, numbers in apps.items()
    }
    text = json.dumps({"version": 1, "apps": grants, "stacks": {"shop": stack}})
    result = compile_sources([Source(SourceText("spec.yaml", text), "spec.yaml")])
    assert not result.failed, [item.message for item in result.diagnostics]
    return {path.removeprefix("shop/"): content for path, content in result.files.items()}


def bucket(number: int) -> str:
    return f"shop-{number:03}-assets-of-the-department"


class Watch:
    """What the role may do, looked at after each change."""

    def __init__(self, iam: Any, wanted: Iterable[int], quota: int) -> None:
        numbers = sorted(wanted)
        # A look at each of hundreds would take longer than Terraform.
        self.iam, self.wanted, self.quota = iam, numbers[:: len(numbers) // 20 or 1], quota
        self.gaps: list[list[int]] = []
        self.counts: list[int] = []

    def look(self) -> None:
        attached = self.iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
        self.counts.append(len(attached))
        granted = [self._document(item["PolicyArn"]) for item in attached]
        for name in self.iam.list_role_policies(RoleName=ROLE)["PolicyNames"]:
            granted.append(self.iam.get_role_policy(RoleName=ROLE, PolicyName=name)["PolicyDocument"])
        self.gaps.append(
            [n for n in self.wanted if not allowed(granted, Request("s3:GetObject", f"arn:aws:s3:::{bucket(n)}/a"))]
        )

    def _document(self, arn: str) -> Any:
        version = self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return self.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def numbers(apps: Apps) -> set[int]:
    return {number for found in apps.values() for number in found}


def stepped(terraform: Terraform, moto: str, steps: Sequence[tuple[Apps, dict[str, bytes]]], quota: int = 10) -> None:
    """Apply one after the other; what the former and the next step want is there at every moment."""
    iam = iam_client(moto, REGION)
    (terraform.folder / OVERRIDE_FILE).write_bytes(override_for_moto(moto, REGION))
    terraform.apply()
    for (before, _), (after, files) in pairwise(steps):
        watch = Watch(iam, numbers(before) & numbers(after), quota)
        watch.look()
        write_module(terraform.folder, files)
        with watched(moto, watch.look, slow=SLOW) as endpoint:
            (terraform.folder / OVERRIDE_FILE).write_bytes(override_for_moto(endpoint, REGION))
            terraform.apply()
            assert terraform.pending() == ""
        assert [gap for gap in watch.gaps if gap] == []
        assert max(watch.counts) <= quota, watch.counts
        last = Watch(iam, numbers(after), quota)
        last.look()
        assert last.gaps == [[]]


def attached(files: dict[str, bytes]) -> list[str]:
    """The labels of all that is put on the role."""
    found = []
    for content in files.values():
        made = json.loads(content).get("resource", {})
        found += [label.removeprefix("web--") for label in made.get("aws_iam_role_policy_attachment", {})]
        found += [f"inline {label}" for label in made.get("aws_iam_role_policy", {})]
    return sorted(found)


def apps(count: int, each: int = 1) -> Apps:
    return {f"app{n}": range(n * each, (n + 1) * each) for n in range(count)}


def test_one_app_more_and_one_less_never_exceeds_the_quota(deployable: MakeTerraform, moto: str) -> None:
    """From attached one by one to combined and back; AWS would refuse the attachment over the quota."""
    steps = [(found, compiled(found, 6)) for found in (apps(4), apps(5), apps(4))]
    assert attached(steps[0][1]) == ["app-app0", "app-app1", "app-app2", "app-app3"]
    assert "layer-web--combined" in attached(steps[1][1])
    stepped(deployable(steps[0][1]), moto, steps, 6)


def test_what_is_inline_and_back(deployable: MakeTerraform, moto: str) -> None:
    """Over all quotas the rest goes inline, and leaves it when the quota is raised."""
    few, many = apps(2, 30), apps(5, 36)
    steps = [(few, compiled(few, 4)), (many, compiled(many, 4)), (many, compiled(many, 20))]
    assert [label for label in attached(steps[1][1]) if label.startswith("inline")]
    assert not [label for label in attached(steps[-1][1]) if "inline" in label or "combined" in label]
    stepped(deployable(steps[0][1]), moto, steps, 20)


def test_a_layer_of_another_name_keeps_what_was_combined(deployable: MakeTerraform, moto: str) -> None:
    """The label of combined policies follows the layer, their names stay: `moved` leads over."""
    found = apps(6, 40)
    names = {"names": {"role": ROLE, "profile": ROLE}}
    steps = [(found, compiled(found, 4, **names)), (found, compiled(found, 4, name="front", moved="web", **names))]
    stepped(deployable(steps[0][1]), moto, steps, 20)
