"""Where something stands in a spec that is known by its path: ``stacks.shop.layers.web``, ``apps.a.permissions[0]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from compiler.diagnostics import Diagnostics, SourceText, Span
from compiler.source.nodes import Mapping, along
from compiler.source.yaml_reader import read_documents


def locator(texts: Sequence[SourceText]) -> Callable[[str], Span | None]:
    """A function from a spec path to the place where that stands; the texts are read when it is first asked."""

    @cache
    def documents() -> tuple[Mapping, ...]:
        ignored = Diagnostics()
        return tuple(node for text in texts for node in read_documents(text, ignored))

    def locate(path: str) -> Span | None:
        steps = _steps(path)
        return next((span for document in documents() if (span := _span_at(document, steps)) is not None), None)

    return locate


def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path))


def _span_at(document: Mapping, steps: tuple[str | int, ...]) -> Span | None:
    """The key that a path leads to (of a list entry: the entry itself), or None where the document has no such path."""
    found = [*along(document, steps)]
    node, key = found[-1]
    return (key or node).span if steps and len(found) > len(steps) else None
