"""What the reader makes of correct YAML: texts, places, aliases and merges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostics, SourceText
from compiler.source import Mapping, Node, Scalar, Sequence, to_plain
from compiler.source.events import events, libyaml_events, python_events
from compiler.source.yaml_reader import load_plain, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from source_reading import Read

SPEC = """\
# yaml-language-server: $schema=../schemas/stackgrant.schema.json
version: 1
values: {env: prod, "quoted key": 'it''s'}

apps:
  storefront:
    description: |
      the public
      web shop

    permissions:
      - s3: {bucket: ref:assets, access: [read, list]}  # a comment
      -
        sqs:
          queue: orders
  empty:
stacks: {}
"""


def nodes(node: Node) -> Iterator[Node]:
    """A node, its keys and everything below it."""
    yield node
    if isinstance(node, Mapping):
        for key, value in node.entries.values():
            yield key
            yield from nodes(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from nodes(item)


def test_every_place_covers_what_is_written(read: Read) -> None:
    (document,), found = read(SPEC)
    assert found == ()
    for node in nodes(document):
        text = node.span.text
        if isinstance(node, Scalar):
            expected = {"it's": "'it''s'", "quoted key": '"quoted key"'}.get(node.text, node.text)
            assert text == (expected if not text.startswith("|") else "|\n      the public\n      web shop")
        else:
            assert text == text.strip()
            assert not text.endswith("a comment")


def test_a_block_collection_ends_with_its_last_value(read: Read) -> None:
    (document,), _ = read(SPEC)
    apps = document.get("apps")
    assert isinstance(apps, Mapping)
    assert apps.span.text.startswith("storefront:")
    assert apps.span.text.endswith("  empty:")
    empty = apps.get("empty")
    assert isinstance(empty, Scalar)
    assert empty.is_null
    assert empty.start == empty.end == SPEC.index("  empty:") + len("  empty:")


@pytest.mark.parametrize(
    ("written", "text", "value"),
    [
        ("001234567012", "001234567012", "001234567012"),
        ("123456789012", "123456789012", 123456789012),
        ("2012-10-17", "2012-10-17", "2012-10-17"),
        ("on", "on", "on"),
        ("NO", "NO", "NO"),
        ("true", "true", True),
        ("'true'", "true", "true"),
        ("!!str true", "true", "true"),
        ("! 5", "5", "5"),
        ("!!int 5", "5", 5),
        ("~", "~", None),
        ("", "", None),
        ("''", "", ""),
        ("1.50", "1.50", "1.50"),
        ("1_000", "1_000", "1_000"),
        ("0x1F", "0x1F", "0x1F"),
        ("10:30", "10:30", "10:30"),
        ("arn:aws:s3:::a/*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/*"),
        ('"a\\tb\\u00e9"', "a\tbé", "a\tbé"),
        (">-\n  a\n  b", "a b", "a b"),
    ],
)
def test_scalars_keep_the_text_that_was_written(read: Read, written: str, text: str, value: object) -> None:
    (document,), found = read(f"key: {written}\n")
    scalar = document.get("key")
    assert found == ()
    assert isinstance(scalar, Scalar)
    assert scalar.text == text
    assert to_plain(scalar) == value
    assert type(to_plain(scalar)) is type(value)


def test_an_anchor_is_not_part_of_the_place_of_a_scalar(read: Read) -> None:
    (document,), _ = read("a: &x value\nb: !!str other\nc: *x\nd: &y 'it''s'\ne: &z\nf: !!str &v |\n  text\n")
    places = [node.span.text for _, node in document.entries.values()]
    assert places == ["value", "other", "value", "'it''s'", "", "|\n  text"]


@pytest.mark.parametrize("written", ["{b: 1}", "[b, c]", "\n  b: 1", "\n  - b", "\n- b", "\n- - b", "\n-\n  - b"])
@pytest.mark.parametrize("mark", ["&x", "!", "&x !"])
def test_marks_are_not_part_of_the_place_of_a_collection(read: Read, mark: str, written: str) -> None:
    (document,), found = read(f"a: {mark} {written}\n")
    value = document.get("a")
    assert found == ()
    assert value is not None
    assert value.span.text == written.strip()


def test_several_documents_and_empty_ones(read: Read) -> None:
    documents, found = read("%YAML 1.2\n---\na: 1\n---\n# nothing\n---\n~\n--- {b: 2}\n...\n")
    assert found == ()
    assert [to_plain(document) for document in documents] == [{"a": 1}, {"b": 2}]
    assert read("") == ((), ())
    assert read("# only a comment\n") == ((), ())


def test_aliases_share_the_node_and_its_place(read: Read) -> None:
    (document,), found = read("a: &list [x, y]\nb: *list\nc: {d: *list}\n")
    assert found == ()
    assert document.get("a") is document.get("b")
    assert to_plain(document) == {"a": ["x", "y"], "b": ["x", "y"], "c": {"d": ["x", "y"]}}


def test_an_anchor_may_be_defined_again_and_ends_with_its_document(read: Read) -> None:
    documents, found = read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n---\ne: *x\n")
    assert to_plain(documents[0]) == {"a": 1, "b": 1, "c": 2, "d": 2}
    assert [item.code.id for item in found] == ["SG111"]


def test_an_alias_may_be_a_key(read: Read) -> None:
    (document,), found = read("a: &x name\n*x : value\n")
    assert found == ()
    assert to_plain(document) == {"a": "name", "name": "value"}


def test_merged_entries_give_way_and_keep_their_place(read: Read) -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 0\nd: {<<: *b}\n"
    (document,), found = read(text)
    assert found == ()
    plain = to_plain(document)
    assert plain["c"] == {"x": 0, "y": 2, "z": 4}
    assert plain["d"] == {"y": 3, "z": 4}
    merged = document.get("c")
    assert isinstance(merged, Mapping)
    z = merged.key("z")
    assert z is not None
    assert z.start == text.index("z: 4")


def test_a_quoted_merge_key_is_an_ordinary_key(read: Read) -> None:
    (document,), found = read('"<<": 1\n')
    assert found == ()
    assert to_plain(document) == {"<<": 1}


def test_json_is_yaml(read: Read) -> None:
    (document,), found = read('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Url": "a\\/b"}]}')
    assert found == ()
    assert to_plain(document) == {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Url": "a/b"}]}


def test_load_plain_types_and_raises() -> None:
    assert load_plain("a: 1\nb: [x, ~, 'true']\n") == {"a": 1, "b": ["x", None, "true"]}
    assert load_plain("- a\n") == ["a"]
    with pytest.raises(ValueError, match=r"line 2, column 1: key `a` is defined twice"):
        load_plain("a: 1\na: 2\n")
    with pytest.raises(ValueError, match="expected one document, found 2"):
        load_plain("a: 1\n---\nb: 1\n")
    with pytest.raises(ValueError, match="expected one document, found 0"):
        load_plain("")


def test_libyaml_is_used_where_it_is() -> None:
    assert type(events("a: 1").__self__) is type(libyaml_events("a: 1").__self__)  # type: ignore[attr-defined]


PLAIN_TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | PLAIN_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN_TEXT, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(PLAIN_TEXT, PLAIN, min_size=1, max_size=5), st.sampled_from([True, False, None]))
def test_what_is_dumped_is_read_back(data: dict[str, object], flow: bool | None) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    diagnostics = Diagnostics()
    (document,) = read_documents(SourceText("x", text), diagnostics)
    assert diagnostics.items == []
    # Merging is the one thing that the dumper does not quote its way around.
    if "<<" not in text:
        assert to_plain(document) == data


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("ab:-[]{}\n '\"&*!?|>#%@`<,\t~1\\"), max_size=40))
def test_any_text_gives_documents_or_findings_and_both_parsers_read_the_same(text: str) -> None:
    import compiler.source.yaml_reader as reader

    results = []
    for parser in (libyaml_events, python_events):
        diagnostics = Diagnostics()
        before, reader.events = reader.events, parser
        try:
            documents = read_documents(SourceText("x", text), diagnostics)
        finally:
            reader.events = before
        for item in diagnostics:
            assert item.span is not None
            assert 0 <= item.span.start <= item.span.end <= len(text)
        if not diagnostics.items:
            results.append([to_plain(document) for document in documents])
    # The two refuse slightly different texts (a tab here, `{a:}` there), but never read one differently.
    assert len(results) < 2 or results[0] == results[1]
