"""The module layout: one folder, used for two accounts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.terraform.emit import emit_stack
from tests.e2e.conftest import MakeTerraform
from tests.support.stacks import SPEC, as_module, shop
from tests.support.tf import Terraform, write_module

ACCOUNTS = {"blue": "111111111111", "green": "222222222222"}
PROVIDER = {
    "region": "eu-west-1",
    "access_key": "test",
    "secret_key": "test",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_requesting_account_id": True,
}


@pytest.fixture(scope="module")
def caller(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """A root module that calls the compiled module twice."""
    folder = tmp_path_factory.mktemp("caller")
    write_module(folder / "shop", emit_stack(as_module(shop()), layout="module", spec_name=SPEC))
    root = {
        "provider": {"aws": PROVIDER},
        "module": {name: {"source": "./shop", "account_id": account} for name, account in ACCOUNTS.items()},
        "output": {"profiles": {"value": "${module.blue.instance_profile_names}"}},
    }
    (folder / "main.tf.json").write_text(json.dumps(root))
    terraform = Terraform(folder, home)
    terraform.init_modules()
    return terraform


def test_each_call_is_planned_for_its_own_account(caller: Terraform) -> None:
    plan = caller.plan()
    for name, account in ACCOUNTS.items():
        orders = json.loads(plan.planned(f"module.{name}.aws_iam_policy.app-orders")["policy"])
        assert orders["Statement"][0]["Resource"] == f"arn:aws:sqs:eu-west-1:{account}:orders"
        worker = plan.planned(f"module.{name}.aws_iam_role.worker")
        assert worker["permissions_boundary"] == f"arn:aws:iam::{account}:policy/boundary"
        attachment = plan.planned(f"module.{name}.aws_iam_role_policy_attachment.worker--app-orders")
        assert attachment["policy_arn"] == f"arn:aws:iam::{account}:policy/shop/shop-app-orders"
    assert plan.outputs == {"profiles": {"bastion": "shop-default", "web": "shop-web", "worker": "shop-worker"}}
    assert set(plan.actions.values()) == {("create",)}


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("account_id", "12345", "The account id has to be 12 digits, as text."),
        ("account_id", "12345678901x", "The account id has to be 12 digits, as text."),
        ("partition", "aws-cn", "The module was compiled for eu-west-1, which is in aws"),
    ],
)
def test_wrong_values_are_refused(variable: str, value: str, message: str, offline: MakeTerraform) -> None:
    files = emit_stack(as_module(shop()), layout="module", spec_name=SPEC)
    variables = {"account_id": "123456789012", variable: value}
    terraform = offline({name: files[name] for name in ("terraform.tf.json", "variables.tf.json")})
    (terraform.folder / "terraform.tfvars.json").write_text(json.dumps(variables))
    refused = terraform.run("plan", "-no-color", "-input=false")
    assert refused.code == 1
    assert "Invalid value for variable" in refused.err
    assert message in " ".join(refused.err.replace("│", " ").split())
