"""The bytes of ``jsonencode`` and what is sealed with them; Terraform's own word is in the end-to-end tests."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from compiler.aws.reference import reference
from compiler.aws.statement import document_json
from compiler.terraform.emit import emit_stack
from compiler.terraform.seals import PATH, jsonencoded
from tests.support.stacks import SPEC, allow, as_module, policy, role, shop, stack


def sealed(files: dict[str, bytes]) -> dict[str, str]:
    """Address and argument -> digest, as the test file asserts them."""
    test = json.loads(files[PATH])
    assert test["mock_provider"] == {"aws": {}}
    found = {}
    for item in test["run"]["documents"]["assert"]:
        expression, _, digest = item["condition"].removeprefix("${sha256(").removesuffix('"}').partition(') == "')
        found[expression] = digest
    return found


def digest(document: Any) -> str:
    """Independent of the product: Terraform's ``jsonencode`` by its documentation."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return hashlib.sha256(text.encode()).hexdigest()


def test_one_seal_for_each_policy_and_each_trust() -> None:
    program = shop()
    found = sealed(emit_stack(program, layout="root", spec_name=SPEC, tests=True))
    assert found == {
        f"aws_iam_policy.{item.label}.policy": digest(document_json(item.statements)) for item in program.policies
    } | {f"aws_iam_role.{item.label}.assume_role_policy": digest(document_json(item.trust)) for item in program.roles}


def test_a_module_has_the_same_seals_as_the_root_of_its_stack() -> None:
    module = emit_stack(as_module(shop()), layout="module", spec_name=SPEC, tests=True)
    assert sealed(module) == sealed(emit_stack(shop(), layout="root", spec_name=SPEC, tests=True))
    assert json.loads(module[PATH])["variables"] == {"account_id": "123456789012", "partition": "aws"}


def test_documents_with_other_references_are_left_out() -> None:
    open_policy = policy("app-open", allow("s3:GetObject", f"{reference('aws_s3_bucket.a.arn')}/*"))
    program = stack([open_policy], [role("web", "app-open")])
    found = sealed(emit_stack(program, layout="root", spec_name=SPEC, tests=True))
    assert set(found) == {"aws_iam_role.web.assume_role_policy"}
    only = replace(program, roles=(replace(program.roles[0], existing=True, profile=None),), layers=())
    assert PATH not in emit_stack(only, layout="root", spec_name=SPEC, tests=True)


def test_a_variable_named_like_the_modules_own_is_unknown_in_a_root() -> None:
    program = stack([policy("app-x", allow("s3:*", f"arn:aws:s3:::{reference('var.account_id')}"))], [role("web")])
    found = sealed(emit_stack(program, layout="root", spec_name=SPEC, tests=True))
    assert set(found) == {"aws_iam_role.web.assume_role_policy"}


def test_escapes_of_jsonencode() -> None:
    assert jsonencoded({"b": "<&>\u2028\u2029é", "a": "\t"}) == (
        '{"a":"\\t","b":"\\u003c\\u0026\\u003e\\u2028\\u2029é"}'.encode()
    )


def test_without_tests_there_is_no_test() -> None:
    assert PATH not in emit_stack(shop(), layout="root", spec_name=SPEC)
