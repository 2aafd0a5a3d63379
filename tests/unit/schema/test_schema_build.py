"""The schema from grants: what each kind of parameter accepts, and how the catalogue describes itself."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from compiler.catalog import grant_names, load_grant
from compiler.catalog.shapes import grant_shapes
from compiler.frontend.condition_shorthands import condition_shapes
from compiler.schema.build import build_schema, schema_text
from compiler.schema.shape import GrantShape, ParameterShape

QUEUE = GrantShape(
    name="queue",
    title="Queue",
    description="A queue.",
    parameters=(
        ParameterShape("name", "Its name.", required=True, many=True, examples=("orders",)),
        ParameterShape("prefix", "A prefix.", pattern="[a-z]+/", form="a prefix that ends with `/`", examples=("a/",)),
        ParameterShape("mode", "How.", kind="choice", choices=(("fast", "Fast."), ("slow", "Slow.")), many=True),
        ParameterShape("one", "Which.", kind="choice", choices=(("a", "A."),)),
        ParameterShape("batch", "Whether.", kind="flag"),
        ParameterShape("size", "How many.", kind="number", minimum=1, maximum=10),
    ),
    primary="name",
    examples=({"queue": {"name": "orders"}},),
)
PLAIN = GrantShape("plain", "Plain", "Needs nothing.", (), examples=({"plain": {}},))

SCHEMA = build_schema((QUEUE, PLAIN), condition_shapes())
VALIDATOR = jsonschema_rs.Draft7Validator(schema_text(SCHEMA))


def accepts(permission: Any) -> bool:
    return bool(VALIDATOR.is_valid({"version": 1, "bundles": {"b": [permission]}}))


@pytest.mark.parametrize("value", ["orders", 5, True, ["a", 1], "{{ x }}", "${var.x}"])
def test_texts(value: Any) -> None:
    assert accepts({"queue": {"name": value}})


@pytest.mark.parametrize("value", [None, [], {}, [[]], [None], {"a": 1}])
def test_no_texts(value: Any) -> None:
    assert not accepts({"queue": {"name": value}})


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("prefix", ["a/", "{{ x }}", "${var.x}", 5], ["A/", "a", ["a/"], None]),
        ("mode", ["fast", ["slow", "fast"], "{{ x }}", ["{{ x }}"]], ["quick", [], ["quick"], 1, "${var.x}", None]),
        ("one", ["a", "{{ x }}"], ["b", ["a"], None]),
        ("batch", [True, False, "{{ x }}"], ["true", "yes", 1, None, "${var.x}"]),
        ("size", [1, 10, "{{ x }}"], [0, 11, "5", True, None]),
    ],
)
def test_kinds_of_parameters(parameter: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert accepts({"queue": {"name": "x", parameter: value}}), value
    for value in bad:
        assert not accepts({"queue": {"name": "x", parameter: value}}), value


def test_a_grant_without_required_parameters_may_be_empty() -> None:
    assert accepts({"plain": None})
    assert accepts({"plain": {}})
    assert not accepts({"queue": None})
    assert not accepts({"plain": {"x": 1}})


def test_resources_are_those_of_grants_with_a_primary_parameter() -> None:
    def resource(entry: Any) -> bool:
        return bool(VALIDATOR.is_valid({"version": 1, "resources": {"r": entry}}))

    assert resource({"queue": "orders"})
    assert resource({"queue": "orders", "kms_key": "alias"})
    assert not resource({"plain": "x"})
    assert not resource({"kms_key": "alias"})


def test_the_text_is_stable() -> None:
    assert schema_text(SCHEMA) == schema_text(build_schema((QUEUE, PLAIN), condition_shapes()))
    assert schema_text(SCHEMA).endswith("}\n")


def test_the_catalogue_describes_every_grant_with_its_parameters() -> None:
    shapes = {shape.name: shape for shape in grant_shapes()}
    assert list(shapes) == list(grant_names())
    for name, shape in shapes.items():
        grant = load_grant(name)
        assert [parameter.name for parameter in shape.parameters] == [parameter.name for parameter in grant.parameters]
        assert shape.primary == grant.primary
        assert shape.description.endswith(".")
        for parameter in shape.parameters:
            assert parameter.examples, f"{name}.{parameter.name}"
            assert parameter.description[0].isupper() or parameter.description[0] == "`"
        assert shape.examples


def test_examples_of_the_catalogue_are_valid() -> None:
    validator = jsonschema_rs.Draft7Validator(schema_text(build_schema(grant_shapes(), condition_shapes())))
    for shape in grant_shapes():
        for example in shape.examples:
            assert validator.is_valid({"version": 1, "bundles": {"b": [example]}}), example
