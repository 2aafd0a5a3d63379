"""What may be written at a place of a spec, for ``stackgrant schema``: the schema as pages rather than as JSON.

A path leaves out names and list positions: ``stacks.layers.apps``, ``apps.permissions.s3.access``. They may be given as
well, so that a path copied from a message works: ``stacks.shop.layers.web.apps[0]``.
"""

from __future__ import annotations

import re
from typing import Any

from compiler.diagnostics import closest
from compiler.diagnostics.value import record
from compiler.schema.refs import resolved

Json = Any


@record(frozen=True, slots=True)
class Key:
    """One key that may stand at a place."""

    name: str
    type: str
    required: bool
    summary: str


@record(frozen=True, slots=True)
class Description:
    """What there is to say about a place.

    ``path`` is the normal form (``stacks.*.layers``); ``type`` the form in words; ``required`` whether the key must be
    there; ``choices`` the allowed values with what each means; ``keys`` what may stand below; ``entries`` what the
    names or list items below stand for ("app", "permission"), empty when there are none.
    """

    path: str
    title: str
    type: str
    required: bool
    description: str
    choices: tuple[tuple[str, str], ...] = ()
    keys: tuple[Key, ...] = ()
    entries: str = ""
    examples: tuple[Json, ...] = ()


def describe(schema: Json, path: str) -> Description | tuple[str, ...]:
    """The description of a place, or paths that may have been meant when there is no such place.

    Args:
        schema: the whole schema, as ``load_schema`` gives it.
        path: keys joined by dots; empty for the top of a spec.
    """
    part, required = schema, True
    steps: list[str] = []
    for step in re.findall(r"\[\d*\]|[^.\[\]]+", path):
        found = _enter(schema, part, step)
        if found is None:
            return _suggestions(schema, part, steps, step)
        owner_steps, part, required = found
        steps += owner_steps
    return _description(schema, part, steps, required=required)


def _enter(schema: Json, part: Json, step: str) -> tuple[list[str], Json, bool] | None:
    """The part that a step leads to, with the normal form of the step; None when it leads nowhere."""
    part = resolved(schema, part)
    inner, signs, known = part, list[str](), list[str]()
    while True:
        properties = _properties(schema, inner)
        if step in properties:
            return [*signs, step], properties[step], step in _required(schema, inner)
        known += properties
        below = _below(schema, inner)
        if below is None:
            break
        signs.append(below[0])
        inner = resolved(schema, below[1])
    # No key of that name: it may be the name of an entry or a position in a list, but not a mistyped key.
    below = _below(schema, part)
    if below is None or not (step[0] == "[" if below[0] == "[]" else closest(step, known) is None):
        return None
    return [below[0]], below[1], False


def _is_leaf(schema: Json, part: Json) -> bool:
    part = resolved(schema, part)
    return not _properties(schema, part) and _below(schema, part) is None


def _properties(schema: Json, part: Json) -> dict[str, Json]:
    """The keys of a part, those of all its alternatives together."""
    found = dict(part.get("properties", {}))
    for alternative in part.get("anyOf", ()):
        for key, value in _properties(schema, resolved(schema, alternative)).items():
            found.setdefault(key, value)
    return found


def _required(schema: Json, part: Json) -> frozenset[str]:
    """The keys that a part cannot do without, or that one of its alternatives cannot."""
    alternatives = (_required(schema, resolved(schema, alternative)) for alternative in part.get("anyOf", ()))
    return frozenset(part.get("required", ())).union(*alternatives)


def _below(schema: Json, part: Json) -> tuple[str, Json] | None:
    """What stands under a name (``*``) or in a list (``[]``), when that is something with keys of its own."""
    additional = part.get("additionalProperties")
    if isinstance(additional, dict):
        return "*", additional
    for pattern in part.get("patternProperties", {}).values():
        return "*", pattern
    if "items" in part and "string" not in part.get("type", ()):
        return "[]", part["items"]
    for alternative in part.get("anyOf", ()):
        below = _below(schema, resolved(schema, alternative))
        if below is not None and not _is_leaf(schema, below[1]):
            return below
    return None


