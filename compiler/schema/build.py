"""The JSON Schema of a spec, put together from the grants of the catalogue.

It is draft-07: yaml-language-server knows later drafts only since 1.20 (2026), JetBrains IDEs and SchemaStore work best
with draft-07, and nothing here needs more. Everything is closed, so that a mistyped key is found where it is typed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.schema.forms import (
    NAME_FORM,
    NAME_PATTERN,
    Json,
    Schema,
    by_name,
    choice_or_template,
    closed,
    documented,
    fitting,
    flag,
    patterned,
    ref,
    text,
)
from compiler.schema.grants import permission_definitions, resource_definition
from compiler.schema.settings import settings_definitions, settings_properties
from compiler.schema.when import when_definition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.schema.shape import ConditionShape, GrantShape

DIALECT = "http://json-schema.org/draft-07/schema#"

_PARTITIONS = (
    ("aws", "The commercial regions."),
    ("aws-cn", "The regions in China."),
    ("aws-us-gov", "AWS GovCloud (US)."),
    ("aws-eusc", "The European Sovereign Cloud."),
    ("aws-iso", "AWS Top Secret."),
    ("aws-iso-b", "AWS Secret."),
    ("aws-iso-e", "The isolated European regions."),
    ("aws-iso-f", "The isolated regions for US partners."),
)
_LAYER_MODES = (
    ("inherit", "Use the stack's default profile; the default without apps and permissions."),
    ("extend", "A profile of its own: the permissions of the stack, the layer and its apps; the default otherwise."),
    ("replace", "A profile of its own, without the stack's permissions."),
)
_PERMISSION = {"s3": {"bucket": "shop-assets", "access": "read"}}
_LAYER = {"apps": ["storefront"]}
_STACK = {"account": "123456789012", "region": "eu-west-1", "layers": {"web": _LAYER}}
_APP = {"permissions": [_PERMISSION]}


def build_schema(grants: Sequence[GrantShape], conditions: Sequence[ConditionShape]) -> Json:
    """The whole schema; grants and shorthands of conditions stand in the order given."""
    permissions = permission_definitions(grants)
    definitions = {
        "name": {
            "title": "Name",
            "description": "The name of something in the spec.",
            "examples": ["web"],
            "type": "string",
            **patterned(NAME_PATTERN, NAME_FORM),
        },
        "account": _account(),
        "description": documented("Description", "What it is for.", ["the public web shop"], text()),
        "moved": documented(
            "Moved",
            "The name it had before, so that Terraform moves the resources instead of replacing them.",
            ["frontend"],
            {"type": "string", **patterned(NAME_PATTERN, NAME_FORM)},
        ),
        "values": documented(
            "Values",
            "Constants for templates, written `{{ values.NAME }}`. A stack's own values win over these.",
            [{"env": "prod"}],
            {
                "type": "object",
                "additionalProperties": {
                    "title": "Value",
                    "description": "A text, number, list or mapping; read as `{{ values.NAME }}`.",
                    "x-form": "any value",
                },
                "x-form": "a mapping of values by name",
                "x-entry": "value",
            },
        ),
        **settings_definitions(),
        **permissions,
        "when": when_definition(conditions),
        "bundle": {**permissions["permissions"], "title": "Bundle", "minItems": 1},
        "resource": resource_definition(grants),
        "app": _app(),
        "existing_profile": _existing_profile(),
        "layer": _layer(),
        "combined_profile": _combined_profile(),
        "stack": _stack(),
    }
    return {
        "$schema": DIALECT,
        "title": "stackgrant spec",
        "description": "Stacks, their layers, and what the apps on them may do in AWS.",
        "examples": [{"version": 1, "apps": {"storefront": _APP}, "stacks": {"shop": _STACK}}],
        **closed("spec", _top_level(), ["version"]),
        "definitions": dict(sorted(definitions.items())),
    }


def schema_text(schema: Json) -> str:
    """The schema as it is committed: two spaces, one line end at the end, keys as they were put in."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _top_level() -> dict[str, Schema]:
    return {
        "version": documented(
            "Version",
            "The version of the spec language.",
            [1],
            {"type": "integer", "enum": [1], "x-form": "the number 1"},
        ),
        "values": ref("values"),
        "defaults": documented(
            "Defaults",
            "Settings that every stack has unless it or a layer says otherwise.",
            [{"tags": {"owner": "platform"}, "path": "/shop/"}],
            closed("`defaults`", settings_properties(outer=True)),
        ),
        "resources": documented(
            "Resources",
            "Resources named once, with the key that encrypts them; permissions name them as `ref:NAME`.",
            [{"assets": {"s3": "shop-assets"}}],
            by_name("resource", "resources", ref("resource")),
        ),
        "bundles": documented(
            "Bundles",
            "Lists of permissions that are used in several places.",
            [{"node-baseline": [{"session_manager": {}}]}],
            by_name("bundle", "bundles", ref("bundle")),
        ),
        "apps": documented(
            "Apps",
            "Applications and what each may do.",
            [{"storefront": _APP}],
            by_name("app", "apps", ref("app")),
        ),
        "stacks": documented(
            "Stacks",
            "Stacks: one account, one region, a default instance profile and layers.",
            [{"shop": _STACK}],
            by_name("stack", "stacks", ref("stack")),
        ),
    }


