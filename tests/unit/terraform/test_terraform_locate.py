"""From a line of a generated file to the resource, and from the resource to the spec."""

from __future__ import annotations

import json

from compiler.terraform.emit import emit_stack
from compiler.terraform.locate import enclosing_keys, origin_of, resource_at
from tests.support.stacks import SPEC, allow, policy, role, shop, stack

FILES = emit_stack(shop(), layout="root", spec_name=SPEC)


def line_of(name: str, text: str) -> int:
    lines = FILES[name].decode().split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_every_line_of_a_resource_leads_to_it() -> None:
    text = FILES["layer-web.tf.json"].decode()
    start = line_of("layer-web.tf.json", '"aws_iam_instance_profile": {') + 1
    end = line_of("layer-web.tf.json", '"aws_iam_role_policy_attachment": {') - 2
    assert end - start > 8
    for line in range(start, end + 1):
        assert resource_at(text, line) == ("aws_iam_instance_profile", "web"), line


def test_every_line_of_a_document_leads_to_what_encodes_it() -> None:
    text = FILES["app-storefront.tf.json"].decode()
    start = line_of("app-storefront.tf.json", '"policy_app-storefront": {')
    end = line_of("app-storefront.tf.json", '"resource": {') - 2
    for line in range(start, end):
        assert resource_at(text, line) == ("aws_iam_policy", "app-storefront"), line
    text = FILES["layer-web.tf.json"].decode()
    assert resource_at(text, line_of("layer-web.tf.json", '"Principal"')) == ("aws_iam_role", "web")


def test_lines_of_nothing_in_particular() -> None:
    text = FILES["terraform.tf.json"].decode()
    for line in range(1, text.count("\n") + 2):
        assert resource_at(text, line) is None
    assert resource_at("", 1) is None
    assert resource_at(FILES["app-orders.tf.json"].decode(), 3) is None


def test_keys_around_a_line() -> None:
    text = FILES["app-orders.tf.json"].decode()
    keys = enclosing_keys(text, line_of("app-orders.tf.json", '"sqs:ReceiveMessage"'))
    assert keys == ("locals", "policy_app-orders", "Statement", "Action")
    assert enclosing_keys('{\n  "a\\"b": {\n    "c": 1\n  }\n}', 3) == ('a"b', "c")


def test_the_origin_of_each_resource_comes_back() -> None:
    for content in FILES.values():
        for kind, labels in json.loads(content).get("resource", {}).items():
            for label, body in labels.items():
                assert f"{SPEC}: {origin_of(content, (kind, label))}" == body["//"]


def test_origins_that_cannot_be_found() -> None:
    files = emit_stack(stack([policy("app-x", allow("s3:*"))], [role("web")]), layout="root", spec_name=SPEC)
    content = files["app-x.tf.json"]
    assert origin_of(content, ("aws_iam_policy", "app-x")) == "apps.x"
    assert origin_of(content, ("aws_iam_policy", "other")) == ""
    assert origin_of(b"{", ("aws_iam_policy", "app-x")) == ""
    assert origin_of(b'{"resource": {"a": {"b": {"//": 1}}}}', ("a", "b")) == ""
