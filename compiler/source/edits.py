"""Changes to a text that keep its layout: an item less, an item more, in JSON, in flow style and in block style.

Each function gives the edits, or None where the text has something in the way (a comment between two items of a flow
list, an anchor, a tag): a text that cannot be changed without guessing is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from itertools import pairwise

from compiler.diagnostics import SourceText, Span
from compiler.diagnostics.fix import Edit
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

Edits = tuple[Edit, ...]
_DASH = re.compile(r" *- +")
_MARGIN = re.compile(r" *")
_DASHES_THEN_KEY = re.compile(r" *(?:- +)+")
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?")
# A text that YAML takes for itself without quotes, wherever it stands.
_BARE = re.compile(r"[A-Za-z][\w./*+=-]*(?::[\w./*+=-]+|:(?=:))*")


def is_flow(node: Node) -> bool:
    """Whether a collection is written in brackets, as in JSON."""
    return node.source.text[node.start : node.start + 1] in ("[", "{")


def written(text: str, *, strict: bool) -> str:
    """A text as JSON (``strict``) or YAML writes it."""
    return text if not strict and _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def without_items(node: Sequence, indexes: Collection[int]) -> Edits | None:
    """Take items out of a list; at least one has to stay."""
    return _without(node, [(item.start, item.end) for item in node.items], indexes, _DASH)


def without_entry(node: Mapping, key: str) -> Edits | None:
    """Take an entry out of a mapping; at least one has to stay."""
    parts = [(name.start, max(name.end + 1, value.end)) for name, value in node.entries.values()]
    return _without(node, parts, {list(node.entries).index(key)}, _MARGIN)


def _without(
    node: Sequence | Mapping, parts: list[tuple[int, int]], drop: Collection[int], margin: re.Pattern[str]
) -> Edits | None:
    if not drop or len(set(drop)) >= len(parts) or not _in_order(node, parts):
        return None
    if not is_flow(node):
        found = [_lines_of(node.source, parts, index, margin) for index in sorted(set(drop))]
        return None if None in found else tuple(edit for edit in found if edit is not None)
    text = node.source.text
    gaps = [text[node.start + 1 : parts[0][0]], *(text[one[1] : two[0]] for one, two in pairwise(parts))]
    if gaps[0].strip() or any(gap.strip() != "," for gap in gaps[1:]):
        return None
    edits: list[Edit] = []
    last_kept = max(index for index in range(len(parts)) if index not in drop)
    for index in sorted(set(drop)):
        if index < last_kept:
            edits.append(Edit(Span(node.source, parts[index][0], parts[index + 1][0]), ""))
        else:
            edits.append(Edit(Span(node.source, parts[last_kept][1], parts[-1][1]), ""))
            break
    return tuple(edits)


def _in_order(node: Node, parts: list[tuple[int, int]]) -> bool:
    """Whether all parts stand inside of the node, one behind the other: none comes from an alias or a merge."""
    places = [node.start, *(place for part in parts for place in part), max(node.end, parts[-1][1])]
    return places == sorted(places) and parts[-1][1] <= node.end + 1


def _lines_of(source: SourceText, parts: list[tuple[int, int]], index: int, margin: re.Pattern[str]) -> Edit | None:
    """The whole lines of an entry of a block; of a key behind a dash, what stands up to the next key."""
    start, end = parts[index]
    text = source.text
    line = text.rfind("\n", 0, start) + 1
    stop = _line_end(text, min(end, len(text)))
    if stop is None:
        return None
    if margin.fullmatch(text, line, start):
        return Edit(Span(source, line, min(stop + 1, len(text))), "")
    if margin is _MARGIN and index + 1 < len(parts) and _DASHES_THEN_KEY.fullmatch(text, line, start):
        return Edit(Span(source, start, parts[index + 1][0]), "") if "#" not in text[end:stop] else None
    return None


def _line_end(text: str, at: int) -> int | None:
    """The end of the line when nothing but a comment follows."""
    match = _REST.match(text, at)
    assert match
    return match.end() if text[match.end() : match.end() + 1] in ("", "\n") else None


def with_item(node: Node, item: str, *, strict: bool) -> Edits | None:
    """Add an item, written as it is, to the end of a list; a text alone becomes a list."""
    source = node.source
    if isinstance(node, Scalar):
        if "\n" in node.span.text or source.text[node.start : node.start + 1] in ("|", ">"):
            return None
        own = node.span.text if not node.plain else written(node.text, strict=strict)
        return (Edit(node.span, f"[{own}, {item}]"),)
    if not isinstance(node, Sequence) or not node.items:
        return None
    parts = [(one.start, one.end) for one in node.items]
    if not _in_order(node, parts):
        return None
    end = parts[-1][1]
    if is_flow(node):
        gap = source.text[parts[-2][1] if len(parts) > 1 else node.start + 1 : parts[-1][0]]
        if gap.strip() not in (("",) if len(parts) == 1 else (",",)):
            return None
        return (Edit(Span(source, end, end), "," + (gap.replace(",", "") if "\n" in gap else " ") + item),)
    line = source.text.rfind("\n", 0, parts[-1][0]) + 1
    stop = _line_end(source.text, end)
    if stop is None or not _DASH.fullmatch(source.text, line, parts[-1][0]):
        return None
    return (Edit(Span(source, stop, stop), "\n" + source.text[line : parts[-1][0]] + item),)


def with_first_entry(node: Mapping, key: str, value: str, *, strict: bool) -> Edits | None:
    """Add an entry before the first one of a mapping."""
    first = next(iter(node.entries.values()), None)
    if first is None or not node.start <= first[0].start < node.end:
        return None
    source, start = node.source, first[0].start
    entry = f"{written(key, strict=strict)}: {json.dumps(value)}"
    if is_flow(node):
        gap = source.text[node.start + 1 : start]
        return None if gap.strip() else (Edit(Span(source, start, start), f"{entry},{gap if chr(10) in gap else ' '}"),)
    column = start - source.text.rfind("\n", 0, start) - 1
    return (Edit(Span(source, start, start), f"{entry}\n{' ' * column}"),)


def as_list(node: Mapping, more: str) -> Edits | None:
    """Make a mapping that stands alone the first item of a list, with another one, written as it is, behind it."""
    source = node.source
    if is_flow(node):
        return (Edit(Span(source, node.start, node.start), "["), Edit(Span(source, node.end, node.end), f", {more}]"))
    line = source.text.rfind("\n", 0, node.start) + 1
    stop = _line_end(source.text, node.end)
    if stop is None or not _MARGIN.fullmatch(source.text, line, node.start):
        return None
    edits = [Edit(Span(source, node.start, node.start), "- ")]
    begin = source.text.find("\n", node.start) + 1
    while 0 < begin < node.end:
        if source.text[begin : begin + 1] != "\n":
            edits.append(Edit(Span(source, begin, begin), "  "))
        begin = source.text.find("\n", begin) + 1
    return (*edits, Edit(Span(source, stop, stop), f"\n{source.text[line : node.start]}- {more}"))
