"""The schema as a file: well-formed, closed, documented, current, and alike for every reader of it."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import jsonschema_rs
import pytest

from compiler.catalog.shapes import grant_shapes
from compiler.frontend.condition_shorthands import condition_shapes
from compiler.ir import spec as ir
from compiler.schema.build import build_schema, schema_text
from compiler.schema.refs import resolved
from compiler.schema.store import load_schema, load_schema_text, schema_path

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = load_schema()
DEFINITIONS = SCHEMA["definitions"]
# Mappings of free content: tags, conditions, values and arguments of Terraform blocks.
FREE = ("tags", "condition", "when", "values")


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of the schema with a path for messages; examples are not schema."""
    if isinstance(schema, dict):
        yield path, schema
        for key, child in schema.items():
            if key not in ("examples", "enum"):
                yield from parts(child, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, child in enumerate(schema):
            yield from parts(child, f"{path}/{index}")


PARTS = list(parts(SCHEMA))
PROPERTIES = [
    (f"{path}/{key}", child)
    for path, part in PARTS
    if isinstance(part.get("properties"), dict) and "x-noun" in part
    for key, child in part["properties"].items()
]


def test_the_committed_schema_is_current() -> None:
    expected = schema_text(build_schema(grant_shapes(), condition_shapes()))
    assert schema_path().read_text(encoding="utf-8") == expected, "run `python -m tests.regenerate`"


def test_it_is_a_schema() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema_rs.Draft7Validator(load_schema_text())
    assert json.loads(load_schema_text()) == SCHEMA


def test_every_mapping_is_closed() -> None:
    for path, part in PARTS:
        if part.get("type") in ("object", ["object", "null"]) and "properties" in part:
            assert part["additionalProperties"] is False, path
        elif part.get("type") in ("object", ["object", "null"]):
            # Names are checked, or the content is free.
            free = any(f"/{name}" in path for name in (*FREE, "backend", "provider"))
            assert "propertyNames" in part or free, path


@pytest.mark.parametrize(("path", "part"), PROPERTIES, ids=[path for path, _ in PROPERTIES])
def test_every_property_is_documented(path: str, part: dict[str, Any]) -> None:
    documented = resolved(SCHEMA, part)
    assert documented["title"], path
    assert documented["description"].endswith("."), path
    assert documented["examples"], path


@pytest.mark.parametrize(("path", "part"), PROPERTIES, ids=[path for path, _ in PROPERTIES])
def test_every_example_is_valid_where_it_stands(path: str, part: dict[str, Any]) -> None:
    target = {key: value for key, value in resolved(SCHEMA, part).items() if key != "examples"}
    validator = jsonschema.Draft7Validator({**target, "definitions": DEFINITIONS})
    for example in resolved(SCHEMA, part)["examples"]:
        assert validator.is_valid(example), example


def test_choices_are_explained_one_by_one() -> None:
    enums = [part for _, part in PARTS if "enum" in part and part["enum"] != [1]]
    assert enums
    for part in enums:
        assert len(part["enumDescriptions"]) == len(part["enum"])
        assert all(part["enumDescriptions"])


def test_patterns_mean_the_same_everywhere() -> None:
    """Only what ECMA 262, Rust and Python read alike: no classes that depend on Unicode, no look-behind, no flags."""
    patterns = {part["pattern"] for _, part in PARTS if isinstance(part.get("pattern"), str)}
    assert patterns
    for pattern in patterns:
        re.compile(pattern)
        assert not re.search(r"\\[wWdDsSbBAZz]|\(\?[<P=!i]", pattern), pattern


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = {part["$ref"].removeprefix("#/definitions/") for _, part in PARTS if "$ref" in part}
    assert used == set(DEFINITIONS)


def test_every_form_reads_well() -> None:
    forms = {part["x-form"] for _, part in PARTS if "x-form" in part}
    for form in forms:
        assert not form.endswith((".", ":")), form
        assert not re.search(r"[\^\\]|\[\w-\w\]", form), f"a regular expression is shown: {form}"


def fields(cls: type) -> set[str]:
    return {field.name for field in dataclasses.fields(cls)}


SETTINGS = fields(ir.Settings)
OUTER = {"quotas", "shrink", "terraform"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app", fields(ir.App) - {"name", "path"}),
        ("layer", (fields(ir.Layer) - {"name", "path", "settings", "layers"}) | (SETTINGS - OUTER)),
        (
            "combined_profile",
            (fields(ir.Layer) - {"name", "path", "settings", "apps", "profile"}) | (SETTINGS - OUTER),
        ),
        ("stack", (fields(ir.Stack) - {"name", "path", "settings"}) | SETTINGS),
    ],
)
def test_the_schema_and_the_spec_know_the_same_keys(name: str, expected: set[str]) -> None:
    assert set(DEFINITIONS[name]["properties"]) == expected


def test_the_top_level_and_the_permission_know_the_keys_of_the_spec() -> None:
    assert set(SCHEMA["properties"]) == fields(ir.Spec) | {"version"}
    assert set(SCHEMA["properties"]["defaults"]["properties"]) == SETTINGS
    around = fields(ir.Permission) - {"grant", "body", "node", "path"}
    grants = {name.removeprefix("grant_") for name in DEFINITIONS if name.startswith("grant_")}
    assert set(DEFINITIONS["permission"]["properties"]) == around | grants
