"""Every emitted resource against the AWS provider's schema, in milliseconds and without Terraform.

A finding can only be a bug of the compiler, so it is an exception. Ranges and patterns are not in the schema; those
are the checks' job, and ``terraform validate``'s.

``data/provider_schema.json`` is what ``terraform providers schema -json`` says about the resources that we emit, cut
down to their arguments; a test holds it against the installed provider.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from compiler.terraform.errors import EmitError

Json = Any

_SCHEMA = Path(__file__).with_name("data") / "provider_schema.json"
# What Terraform itself understands in every resource. Source: Terraform language, "Meta-Arguments".
_META: dict[str, Json] = {
    "//": {"optional": True, "type": "string"},
    "depends_on": {"optional": True, "type": ["list", "string"]},
    "lifecycle": {"optional": True, "type": ["map", "bool"]},
}
# Source: Terraform language, "The terraform_data Managed Resource Type" (its input may be any value; ours is a list).
_BUILT_IN: dict[str, dict[str, Json]] = {"terraform_data": {"input": {"optional": True, "type": ["list", "string"]}}}
_SCALARS = {"string": str, "number": int, "bool": bool}
# Shapes of resources without a problem: of a kind and names of arguments the types of these, and which are lists and
# which maps. The schema never changes, so what is known of one module holds in all.
_known: dict[tuple[str, ...], tuple[list[type], tuple[str, ...], tuple[str, ...]]] = {}
_CONTAINERS = {"list": list, "set": list, "map": dict}


class SelfCheck:
    """Checks resources; what a resource looks like is checked once, however many look the same.

    >>> SelfCheck().check("aws_iam_role", "web", {"name": "web", "assume_role_policy": "{}"})
    """

    def __init__(self) -> None:
        # Tags and lifecycles are the same objects in most resources; they are kept, so that their ids stay their own.
        self._maps: dict[str, dict[int, Json]] = {}

    def check(self, kind: str, label: str, body: dict[str, Json]) -> None:
        """Raise ``EmitError`` when the provider would refuse or warn about the shape of this resource."""
        shape = (kind, *body)
        types = [*map(type, body.values())]
        known = _known.get(shape)
        if known is not None and known[0] == types and self._holds_what_fits(body, known[1], known[2]):
            return
        problem = shape_problem(kind, body)
        if problem:
            raise EmitError(f"{kind}.{label}: {problem}")
        lists = tuple([name for name, value in body.items() if type(value) is list])
        maps = tuple([name for name, value in body.items() if type(value) is dict])
        _known[shape] = types, lists, maps
        for name in maps:
            self._maps.setdefault(name, {})[id(body[name])] = body[name]

    def _holds_what_fits(self, body: dict[str, Json], lists: tuple[str, ...], maps: tuple[str, ...]) -> bool:
        """Whether maps hold what they should (an argument of a name takes the same in each kind), and lists texts."""
        for name in maps:
            if id(body[name]) not in self._maps.get(name, ()):
                return False
        try:
            for name in lists:
                "".join(body[name])
        except TypeError:
            return False
        return True


def shape_problem(kind: str, body: dict[str, Json]) -> str:
    """What is wrong with the arguments of a resource of this kind, or an empty text."""
    arguments = _BUILT_IN.get(kind) or provider_schema()["resources"].get(kind)
    if arguments is None:
        return "the provider schema has no such resource"
    known = arguments | _META
    for name, value in body.items():
        problem = _argument_problem(known.get(name), value)
        if problem:
            return f"argument `{name}` {problem}"
    missing = sorted(name for name, schema in arguments.items() if schema.get("required") and name not in body)
    return f"argument `{missing[0]}` is missing" if missing else ""


@cache
def provider_schema() -> dict[str, Json]:
    """The trimmed schema: ``{"provider", "version", "resources": {type: {argument: {"type", …}}}}``."""
    schema: dict[str, Json] = orjson.loads(_SCHEMA.read_bytes())
    return schema


def _argument_problem(schema: dict[str, Json] | None, value: Json) -> str:
    if schema is None:
        return "does not exist"
    if not schema.get("required") and not schema.get("optional"):
        return "is read-only"
    if schema.get("deprecated"):
        return "is deprecated"
    return "" if _fits(schema["type"], value) else f"is no {schema['type']}: {value!r}"


def _fits(expected: Json, value: Json) -> bool:
    if isinstance(expected, str):
        return type(value) is _SCALARS[expected]
    container, element = expected
    if type(value) is not _CONTAINERS[container]:
        return False
    return all(_fits(element, item) for item in (value.values() if container == "map" else value))
