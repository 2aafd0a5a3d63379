"""Mutated specs: the two validators agree, nothing raises, and what is wrong is reported where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schema_checking import EVERY_KEY, SMALL, document_of

from compiler.diagnostics import Diagnostics
from compiler.schema.problems import _compiled
from compiler.schema.store import load_schema, load_schema_text
from compiler.schema.validate import validate
from compiler.source import Mapping, Node, Scalar, Sequence, node_at, path_text, to_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = jsonschema_rs.Draft7Validator(load_schema_text())


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        yield jsonschema.ValidationError("pattern")


SLOW = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": _pattern})(load_schema())

Path = tuple[str | int, ...]
RETYPED = ["text", "5", "true", "~", "[]", "{}", "[text]", "{key: text}", "{s3: {}}", "{{ x }}", "${var.x}"]


def paths(node: Node, path: Path = ()) -> Iterator[Path]:
    """The paths of everything below a node."""
    children: list[tuple[str | int, Node]] = []
    if isinstance(node, Mapping):
        children = [(key, value) for key, (_, value) in node.entries.items()]
    elif isinstance(node, Sequence):
        children = list(enumerate(node.items))
    for step, child in children:
        yield (*path, step)
        yield from paths(child, (*path, step))


def _value(written: str) -> Node:
    quoted = f'"{written}"' if written.startswith(("{{", "$")) else written
    value = document_of(f"key: {quoted}\n").get("key")
    assert value is not None
    return value


def mutate(document: Mapping, path: Path, how: str) -> None:
    """Change one place of a document: ``delete``, ``rename``, or the YAML to put there, which keeps the old place."""
    parent, _ = node_at(document, path[:-1])
    step = path[-1]
    if isinstance(parent, Mapping) and isinstance(step, str):
        key, old = parent.entries[step]
        if how == "delete":
            del parent.entries[step]
        elif how == "rename":
            name = f"{step}x y"
            parent.entries = {
                (name if other == step else other): (Scalar(name, True, key.source, key.start, key.end), value)
                if other == step
                else (k, value)
                for other, (k, value) in parent.entries.items()
            }
        else:
            parent.entries[step] = (key, _moved(_value(how), old))
    elif isinstance(parent, Sequence) and isinstance(step, int):
        items = list(parent.items)
        if how == "delete":
            del items[step]
        elif how != "rename":
            items[step] = _moved(_value(how), items[step])
        parent.items = tuple(items)


def _moved(node: Node, to: Node) -> Node:
    """The node and all below it at the place of another one."""
    node.source, node.start, node.end = to.source, to.start, to.end
    if isinstance(node, Mapping):
        for key, value in node.entries.values():
            _moved(key, to)
            _moved(value, to)
    elif isinstance(node, Sequence):
        for item in node.items:
            _moved(item, to)
    return node


def hold_together(document: Mapping, path: Path) -> int:
    """Check one mutated document; gives the number of findings."""
    plain = to_plain(document)
    valid = QUICK.is_valid(plain)
    assert valid == SLOW.is_valid(plain), path_text(path)
    diagnostics = Diagnostics()
    assert validate([document], diagnostics) is valid
    found = diagnostics.sorted()
    assert bool(found) is not valid
    if found:
        # The finding is at the place itself, its key, its parent, or the parent's key.
        node, key = node_at(document, path)
        parent, parent_key = node_at(document, path[:-1])
        near = [parent.span, node.span, *(scalar.span for scalar in (key, parent_key) if scalar is not None)]
        for item in found:
            assert item.span is not None
            assert any(
                item.span.source is span.source and span.start <= item.span.start and item.span.end <= span.end
                for span in near
            ), (path_text(path), item.message, item.span.text)
    return len(found)


DOCUMENTS = {"every key": EVERY_KEY, "small": SMALL}
PLACES = [(name, path) for name, text in DOCUMENTS.items() for path in paths(document_of(text))]


@pytest.mark.parametrize(("name", "path"), PLACES, ids=[f"{name}-{path_text(path)}" for name, path in PLACES])
def test_every_place_changed_in_every_way(name: str, path: Path) -> None:
    found = 0
    for how in ("delete", "rename", *RETYPED):
        document = document_of(DOCUMENTS[name])
        mutate(document, path, how)
        found += hold_together(document, path)
    free = any(step in path for step in ("values", "tags", "provider", "backend", "when", "Condition"))
    assert found or free, "no change of this place was noticed"


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_several_changes_at_once(data: st.DataObject) -> None:
    document = document_of(EVERY_KEY)
    for _ in range(data.draw(st.integers(2, 6))):
        places = list(paths(document))
        mutate(document, data.draw(st.sampled_from(places)), data.draw(st.sampled_from(["delete", "rename", *RETYPED])))
    plain = to_plain(document)
    diagnostics = Diagnostics()
    valid = QUICK.is_valid(plain)
    assert valid == SLOW.is_valid(plain)
    assert validate([document], diagnostics) is valid
    assert bool(diagnostics.items) is not valid
    for item in diagnostics:
        assert item.message != "a value does not have the form that its place needs"


_KEYS = ["version", "apps", "stacks", "web", "permissions", "s3", "bucket", "access", "layers", "trust", ""]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99_999) | st.sampled_from(["", "web", "a b", "{{ x }}", "deny", "x\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=15,
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from([*load_schema()["properties"], "other"]), JSON))
def test_the_two_validators_agree_on_anything(document: dict[str, Any]) -> None:
    assert QUICK.is_valid(document) == SLOW.is_valid(document)
