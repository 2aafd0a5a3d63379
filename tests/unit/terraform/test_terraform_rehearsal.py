"""What a plan without AWS takes out of a module, and what keeps it from being planned."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from compiler.ir.program import TerraformSettings
from compiler.terraform.emit import emit_stack
from compiler.terraform.rehearsal import SETTINGS_FILE, VALUES_FILE, VARIABLES_FILE, offline_files, plan_obstacle
from tests.support.stacks import SPEC, as_module, shop

ROOT = emit_stack(shop(), layout="root", spec_name=SPEC)


def test_our_own_files_are_no_obstacle() -> None:
    assert plan_obstacle(ROOT) == ""
    assert plan_obstacle(ROOT | {"people.tf": b'resource "aws_s3_bucket" "a" {}\n# data "x" "y" {}'}) == ""
    assert (
        plan_obstacle(
            {"people.tf.json": b'{"resource": {}, "terraform": {}, "locals": {"data": 1}}', "broken.tf.json": b"{"}
        )
        == ""
    )


@pytest.mark.parametrize(
    ("name", "content", "block"),
    [
        ("people.tf", b'locals {}\n  data "aws_caller_identity" "me" {}', "data"),
        ("people.tf", b'module "vpc" {\n}', "module"),
        ("people.tf", b'provider "google" {}', "provider"),
        ("people.tf", b"terraform {\n  cloud {\n  }\n}", "cloud"),
        ("people.tf", b'terraform {\n  backend "s3" {}\n}', "backend"),
        ("people.tf", b'import {\n  to = aws_iam_role.web\n  id = "web"\n}', "import"),
        ("people.tf", b'ephemeral "aws_secretsmanager_secret_version" "db" {}', "ephemeral"),
        ("people.tf.json", b'{"import": [{"to": "aws_iam_role.web", "id": "web"}]}', "import"),
        ("people.tf.json", b'{"terraform": {"backend": {"s3": {"bucket": "state"}}}}', "backend"),
        ("people.tf.json", b'{"terraform": [{"required_version": ">= 1.7"}, {"cloud": {}}]}', "cloud"),
        ("people.tf.json", b'{"data": {"aws_region": {"here": {}}}}', "data"),
        ("people.tf.json", b'{"module": {"vpc": {"source": "./vpc"}}}', "module"),
    ],
)
def test_what_may_ask_aws_is_an_obstacle(name: str, content: bytes, block: str) -> None:
    assert (
        plan_obstacle(ROOT | {name: content})
        == f"`{name}` has {'an' if block[0] in 'ei' else 'a'} `{block}` block, which may ask AWS"
    )


def test_a_root_loses_its_backend_and_whom_to_ask_as_whom() -> None:
    settings = TerraformSettings(
        backend=("s3", {"bucket": "state"}),
        provider={
            "assume_role": {"role_arn": "arn:aws:iam::1:role/x"},
            "profile": "p",
            "default_tags": {"tags": {"a": "b"}},
            "endpoints": {"iam": "https://example.com"},
        },
    )
    files = emit_stack(replace(shop(), terraform=settings), layout="root", spec_name=SPEC)
    ((name, content),) = offline_files(files[SETTINGS_FILE], None).items()
    root = json.loads(content)
    assert name == SETTINGS_FILE
    assert "backend" not in root["terraform"]
    assert root["terraform"]["required_providers"]["aws"]["source"] == "hashicorp/aws"
    assert root["provider"]["aws"] == {
        "region": "eu-west-1",
        "default_tags": {"tags": {"a": "b"}},
        "access_key": "offline",
        "secret_key": "offline",
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
    }


def test_a_module_gets_a_provider_and_an_account() -> None:
    files = emit_stack(as_module(shop()), layout="module", spec_name=SPEC)
    made = offline_files(files[SETTINGS_FILE], files[VARIABLES_FILE])
    assert "region" in json.loads(made[SETTINGS_FILE])["provider"]["aws"]
    assert json.loads(made[VALUES_FILE]) == {"account_id": "123456789012"}
