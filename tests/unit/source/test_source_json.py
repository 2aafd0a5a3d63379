"""JSON as nodes: the strict grammar, the same places as YAML, and plain words for what is wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostics, SourceText
from compiler.source.json_reader import read_json
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.yaml_reader import read_documents


def read(text: str) -> tuple[Node | None, list[str]]:
    diagnostics = Diagnostics()
    node = read_json(SourceText("a.json", text), diagnostics)
    return node, [
        f"{item.code.id} {item.span.source.position(item.span.start) if item.span else ()} {item.message}"
        for item in diagnostics
    ]


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return json.loads(node.text) if node.plain else node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, (_, value) in node.entries.items()}


_TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2000, exclude_categories=("Cs", "Cc", "Co")), max_size=8
)
_VALUES = st.recursive(
    _TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_reads_what_json_writes(value: object, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    if any(character in text for character in "\u202a\u202b\u202c\u202d\u202e") or "\\u20" in text:
        return  # direction controls and line separators are refused
    node, found = read(text)
    assert found == []
    assert node is not None
    assert plain(node) == value


def test_places_are_those_of_yaml() -> None:
    text = '{"a": ["b", {"c": "d/e"}], "f": ""}'
    node, _ = read(text)
    (other,) = read_documents(SourceText("a.yaml", text), Diagnostics())
    assert isinstance(node, Mapping)

    def spans(item: Node) -> list[tuple[int, int]]:
        children = [part for entry in item.entries.values() for part in entry] if isinstance(item, Mapping) else []
        children += item.items if isinstance(item, Sequence) else ()
        return [(item.start, item.end), *(span for child in children for span in spans(child))]

    assert spans(node) == spans(other)


def test_escapes() -> None:
    node, found = read(r'{"a": "x\/y\u00e9\ud83d\ude00\n"}')
    assert found == []
    assert plain(node) == {"a": "x/yé😀\n"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,}', "SG101 (1, 8) the text is not JSON: a comma before `}`"),
        ('["a",]', "SG101 (1, 5) the text is not JSON: a comma before `]`"),
        ('{"a": 1 // no\n}', "SG101 (1, 9) the text is not JSON: this is out of place"),
        ("{# no\n}", "SG101 (1, 2) the text is not JSON: JSON has no comments"),
        ("{'a': 1}", "SG101 (1, 2) the text is not JSON: single quotes"),
        ("{a: 1}", "SG101 (1, 2) the text is not JSON: this is not in quotes"),
        ('{"a": Allow}', "SG101 (1, 7) the text is not JSON: this is not in quotes"),
        ('{"a": True}', "SG101 (1, 7) the text is not JSON: `True` is no value of JSON"),
        ('{"a": 1 "b": 2}', "SG101 (1, 9) the text is not JSON: a comma is missing before this"),
        ('{"a" 1}', "SG101 (1, 6) the text is not JSON: no colon behind the key `a`"),
        ('{"a": }', "SG101 (1, 7) the text is not JSON: a value is missing here"),
        ('{"a": "b}\n', "SG101 (1, 7) the text is not JSON: the quote is never closed"),
        ('{"a": "b\tc"}', "SG101 (1, 9) the text is not JSON: a tab inside of a text"),
        ('{"a": "\\x"}', "SG101 (1, 8) the text is not JSON: a backslash that is no escape of JSON"),
        ('{"a": [1', "SG101 (1, 8) the text is not JSON: the text ends too early"),
        ("{} {}", "SG101 (1, 4) the text is not JSON: a second value begins here"),
        ("{} x", "SG101 (1, 4) the text is not JSON: text behind the end of the value"),
        ('{"a": 01}', "SG101 (1, 7) the text is not JSON: this is not in quotes"),
        ('{"a": "\\ud800"}', "SG107 (1, 7) the text contains half of a surrogate pair, U+D800"),
        ("[" * 200, "SG104 (1, 101) more than 100 levels of nesting"),
    ],
)  # fmt: skip
def test_what_is_no_json(text: str, message: str) -> None:
    assert read(text) == (None, [message])


def test_a_key_that_stands_twice() -> None:
    node, found = read('{"a": 1,\n "a": 2}')
    assert node is not None
    assert found == ["SG102 (2, 2) key `a` is defined twice"]


@given(st.text(alphabet="{}[]\",:\\ \n\tab1-.eu#/'", max_size=30))
def test_any_text_is_answered(text: str) -> None:
    node, found = read(text)
    try:
        json.loads(text)
    except ValueError:
        assert (node is None and found) or not text.strip()
    else:
        assert node is not None
