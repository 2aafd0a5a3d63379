"""``verify``: what Terraform says about a folder, led back to the spec, with nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.aws.reference import reference
from compiler.diagnostics import Severity, Span
from compiler.ir.program import StackProgram, TerraformSettings
from compiler.terraform.emit import emit_stack
from compiler.terraform.verify import PlanSummary, VerifyResult, verify
from compiler.terraform.writer import commit, plan
from tests.support.stacks import SPEC, allow, as_module, origin, policy, role, shop, stack
from tests.support.tf import Terraform, write_module

PLACES = {
    "apps.orders": origin("apps.orders", 100).span,
    "stacks.shop.layers.web": origin("stacks.shop.layers.web", 200).span,
}


Verify = Callable[..., VerifyResult]


@pytest.fixture
def verified(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Verify these files, and check that the folder is as it was."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "not-to-be-used")
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-destroy")

    def run(files: Mapping[str, bytes], plugin_dir: str | None = "") -> VerifyResult:
        folder = write_module(tmp_path / "shop", files)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        providers = str(home / ".terraform" / "providers") if plugin_dir == "" else plugin_dir
        result = verify(folder, plugin_dir=providers, locate=PLACES.get)
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
        return result

    return run


def emitted(program: StackProgram) -> dict[str, bytes]:
    return emit_stack(program, layout="root", spec_name=SPEC)


def test_good_output_is_accepted_and_planned(verified: Verify) -> None:
    settings = TerraformSettings(
        backend=("s3", {"bucket": "state", "key": "shop", "region": "eu-west-1"}),
        provider={
            "assume_role": {"role_arn": "arn:aws:iam::123456789012:role/deploy"},
            "default_tags": {"tags": {"team": "platform"}},
            "profile": "nobody",
        },
    )
    result = verified(emitted(replace(shop(), terraform=settings)))
    assert result.diagnostics == ()
    assert result.accepted
    assert result.terraform_version.count(".") == 2
    assert result.provider_version.count(".") == 2
    assert [step.name for step in result.steps] == ["init", "validate", "version", "plan"]
    assert result.planned == PlanSummary(add=21, change=0, remove=0)


def test_a_child_module_is_planned_too(verified: Verify) -> None:
    result = verified(emit_stack(as_module(shop()), layout="module", spec_name=SPEC))
    assert result.diagnostics == ()
    assert result.planned == PlanSummary(add=21, change=0, remove=0)


def test_complaints_lead_to_the_spec(verified: Verify) -> None:
    """One about an argument of a resource, one inside a document in ``locals``, both on the lines of the spec."""
    later = policy("app-orders", allow("s3:GetObject", f"{reference('aws_s3_bucket.nowhere.arn')}/*"))
    web = role("web", "app-orders", name="x" * 80, description="fine")
    result = verified(emitted(stack([later], [web])))
    assert not result.accepted
    assert result.plan_skipped == "the configuration is not valid"
    undeclared = next(item for item in result.diagnostics if "undeclared" in item.message)
    assert undeclared.code.id == "SG901"
    assert undeclared.message == "reference to undeclared resource"
    assert undeclared.span == PLACES["apps.orders"]
    assert undeclared.path == "apps.orders"
    assert undeclared.label == "makes `aws_iam_policy.app-orders`"
    assert any("aws_s3_bucket" in note for note in undeclared.notes)
    assert any("app-orders.tf.json:" in note for note in undeclared.notes)


def test_a_complaint_about_an_argument_leads_to_the_layer(verified: Verify) -> None:
    web = role("web", "app-orders", name="x" * 80)
    result = verified(emitted(stack([policy("app-orders")], [web])))
    assert {item.span for item in result.diagnostics} == {PLACES["stacks.shop.layers.web"]}
    assert any("length of name" in item.message for item in result.diagnostics)
    assert all(item.level is Severity.ERROR for item in result.diagnostics)


def test_what_people_added_is_checked_but_not_asked_of_aws(verified: Verify, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "people.tf").write_text('data "aws_caller_identity" "me" {}\n')
    result = verified(emitted(shop()))
    assert result.diagnostics == ()
    assert result.planned is None
    assert result.plan_skipped == "`people.tf` has a `data` block, which may ask AWS"


def test_a_folder_that_was_initialised_needs_no_network(verified: Verify, home: Path, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    Terraform(tmp_path / "shop", home).init()
    result = verified(emitted(shop()), plugin_dir=None)
    assert result.planned is not None


def test_a_provider_that_cannot_be_installed_is_no_fault_of_the_spec(verified: Verify, tmp_path: Path) -> None:
    result = verified(emitted(shop()), plugin_dir=str(tmp_path))
    (failed,) = result.diagnostics
    assert failed.code.id == "SG904"
    assert failed.message == "`terraform init` failed"
    assert any("hashicorp/aws" in note for note in failed.notes)


def test_a_marked_folder_is_refused_with_what_to_do(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compile that was killed in between leaves a folder that no Terraform command works in."""
    files = {f"shop/{name}": content for name, content in emitted(shop()).items()}
    older = {path: content + b"\n" for path, content in files.items()}
    assert commit(plan(tmp_path, older, spec_name=SPEC, whole=True)) == ()
    monkeypatch.setattr("compiler.terraform.writer._swap", _killed)
    with pytest.raises(Killed):
        commit(plan(tmp_path, files, spec_name=SPEC, whole=True))
    terraform = Terraform(tmp_path / "shop", home)
    terraform.init()
    for command in (["validate"], ["plan"], ["apply", "-auto-approve"], ["destroy", "-auto-approve"]):
        refused = terraform.run(*command, "-no-color")
        assert refused.code == 1, command
        said = " ".join(refused.text.split())
        assert "the last `stackgrant compile` did not finish writing this folder: run it again" in said
    monkeypatch.undo()
    assert commit(plan(tmp_path, files, spec_name=SPEC, whole=True)) == ()
    assert json.loads(terraform.run("validate", "-json").out)["valid"]


class Killed(BaseException):
    """Nothing handles this, as nothing handles a SIGKILL."""


def _killed(*_: object) -> Span:
    raise Killed
