"""The part of the schema that says what may stand under ``when:`` of a permission: shorthands and raw operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.operators import OPERATORS
from compiler.schema.forms import Schema, closed, documented, flag, many, ref, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.schema.shape import ConditionShape

_OPERATOR = "^[A-Z]"


def when_definition(shapes: Sequence[ConditionShape]) -> Schema:
    """Shorthands by name beside operators, which begin with a capital."""
    return documented(
        "When",
        "Conditions under which the permission counts, all of them at once: shorthands, and the operators of IAM with "
        "condition keys below them.",
        [{shapes[0].name: shapes[0].examples[0]}] if shapes else [{"Bool": {"aws:SecureTransport": True}}],
        {
            **closed("`when`", {shape.name: _shorthand(shape) for shape in shapes}),
            "patternProperties": {
                _OPERATOR: {
                    "type": "object",
                    "title": "Operator",
                    "description": "An operator of IAM, with condition keys and their values below it.",
                    "examples": [{"aws:RequestedRegion": "eu-west-1"}],
                    "additionalProperties": ref("texts"),
                    "x-form": "a mapping of condition keys",
                    "x-entry": "condition key",
                }
            },
            "minProperties": 1,
            "x-more": sorted(OPERATORS),
            "x-form": "a mapping of shorthands and operators",
        },
    )


def _shorthand(shape: ConditionShape) -> Schema:
    title = shape.name.replace("_", " ").capitalize()
    return documented(title, shape.description, shape.examples, _value(shape))


def _value(shape: ConditionShape) -> Schema:
    match shape.form:
        case "flag":
            return flag()
        case "texts":
            return many(text(shape.words), f"{shape.words}, or a list of these")
        case "tags":
            return {
                "type": "object",
                "propertyNames": {"minLength": 1, "x-form": "a tag key"},
                "additionalProperties": ref("texts"),
                "minProperties": 1,
                "x-form": shape.words,
                "x-entry": "tag",
            }
