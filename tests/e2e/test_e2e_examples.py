"""The compiled examples as they are committed, through the real Terraform: plan, apply, read back, destroy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.cli.main import run
from compiler.driver import compile_paths
from compiler.ir.program import StackProgram
from tests.e2e.conftest import MakeTerraform
from tests.support.aws_state import assert_aws_equals
from tests.support.tf import OVERRIDE_FILE, Terraform, iam_client, moto_server, override_for_moto

ROOT = Path(__file__).parents[2]
# Specs whose stacks all lie in the account that the fake AWS knows, over all three partitions.
APPLIED = {
    "quickstart": ROOT / "examples/quickstart/stackgrant.yaml",
    "govcloud": ROOT / "examples/govcloud/stackgrant.yaml",
    "china": ROOT / "tests/cases/ok/07-china/stackgrant.yaml",
    "default-profile": ROOT / "examples/opsworks/default-profile/stackgrant.yaml",
    "layer-profile": ROOT / "examples/opsworks/layer-profile/stackgrant.yaml",
    "s3-full-access": ROOT / "examples/opsworks/s3-full-access/stackgrant.yaml",
    "service-apis": ROOT / "examples/opsworks/service-apis/stackgrant.yaml",
}


@dataclass(frozen=True)
class Lifetime:
    """What was seen of one stack from its first plan to its end."""

    program: StackProgram
    planned: dict[str, tuple[str, ...]]
    planned_policies: dict[str, object]
    difference: str
    second_plan: str
    left: list[str]


def _live(spec: Path, home: Path, folder: Path) -> Lifetime:
    (program,) = compile_paths([str(spec)]).program.stacks
    built = next(path for path in (spec.parent / "build", spec.parent / "expected/build") if path.exists())
    shutil.copytree(built / program.name, folder)
    with moto_server() as endpoint:
        (folder / OVERRIDE_FILE).write_bytes(override_for_moto(endpoint, program.region))
        terraform, iam = Terraform(folder, home), iam_client(endpoint, program.region)
        terraform.init()
        first = terraform.plan()
        terraform.apply_planned()
        difference = ""
        try:
            assert_aws_equals(iam, program)
        except AssertionError as error:
            difference = str(error) or "not equal"
        second = terraform.pending()
        terraform.destroy()
        left = [item["RoleName"] for item in iam.list_roles()["Roles"]]
        left += [item["PolicyName"] for item in iam.list_policies(Scope="Local")["Policies"]]
        left += [item["InstanceProfileName"] for item in iam.list_instance_profiles()["InstanceProfiles"]]
    policies = {
        item.label: json.loads(first.planned(f"aws_iam_policy.{item.label}")["policy"]) for item in program.policies
    }
    return Lifetime(program, first.actions, policies, difference, second, left)


@pytest.fixture(scope="module")
def lifetimes(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lifetime]]:
    """All examples, two at a time: each has a fake AWS of its own."""
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda name: _live(APPLIED[name], home, tmp_path_factory.mktemp(name) / "module"), APPLIED)
        yield dict(zip(APPLIED, made, strict=True))


@pytest.mark.parametrize("name", APPLIED)
def test_an_example_is_applied_as_it_was_meant(name: str, lifetimes: dict[str, Lifetime]) -> None:
    from compiler.aws.statement import document_json

    life = lifetimes[name]
    assert set(life.planned.values()) == {("create",)}
    assert life.planned_policies == {item.label: document_json(item.statements) for item in life.program.policies}
    assert life.difference == ""
    assert life.second_plan == ""
    assert life.left == []


def test_all_partitions_are_covered(lifetimes: dict[str, Lifetime]) -> None:
    assert {life.program.partition for life in lifetimes.values()} == {"aws", "aws-us-gov", "aws-cn"}


@pytest.mark.parametrize("stack", ["shop-dev", "shop-staging", "shop-prod"])
def test_the_environments_are_planned(stack: str, offline: MakeTerraform) -> None:
    folder = ROOT / "examples/environments/build" / stack
    terraform = offline({path.name: path.read_bytes() for path in folder.glob("*.tf.json")})
    assert terraform.validate()["valid"]
    plan = terraform.plan("-refresh=false")
    assert set(plan.actions.values()) == {("create",)}
    assert f"shop-{stack.removeprefix('shop-')}-web" in plan.text
    assert "known after apply" not in json.dumps(plan.planned("aws_iam_policy.app-orders")["policy"])


def test_the_seals_of_the_quickstart_hold(offline: MakeTerraform) -> None:
    folder = ROOT / "examples/quickstart/build/shop-prod"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}
    terraform = offline(files, "sealed")
    assert terraform.test().code == 0
    policy = terraform.folder / "app-storefront.tf.json"
    policy.write_text(policy.read_text().replace('s3:GetObject"', 's3:DeleteObject"'))
    broken = terraform.test()
    assert broken.code != 0
    assert "s3:DeleteObject" in broken.text


def test_verify_shows_complaints_on_the_lines_of_the_spec(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples/quickstart", tmp_path / "quickstart")
    monkeypatch.chdir(tmp_path / "quickstart")
    arguments = ["verify", "build", "--plugin-dir", str(home / ".terraform" / "providers")]
    assert run(arguments) == 0
    assert "build/shop-prod: valid; a first apply adds 10 resources" in capsys.readouterr().err
    layer = Path("build/shop-prod/layer-web.tf.json")
    layer.write_text(layer.read_text().replace('"name": "shop-prod-web"', '"name": "shop prod web"', 1))
    assert run(arguments) == 1
    screen = capsys.readouterr().out
    assert "error[SG901]" in screen
    assert "--> stackgrant.yaml:13:7" in screen
    assert "makes `aws_iam_role.web`" in screen