def _suggestions(schema: Json, part: Json, steps: list[str], step: str) -> tuple[str, ...]:
    """Paths with the nearest key at the place that was reached, otherwise all paths that end in the key."""
    known: dict[str, str] = {}
    prefix = [name for name in steps if name not in ("*", "[]")]
    while True:
        part = resolved(schema, part)
        for key in _properties(schema, part):
            known.setdefault(key, ".".join([*prefix, key]))
        below = _below(schema, part)
        if below is None:
            break
        part = below[1]
    near = closest(step, known)
    if near is not None:
        return (known[near],)
    elsewhere = sorted((path for path in _all_paths(schema) if path.rpartition(".")[2] == step), key=_nearness)
    return tuple(elsewhere[:5]) or tuple(sorted(known.values()))


def _nearness(path: str) -> tuple[int, str]:
    """Short paths first: what stands high up is what most people look for."""
    return path.count("."), path


def _all_paths(schema: Json) -> list[str]:
    paths: list[str] = []

    def walk(part: Json, path: str, depth: int) -> None:
        part = resolved(schema, part)
        for key, child in _properties(schema, part).items():
            paths.append(f"{path}.{key}".removeprefix("."))
            if depth < 8:
                walk(child, paths[-1], depth + 1)
        below = _below(schema, part)
        if below is not None:
            walk(below[1], path, depth + 1)

    walk(schema, "", 0)
    return paths


def _description(schema: Json, part: Json, steps: list[str], *, required: bool) -> Description:
    part = resolved(schema, part)
    below = _below(schema, part)
    container = part
    keys = _properties(schema, part)
    while not keys and below is not None:
        container = resolved(schema, below[1])
        keys = _properties(schema, container)
        below = _below(schema, container)
    direct, needed = _below(schema, part), _required(schema, container)
    return Description(
        path=".".join(steps).replace(".[]", "[]"),
        title=part.get("title") or next((step for step in reversed(steps) if step not in ("*", "[]")), ""),
        type=type_words(schema, part),
        required=required,
        description=part.get("description", ""),
        choices=tuple(_choices(schema, part)),
        keys=tuple(_key(schema, name, child, name in needed) for name, child in keys.items()),
        entries=str(resolved(schema, direct[1]).get("x-noun", "")) if direct is not None else "",
        examples=tuple(part.get("examples", ())),
    )


def _key(schema: Json, name: str, part: Json, required: bool) -> Key:
    part = resolved(schema, part)
    return Key(
        name, type_words(schema, part), required, part.get("description", "").partition(". ")[0].removesuffix(".")
    )


_FEW = 3
_TYPES = {"object": "a mapping", "array": "a list", "boolean": "`true` or `false`", "integer": "a whole number"}


def type_words(schema: Json, part: Json) -> str:
    """The form of a value in words."""
    part = resolved(schema, part)
    choices = _choices(schema, part)
    if len(choices) > _FEW:
        lists = any(alternative.get("type") == "array" for alternative in part.get("anyOf", ()))
        return "one of the values below" + (", or a list of these" if lists else "")
    if "x-form" in part:
        return str(part["x-form"])
    if choices:
        return " or ".join(f"`{value}`" for value, _ in choices)
    kind = part.get("type", "")
    return _TYPES.get(kind, "a text") if isinstance(kind, str) else "a text"


def _choices(schema: Json, part: Json) -> list[tuple[str, str]]:
    part = resolved(schema, part)
    if "enum" in part:
        meanings = part.get("enumDescriptions", [""] * len(part["enum"]))
        return [(str(value), meaning) for value, meaning in zip(part["enum"], meanings, strict=True)]
    return [choice for alternative in part.get("anyOf", ())[:1] for choice in _choices(schema, alternative)]
