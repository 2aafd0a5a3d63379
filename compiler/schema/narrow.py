"""The schema without the grants that a document does not use, for a quick verdict.

Compiling the whole catalogue into a validator would cost more than everything else that a small spec needs, and each
permission would be held against the name of every grant. What is left accepts nothing that the whole schema refuses: a
grant that is not there is an unknown key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = Any

_GRANT = "grant_"  # what the names of the grants' definitions begin with
# How the definition of a grant begins and ends in the text of the schema.
_BEGINNING, _END = b'\n    "grant_', b"\n    }"


def mentioned(document: Json) -> frozenset[str]:
    """The keys of all permissions and resources of a document, grants among them.

    What does not have the shape of a spec is left out: the document is refused then, with or without it.
    """
    keys: set[str] = set().union(*_entries(document, "resources"))
    for permissions in _permission_lists(document):
        if isinstance(permissions, list):
            keys.update(*[permission for permission in permissions if isinstance(permission, dict)])
    return frozenset(keys)


def _permission_lists(document: Json) -> Iterator[Json]:
    yield from _values(document, "bundles")
    for app in _entries(document, "apps"):
        yield app.get("permissions")
    for stack in _entries(document, "stacks"):
        yield stack.get("permissions")
        for section in ("layers", "profiles"):
            for entry in _entries(stack, section):
                yield entry.get("permissions")


def _entries(parent: Json, section: str) -> Iterator[dict[str, Json]]:
    return (value for value in _values(parent, section) if isinstance(value, dict))


def _values(parent: Json, section: str) -> Iterable[Json]:
    found = parent.get(section)
    return found.values() if isinstance(found, dict) else ()


def narrowed(text: bytes, grants: frozenset[str]) -> Json:
    """The schema with these grants only. Of the others, nine tenths of the text, not even the JSON is read."""
    first, *rest = text.split(_BEGINNING)
    kept, dropped = [first], set()
    for part in rest:
        name = part[: part.index(b'"')].decode()
        if name in grants:
            kept += (_BEGINNING, part)
        else:
            dropped.add(name)
            kept.append(part[part.index(_END) + len(_END) + 1 :])  # what follows, without the comma
    schema = orjson.loads(b"".join(kept))
    for name in ("permission", "resource"):
        schema["definitions"][name] = _with_keys(schema["definitions"][name], dropped)
    return schema


def _with_keys(definition: Json, dropped: set[str]) -> Json:
    properties = {key: value for key, value in definition["properties"].items() if key not in dropped}
    one_of = [branch for branch in definition["oneOf"] if dropped.isdisjoint(branch["required"])]
    # Without a grant nothing fits; an empty list is no schema.
    return {**definition, "properties": properties, "oneOf": one_of or [False]}