def _account() -> Schema:
    # Without quotes a number arrives as one; with a leading zero it cannot be written without quotes in an editor.
    return documented(
        "Account",
        "An AWS account id: 12 digits, best in quotes.",
        ["123456789012"],
        {
            **fitting("[0-9]{12}", "an account id of 12 digits"),
            "type": ["string", "integer"],
            "minimum": 100_000_000_000,
            "maximum": 999_999_999_999,
        },
    )


def _app() -> Schema:
    properties = {
        "description": ref("description"),
        "owner": documented("Owner", "Who answers for the app.", ["team-web"], text()),
        "permissions": ref("permissions"),
        "names": {"$ref": "#/definitions/names", "description": "Templates for the name of the app's policy."},
        "moved": ref("moved"),
    }
    return documented(
        "App", "An application and what it may do.", [_APP], closed("app", properties, nullable=True, named=True)
    )


def _existing_profile() -> Schema:
    properties = {
        "existing": documented(
            "Existing profile",
            "Name or ARN of an instance profile that is made elsewhere.",
            ["legacy-web"],
            text("a profile's name or ARN"),
        ),
        "attach": documented(
            "Attach", "Whether the permissions are attached to the role of that profile.", [True], flag()
        ),
        "role": documented(
            "Role", "Name of the role in that profile, for `attach`.", ["legacy-web"], text("a role's name")
        ),
    }
    return documented(
        "Existing profile",
        "An instance profile that is made elsewhere; nothing is created.",
        [],  # an editor would offer it where a mode is typed
        closed("profile", properties, ["existing"]),
    )


def _layer() -> Schema:
    properties = {
        "description": ref("description"),
        "apps": documented(
            "Apps",
            "Names of the apps that run on the layer.",
            [["storefront"]],
            {"type": "array", "items": _reference_to("app"), "x-form": "a list of app names"},
        ),
        "permissions": {"$ref": "#/definitions/permissions", "description": "What every instance of the layer may do."},
        "profile": documented(
            "Profile",
            "Where the layer's instance profile comes from.",
            ["replace"],
            {
                "anyOf": [*choice_or_template(_LAYER_MODES)["anyOf"], ref("existing_profile")],
                "x-form": "`inherit`, `extend`, `replace` or a mapping with `existing`",
            },
        ),
        **settings_properties(outer=False),
        "moved": ref("moved"),
    }
    return documented(
        "Layer",
        "A layer of a stack: instances that run the same apps.",
        [_LAYER],
        closed("layer", properties, nullable=True, named=True),
    )


def _combined_profile() -> Schema:
    properties = {
        "layers": documented(
            "Layers",
            "The layers that the instances sit in.",
            [["web", "worker"]],
            {"type": "array", "items": _reference_to("layer"), "minItems": 1, "x-form": "a list of layer names"},
        ),
        "description": ref("description"),
        "permissions": {"$ref": "#/definitions/permissions", "description": "What these instances may do besides."},
        **settings_properties(outer=False),
        "moved": ref("moved"),
    }
    return documented(
        "Combined profile",
        "An instance profile for instances that sit in several layers.",
        [{"layers": ["web", "worker"]}],
        closed("combined profile", properties, ["layers"], named=True),
    )


def _stack() -> Schema:
    properties = {
        "account": ref("account"),
        "region": documented(
            "Region",
            "The region of the stack.",
            ["eu-west-1"],
            fitting("[a-z]{2,}(?:-[a-z]+)+-[0-9]+", "a region such as `eu-west-1`"),
        ),
        "partition": documented(
            "Partition", "The partition; left out, it is that of the region.", ["aws"], choice_or_template(_PARTITIONS)
        ),
        "description": ref("description"),
        "values": {"$ref": "#/definitions/values", "description": "Values for this stack; they win over the spec's."},
        "permissions": {
            "$ref": "#/definitions/permissions",
            "description": "The stack's default instance profile: what every instance may do.",
        },
        "profile": documented(
            "Profile",
            "The stack's default profile; left out, one is made.",
            ["none"],
            {
                "anyOf": [
                    *choice_or_template((("none", "The stack has no default profile."),))["anyOf"],
                    ref("existing_profile"),
                ],
                "x-form": "`none` or a mapping with `existing`",
            },
        ),
        "layers": documented("Layers", "Layers by name.", [{"web": _LAYER}], by_name("layer", "layers", ref("layer"))),
        "profiles": documented(
            "Combined profiles",
            "Profiles for instances that sit in several layers, by name.",
            [{"web-worker": {"layers": ["web", "worker"]}}],
            by_name("combined profile", "combined profiles", ref("combined_profile")),
        ),
        **settings_properties(outer=True),
    }
    return documented(
        "Stack",
        "One account, one region, a default instance profile and layers.",
        [_STACK],
        closed("stack", properties, ["account", "region"], named=True),
    )


def _reference_to(noun: str) -> Schema:
    return fitting(
        NAME_PATTERN.removeprefix("^").removesuffix("$"), f"the name of {'an' if noun[0] in 'aeio' else 'a'} {noun}"
    )
