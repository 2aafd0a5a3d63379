"""Keys in the wrong place: which part of a spec a key belongs to, and how to move it there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from compiler.schema.problems import Problem, present_keys
from compiler.schema.store import load_schema
from compiler.source import Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

# Where a part of the spec stands, for help lines; grants are not listed: their parameters mean nothing elsewhere.
_PLACES = {
    "spec": "the top level",
    "defaults": "`defaults`",
    "app": "an app: `apps.NAME`",
    "stack": "a stack: `stacks.NAME`",
    "layer": "a layer: `stacks.NAME.layers.NAME`",
    "combined profile": "a combined profile: `stacks.NAME.profiles.NAME`",
    "permission": "a permission, beside its grant",
    "profile": "a profile made elsewhere: `profile: {existing: …}`",
    "names": "`names`",
    "quotas": "`quotas`",
    "terraform settings": "`terraform`",
}


def key_help(name: str, value: Node, problem: Problem) -> tuple[str, ...]:
    """Help for a key that a mapping does not know and that is no mistyped one."""
    if isinstance(value, Scalar) and value.is_null and re.fullmatch(r"[\w-]+:\S+", name):
        key, _, rest = name.partition(":")
        return (f"put a space after the colon: `{key}: {rest}`",)
    noun = problem.schema["x-noun"]
    if noun == "permission":
        found = _in_permission(name, problem)
    elif noun == "statement" and name in ("Principal", "NotPrincipal"):
        found = ("the role itself is the principal; who may assume it is said under `trust`",)
    else:
        found = ()
    return found or _elsewhere(name, noun)


def _in_permission(name: str, problem: Problem) -> tuple[str, ...]:
    definitions = load_schema()["definitions"]
    if name in definitions["statement"]["properties"]:
        return ("a raw statement stands under `statement`",)
    grants = present_keys(problem)
    if grants and name in definitions[f"grant_{grants[0]}"].get("properties", {}):
        return (f"indent it: `{name}` belongs under `{grants[0]}`",)
    return ()


def _elsewhere(name: str, noun: str) -> tuple[str, ...]:
    """Where a key of this name is known, nearest parts of the spec first."""
    places = [place for owner, place in _PLACES.items() if owner != noun and name in _keys_by_noun().get(owner, ())]
    return (f"`{name}` belongs to {places[0]}",) if places else ()


def _keys_by_noun() -> dict[str, frozenset[str]]:
    return {schema["x-noun"]: frozenset(schema["properties"]) for schema in _closed_parts(load_schema())}


def _closed_parts(schema: Json) -> Iterator[Json]:
    if isinstance(schema, dict):
        if "x-noun" in schema and isinstance(schema.get("properties"), dict):
            yield schema
        for child in schema.values():
            yield from _closed_parts(child)
    elif isinstance(schema, list):
        for child in schema:
            yield from _closed_parts(child)
