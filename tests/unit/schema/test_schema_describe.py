"""What ``stackgrant schema`` knows about each place."""

from __future__ import annotations

import pytest

from compiler.schema.describe import Description, describe
from compiler.schema.store import load_schema

SCHEMA = load_schema()


def description(path: str) -> Description:
    found = describe(SCHEMA, path)
    assert isinstance(found, Description), found
    return found


@pytest.mark.parametrize(
    ("path", "normal", "form", "required"),
    [
        ("", "", "a mapping with `version`", True),
        ("version", "version", "the number 1", True),
        ("stacks", "stacks", "a mapping of stacks by name", False),
        ("stacks.shop", "stacks.*", "a mapping with `account` and `region`", False),
        ("stacks.account", "stacks.*.account", "an account id of 12 digits", True),
        ("stacks.layers.apps", "stacks.*.layers.*.apps", "a list of app names", False),
        ("stacks.shop.layers.web.apps[0]", "stacks.*.layers.*.apps[]", "the name of an app", False),
        ("stacks.*.layers.*.apps", "stacks.*.layers.*.apps", "a list of app names", False),
        ("stacks.layers.profile.existing", "stacks.*.layers.*.profile.existing", "a profile's name or ARN", True),
        (
            "apps.permissions.s3.bucket",
            "apps.*.permissions[].s3.bucket",
            "the name or ARN of a bucket, or a list of these",
            True,
        ),
        ("apps.web.permissions[0].s3", "apps.*.permissions[].s3", "a mapping with `bucket` and `access`", False),
        (
            "apps.permissions.s3.access",
            "apps.*.permissions[].s3.access",
            "one of the values below, or a list of these",
            True,
        ),
        ("bundles.base[1].bundle", "bundles.*[].bundle", "the name of a bundle", False),
        ("defaults.trust.service", "defaults.trust[].service", "the name of a service", False),
        ("defaults.exclusive", "defaults.exclusive", "`true` or `false`", False),
        ("defaults.tags.owner", "defaults.tags.*", "a text", False),
        ("values.env", "values.*", "any value", False),
        ("apps.permissions.effect", "apps.*.permissions[].effect", "`allow` or `deny`", False),
        (
            "apps.permissions.statement.Action",
            "apps.*.permissions[].statement.Action",
            "a text or a list of texts",
            False,
        ),
    ],
)
def test_paths(path: str, normal: str, form: str, required: bool) -> None:
    found = description(path)
    assert (found.path, found.type, found.required) == (normal, form, required)
    assert found.title
    again = description(normal)
    assert again == found


def test_keys_of_a_place() -> None:
    found = description("stacks.layers")
    keys = {key.name: key for key in found.keys}
    assert found.entries == "layer"
    assert keys["apps"].summary == "Names of the apps that run on the layer"
    assert keys["profile"].type == "`inherit`, `extend`, `replace` or a mapping with `existing`"
    assert [key.name for key in description("stacks").keys if key.required] == ["account", "region"]


def test_choices_say_what_they_mean() -> None:
    choices = dict(description("stacks.layers.profile").choices)
    assert list(choices) == ["inherit", "extend", "replace"]
    assert choices["replace"] == "A profile of its own, without the stack's permissions."
    assert "read" in dict(description("apps.permissions.s3.access").choices)


def test_examples_and_the_description_of_the_place_itself() -> None:
    assert description("stacks.layers.apps").examples == (["storefront"],)
    assert description("stacks.permissions").description.startswith("The stack's default instance profile")
    assert description("apps.permissions").description.startswith("What may be done")


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("stacks.layrs", "stacks.layers"),
        ("stacks.layers.profil", "stacks.layers.profile"),
        ("stcks", "stacks"),
        ("apps.permissions.s3.acess", "apps.permissions.s3.access"),
        ("apps.permissions.dynamo", "apps.permissions.dynamodb"),
        ("permissions", "apps.permissions"),
        ("account", "stacks.account"),
        ("layers", "stacks.layers"),
    ],
)
def test_suggestions(path: str, suggestion: str) -> None:
    found = describe(SCHEMA, path)
    assert isinstance(found, tuple)
    assert suggestion in found
    assert all(isinstance(describe(SCHEMA, item), Description) for item in found)


def test_nothing_near_lists_what_there_is() -> None:
    assert describe(SCHEMA, "zzz") == ("apps", "bundles", "defaults", "resources", "stacks", "values", "version")


def test_every_key_that_is_listed_can_be_described() -> None:
    def walk(path: str, depth: int) -> int:
        found = description(path)
        count = 1
        for key in found.keys:
            below = f"{path}.{key.name}".removeprefix(".")
            assert description(below).path.endswith(key.name)
            count += walk(below, depth - 1) if depth else 0
        return count

    assert walk("", 4) > 200
