"""Following ``$ref`` in the schema."""

from __future__ import annotations

from typing import Any

Json = Any


def resolved(schema: Json, part: Json) -> Json:
    """A part of the schema with its references followed; what stands beside a reference wins, as it does in editors."""
    while "$ref" in part:
        name = part["$ref"].removeprefix("#/definitions/")
        part = {**schema["definitions"][name], **{key: value for key, value in part.items() if key != "$ref"}}
    return part
