"""What keeps a hostile or damaged file from exhausting the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.source import to_plain
from compiler.source.aliases import MAX_DEPTH, MAX_EXPANSION, measure

if TYPE_CHECKING:
    from source_reading import Read


def codes(found: object) -> list[str]:
    return [item.code.id for item in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_depth(read: Read, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    inside = MAX_DEPTH - 1  # the document's own mapping is the first level
    documents, found = read(f"key: {opening * inside}{closing * inside}\n")
    assert found == ()
    assert len(documents) == 1
    assert codes(read(f"key: {opening * (inside + 1)}{closing * (inside + 1)}\n")[1]) == ["SG104"]


def test_depth_of_brackets_that_never_end(read: Read) -> None:
    assert codes(read("a: " + "[" * 20_000)[1]) == ["SG104"]


def test_depth_through_aliases(read: Read) -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, MAX_DEPTH + 1))
    documents, found = read(chain)
    assert codes(found) == ["SG104"]
    assert documents == ()
    shorter = "".join(chain.splitlines(keepends=True)[: MAX_DEPTH - 1])
    (document,), found = read(shorter)
    assert found == ()
    assert to_plain(document)["a0"] == ["x"]


def bomb(levels: int, width: int) -> str:
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels)]
    return "\n".join(lines) + "\n"


def test_an_alias_bomb_is_refused(read: Read) -> None:
    documents, found = read(bomb(30, 10))
    assert codes(found) == ["SG105"]
    assert documents == ()
    assert found[0].span is not None
    assert found[0].span.text == "*a4"  # the sixth level passes a million


def test_what_is_shared_by_many_is_fine(read: Read) -> None:
    text = "base: &base {a: 1, b: [x, y, z]}\n" + "".join(f"l{i}: {{<<: *base, c: *base}}\n" for i in range(5_000))
    (document,), found = read(text)
    assert found == ()
    assert len(document.entries) == 5_001


def test_a_chain_of_merges_cannot_grow_without_bound(read: Read) -> None:
    text = "m0: &m0 {k0: v}\n" + "".join(f"m{i}: &m{i} {{<<: *m{i - 1}, k{i}: v}}\n" for i in range(1, 3_000))
    assert codes(read(text)[1]) == ["SG105"]


def test_measure_counts_shared_parts_each_time_and_visits_them_once(read: Read) -> None:
    (document,), _ = read("a: &a {x: 1, y: [2, 3]}\nb: [*a, *a]\n")
    a, b = document.get("a"), document.get("b")
    assert a is not None
    assert b is not None
    assert measure(a, {}) == (7, 2)  # mapping, two keys, 1, list, 2, 3
    assert measure(b, {}) == (15, 3)
    assert MAX_EXPANSION >= 1_000_000
