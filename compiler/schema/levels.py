"""Keys in the wrong place: which part of a spec a key belongs to, and how to move it there."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from compiler.schema.problems import Problem, emptied_keys, present_keys
from compiler.schema.store import load_schema
from compiler.source import Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

# Where a part of the spec stands, for help lines; grants are not listed: their parameters mean nothing elsewhere.
_PLACES = {
    "spec": "the top level",
    "`defaults`": "`defaults`",
    "app": "an app: `apps.NAME`",
    "stack": "a stack: `stacks.NAME`",
    "layer": "a layer: `stacks.NAME.layers.NAME`",
    "combined profile": "a combined profile: `stacks.NAME.profiles.NAME`",
    "permission": "a permission, beside its grant",
    "profile": "a profile made elsewhere: `profile: {existing: …}`",
    "`names`": "`names`",
    "`quotas`": "`quotas`",
    "`terraform`": "`terraform`",
}

# What a key that stands one level too high or too low was most likely meant for.
_NEAREST = {
    "spec": ("stack", "layer", "app"),
    "`defaults`": ("stack", "spec"),
    "stack": ("layer", "app"),
    "layer": ("stack", "app", "permission"),
    "combined profile": ("layer", "stack"),
    "app": ("permission", "layer"),
}


def key_help(name: str, value: Node, problem: Problem) -> tuple[str, ...]:
    """Help for a key whose place or punctuation is wrong; keys with the same help have the same cause."""
    if name.strip() and name != name.strip():
        space = name.replace(name.strip(), "")[0]
        named = f"U+{ord(space):04X} ({unicodedata.name(space, 'a control character')})"
        return (f"write `{name.strip()}`: {named} stands beside it, which YAML takes for a part of the text",)
    if isinstance(value, Scalar) and value.is_null and re.fullmatch(r"[\w-]+:\S+", name):
        key, _, rest = name.partition(":")
        return (f"put a space after the colon: `{key}: {rest}`",)
    owner = next((owner for owner, keys in emptied_keys(problem).items() if name in keys), None)
    if owner is not None:
        return (f"indent it: `{owner}` above is empty, and this belongs below it",)
    noun = problem.schema["x-noun"]
    if noun == "permission":
        found = _in_permission(name, problem)
    elif noun == "statement" and name in ("Principal", "NotPrincipal"):
        found = ("the role itself is the principal; who may assume it is said under `trust`",)
    else:
        found = ()
    return found


def _in_permission(name: str, problem: Problem) -> tuple[str, ...]:
    definitions = load_schema()["definitions"]
    grants = present_keys(problem)
    if not grants and name in definitions["statement"]["properties"]:
        return ("a raw statement stands under the key `statement`",)
    if grants and name in definitions[f"grant_{grants[0]}"].get("properties", {}):
        return (f"indent it: this belongs below `{grants[0]}`",)
    return ()


def elsewhere_help(name: str, noun: str) -> tuple[str, ...]:
    """Where a key of this name is known, nearest parts of the spec first."""
    order = dict.fromkeys((*_NEAREST.get(noun, ()), *_PLACES))
    known = _keys_by_noun()
    owner = next((owner for owner in order if owner != noun and name in known.get(owner, ())), None)
    return (f"`{name}` belongs to {_PLACES[owner]}",) if owner else ()


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
