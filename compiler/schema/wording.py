"""Words for what was written and where: used by every message about the shape of a spec."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Span
from compiler.source import Mapping, Node, Scalar, Sequence, node_at
from compiler.source.nodes import scalar_value

if TYPE_CHECKING:
    from compiler.schema.problems import Problem

Json = Any
_SHORT = 40


def shortened(text: str) -> str:
    """A text on one line, cut where it is too long for a headline."""
    line = text.replace("\n", " ")
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def found_words(node: Node) -> str:
    """What somebody wrote, in words: "a list", "the text `web`"."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    value = scalar_value(node)
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{node.text}`"
    return f"the number `{value}`" if isinstance(value, int) else f"the text `{shortened(node.text)}`"


def subject(problem: Problem, path: tuple[str | int, ...] | None = None) -> str:
    """What a problem is about: "layer `web`", "`session_duration`", "an item of `apps`"."""
    path = problem.path if path is None else path
    noun = problem.schema.get("x-noun", "")
    last = path[-1] if path else ""
    if problem.schema.get("x-named"):
        return f"{noun} `{last}`"
    if isinstance(last, int):
        parents = [step for step in path if isinstance(step, str)]
        return f"an item of `{parents[-1]}`" if parents else "an item"
    return f"`{last}`" if last else "the document"


def holder(problem: Problem) -> str:
    """The mapping that a key stands in: "layer `web`", "this permission", "`s3`"."""
    noun = str(problem.schema.get("x-noun", "mapping"))
    if problem.schema.get("x-named"):
        return f"{noun} `{problem.path[-1]}`"
    return noun if noun.startswith("`") else "the spec" if noun == "spec" else f"this {noun}"


def with_article(noun: str) -> str:
    """The noun with ``a`` or ``an``; names in backticks stand as they are."""
    if noun.startswith("`"):
        return noun
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def value_span(document: Mapping, path: tuple[str | int, ...]) -> Span:
    """The smallest place that stands for a value: a scalar itself, the key of a collection or of an empty value."""
    node, key = node_at(document, path)
    if isinstance(node, Scalar) and node.end > node.start:
        return node.span
    if key is not None:
        return key.span
    return head_span(node)


def head_span(node: Node) -> Span:
    """The beginning of a node: its first key, its text, or its first line."""
    if isinstance(node, Mapping) and node.entries:
        return next(iter(node.entries.values()))[0].span
    end = node.source.text.find("\n", node.start)
    stop = node.end if end < 0 else min(node.end, end)
    return Span(node.source, node.start, max(stop, min(node.start + 1, len(node.source.text))))


def entry_span(document: Mapping, path: tuple[str | int, ...]) -> Span:
    """The place that stands for a mapping as a whole: the key that names it, or its first key."""
    node, key = node_at(document, path)
    return key.span if key is not None else head_span(node)


def inline_yaml(value: Json) -> str:
    """A small value as people would type it on one line.

    >>> inline_yaml({"account": "123456789012", "layers": ["web"]})
    '{account: "123456789012", layers: [web]}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {inline_yaml(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline_yaml(child) for child in value) + "]"
    if isinstance(value, str):
        return value if re.fullmatch(r"[A-Za-z/][\w./:-]*(?<!:)", value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
