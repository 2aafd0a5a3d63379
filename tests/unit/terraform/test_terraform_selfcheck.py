"""The self-check finds what the provider would refuse or warn about, and is quick for a whole fleet."""

from __future__ import annotations

import time
from typing import Any

import pytest

from compiler.terraform.emit import emit_stack
from compiler.terraform.encode import encode
from compiler.terraform.errors import EmitError
from compiler.terraform.selfcheck import SelfCheck, provider_schema, shape_problem
from tests.support.stacks import SPEC, shop

ROLE = {"name": "web", "assume_role_policy": "{}"}


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("aws_iam_role", ROLE | {"nmae": "x"}, "argument `nmae` does not exist"),
        ("aws_iam_role", {"name": "web"}, "argument `assume_role_policy` is missing"),
        ("aws_iam_role", ROLE | {"arn": "x"}, "argument `arn` is read-only"),
        ("aws_iam_role", ROLE | {"name": 1}, "argument `name` is no string: 1"),
        ("aws_iam_role", ROLE | {"name": None}, "argument `name` is no string: None"),
        ("aws_iam_role", ROLE | {"max_session_duration": "3600"}, "argument `max_session_duration` is no number"),
        ("aws_iam_role", ROLE | {"max_session_duration": True}, "argument `max_session_duration` is no number"),
        ("aws_iam_role", ROLE | {"managed_policy_arns": ["x"]}, "argument `managed_policy_arns` is deprecated"),
        ("aws_iam_role", ROLE | {"inline_policy": []}, "argument `inline_policy` does not exist"),
        ("aws_iam_role", ROLE | {"tags": {"a": 1}}, "argument `tags` is no ['map', 'string']"),
        ("aws_iam_role", ROLE | {"tags": ["a"]}, "argument `tags` is no ['map', 'string']"),
        ("aws_iam_role", ROLE | {"depends_on": "aws_iam_policy.a"}, "argument `depends_on` is no"),
        ("aws_iam_role", ROLE | {"lifecycle": {"create_before_destroy": "true"}}, "argument `lifecycle` is no"),
        ("aws_iam_policy", {"policy": {"Version": "x"}}, "argument `policy` is no string"),
        ("aws_iam_policy_attachment", {}, "the provider schema has no such resource"),
        ("aws_iam_role_policy_attachments_exclusive", {"role_name": "x"}, "argument `policy_arns` is missing"),
    ],
)
def test_what_is_found(kind: str, body: dict[str, Any], problem: str) -> None:
    assert shape_problem(kind, body).startswith(problem)
    with pytest.raises(EmitError, match=r"\.web: "):
        SelfCheck().check(kind, "web", body)


def test_good_resources_pass() -> None:
    good = ROLE | {
        "//": "spec: x",
        "tags": {"a": "b"},
        "depends_on": ["aws_iam_policy.a"],
        "max_session_duration": 3600,
    }
    assert shape_problem("aws_iam_role", good | {"lifecycle": {"create_before_destroy": True}}) == ""
    exclusive: dict[str, Any] = {"role_name": "web", "policy_names": []}
    assert shape_problem("aws_iam_role_policies_exclusive", exclusive) == ""


def test_a_known_shape_does_not_hide_another_one() -> None:
    check = SelfCheck()
    check.check("aws_iam_role", "a", ROLE | {"tags": {"a": "b"}})
    with pytest.raises(EmitError):
        check.check("aws_iam_role", "b", ROLE | {"tags": {"a": "b", "c": 1}})
    with pytest.raises(EmitError):
        check.check("aws_iam_role", "b", {"tags": {"a": "b"}, "name": "x", "assume_role_policy": 1})


def test_the_shipped_schema_covers_what_is_emitted() -> None:
    assert provider_schema()["version"] == "5.100.0"
    assert set(provider_schema()["resources"]) == {
        "aws_iam_role",
        "aws_iam_instance_profile",
        "aws_iam_policy",
        "aws_iam_role_policy_attachment",
        "aws_iam_role_policy",
        "aws_iam_role_policies_exclusive",
        "aws_iam_role_policy_attachments_exclusive",
    }


def test_a_fleet_is_checked_in_milliseconds() -> None:
    """8,000 resources in 20 ms on an idle machine; the limit leaves room for a busy one."""
    import orjson

    files = emit_stack(shop(), layout="root", spec_name=SPEC)
    resources = [
        (kind, label, body)
        for content in files.values()
        for kind, labels in orjson.loads(content).get("resource", {}).items()
        for label, body in labels.items()
    ]
    fleet = (resources * (8000 // len(resources) + 1))[:8000]
    check = SelfCheck()
    start = time.process_time()
    for kind, label, body in fleet:
        check.check(kind, label, body)
    assert time.process_time() - start < 0.1


def test_encoding_keeps_the_order_and_ends_with_a_newline() -> None:
    assert encode({"b": 1, "a": "é"}) == '{\n  "b": 1,\n  "a": "é"\n}\n'.encode()
