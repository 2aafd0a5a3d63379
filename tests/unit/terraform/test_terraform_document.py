"""The document refuses what Terraform would refuse, and gives one order whatever the order of adding."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from compiler.terraform.document import Document, file_name
from compiler.terraform.errors import EmitError
from compiler.terraform.escape import template

Json = Any


def policy(document: Document, label: str, stem: str = "app") -> str:
    return document.resource(stem, "aws_iam_policy", label, {"policy": template("{}")})


def test_addresses_are_known() -> None:
    document = Document("header")
    assert policy(document, "app-a") == "aws_iam_policy.app-a"
    assert document.local("app", "policy_app-a", {}, origin="x") == "local.policy_app-a"
    document.output("outputs", "names", {}, description="names")
    assert document.addresses == {"aws_iam_policy.app-a", "local.policy_app-a", "output.names"}


def test_the_same_address_twice_is_a_bug_even_in_two_files() -> None:
    document = Document("header")
    policy(document, "app-a")
    with pytest.raises(EmitError, match=r"aws_iam_policy\.app-a is defined twice"):
        policy(document, "app-a", stem="other")
    document.local("app", "a", 1, origin="x")
    with pytest.raises(EmitError, match=r"local\.a is defined twice"):
        document.local("other", "a", 2, origin="x")


@pytest.mark.parametrize("label", ["1a", "a b", "", "-a", "a.b", "é", "a\n"])
def test_a_label_that_is_no_identifier_is_a_bug(label: str) -> None:
    with pytest.raises(EmitError, match="no Terraform identifier"):
        policy(Document("header"), label)


def test_resources_are_self_checked() -> None:
    with pytest.raises(EmitError, match=r"aws_iam_policy\.a: argument `polcy` does not exist"):
        Document("header").resource("app", "aws_iam_policy", "a", {"polcy": template("{}")})


def test_every_order_of_adding_gives_the_same_bytes() -> None:
    def add(document: Document, step: int) -> None:
        if step == 0:
            policy(document, "b")
        elif step == 1:
            policy(document, "a")
        elif step == 2:
            document.resource("app", "aws_iam_role", "r", {"name": template("r"), "assume_role_policy": template("{}")})
        elif step == 3:
            document.local("app", "z", 1, origin="spec: z")
        elif step == 4:
            document.local("app", "y", 2, origin="spec: y")
        else:
            document.moved("app", "aws_iam_policy.old", "aws_iam_policy.a")

    outcomes = set()
    for order in permutations(range(6)):
        document = Document("header")
        for step in order:
            add(document, step)
        outcomes.add(document.render()["app.tf.json"])
    (content,) = outcomes
    root: Json = json.loads(content)
    assert list(root) == ["//", "locals", "resource", "moved"]
    assert root["//"] == "header"
    assert list(root["locals"].items()) == [("//", "spec: y; spec: z"), ("y", 2), ("z", 1)]
    assert list(root["resource"]) == ["aws_iam_role", "aws_iam_policy"]
    assert list(root["resource"]["aws_iam_policy"]) == ["a", "b"]


def test_the_order_of_sections() -> None:
    document = Document("header")
    document.output("all", "o", "x", description="o")
    policy(document, "p", "all")
    document.moved("all", "aws_iam_policy.q", "aws_iam_policy.p")
    document.local("all", "l", 1, origin="x")
    document.variable("all", "v", {"type": "string"})
    document.provider("all", "aws", {"region": "eu-west-1"})
    document.terraform("all", {"required_version": ">= 1.5"})
    assert list(json.loads(document.render()["all.tf.json"])) == [
        "//", "terraform", "provider", "variable", "locals", "resource", "moved", "output",
    ]  # fmt: skip


def test_nothing_is_empty() -> None:
    """``{"resource": {}}`` and the like are errors for Terraform."""
    document = Document("header")
    policy(document, "a")
    assert list(json.loads(document.render()["app.tf.json"])) == ["//", "resource"]
    assert Document("header").render() == {}


def test_a_move_from_an_address_that_still_exists_is_a_bug() -> None:
    document = Document("header")
    policy(document, "a")
    policy(document, "b")
    document.moved("app", "aws_iam_policy.a", "aws_iam_policy.b")
    with pytest.raises(EmitError, match=r"there still is a aws_iam_policy\.a"):
        document.render()


@pytest.mark.parametrize(("first", "second"), [(("a", "b"), ("a", "c")), (("a", "c"), ("b", "c"))])
def test_two_moves_from_or_to_one_address_are_a_bug(first: tuple[str, str], second: tuple[str, str]) -> None:
    document = Document("header")
    document.moved("app", *first)
    with pytest.raises(EmitError, match="two objects are moved"):
        document.moved("app", *second)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("app-web", "app-web.tf.json"),
        ("override", "override--.tf.json"),
        ("app-my_override", "app-my_override--.tf.json"),
        ("app-my-override", "app-my-override.tf.json"),
        ("app-override_x", "app-override_x.tf.json"),
    ],
)
def test_no_file_is_taken_for_an_override(stem: str, name: str) -> None:
    assert file_name(stem) == name
