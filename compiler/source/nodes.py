"""The YAML tree as the compiler sees it: scalars keep the text that was written, everything keeps its place.

Scalars are not typed here. What a text means (a number, an account id, a date) is decided by the place where it
stands, so ``001234567012``, ``2012-10-17``, ``on`` and ``NO`` stay the text that people wrote.

The nodes are ordinary slotted classes and not frozen ones because a fleet has hundreds of thousands of them; they
are never changed after the reader has made them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.diagnostics import SourceText, Span
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any


@record(slots=True, eq=False)
class Scalar:
    """One scalar: ``text`` after YAML unescaping; ``plain`` when it was written without quotes or block style."""

    text: str
    plain: bool
    source: SourceText
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands (quotes included)."""
        return Span(self.source, self.start, self.end)

    @property
    def is_null(self) -> bool:
        """Whether it is YAML's null: nothing, ``~`` or ``null``, unquoted."""
        return self.plain and self.text in _NULLS


@record(slots=True, eq=False)
class Mapping:
    """A mapping with its entries in written order; keys are unique, merge keys are already resolved."""

    entries: dict[str, tuple[Scalar, Node]]
    source: SourceText
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.source, self.start, self.end)

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def key(self, key: str) -> Scalar | None:
        """The scalar of a key as written, or None."""
        entry = self.entries.get(key)
        return entry[0] if entry else None


@record(slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    source: SourceText
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.source, self.start, self.end)


Node = Scalar | Mapping | Sequence

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_FIRST = frozenset({"", *"~nNtTfF-0123456789"})  # what a text that is not just text begins with
_INTEGER = LatePattern(r"-?(?:0|[1-9][0-9]{0,17})")


def scalar_value(scalar: Scalar) -> str | int | bool | None:
    """The YAML 1.2 core value of a scalar, for schema validation only: floats, dates and padded numbers stay text."""
    text = scalar.text
    first = text[:1]
    if first not in _FIRST or not scalar.plain:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if (first == "-" or "0" <= first <= "9") and _INTEGER.fullmatch(text):
        return int(text)
    return text


def to_plain(node: Node) -> Json:
    """The node as dicts, lists, str, int, bool and None, as JSON Schema sees it."""
    if type(node) is Scalar:
        return scalar_value(node)
    # Texts are most of what there is, so they are not worth a call each.
    if type(node) is Mapping:
        plain = {}
        for key, (_, child) in node.entries.items():
            if type(child) is Scalar:
                text = child.text
                plain[key] = text if text[:1] not in _FIRST else scalar_value(child)
            else:
                plain[key] = to_plain(child)
        return plain
    assert isinstance(node, Sequence)
    return [to_plain(item) if type(item) is not Scalar or item.text[:1] in _FIRST else item.text for item in node.items]


def node_at(root: Node, path: tuple[str | int, ...]) -> tuple[Node, Scalar | None]:
    """The node at a path of keys and indexes, and the key scalar that leads to it (None for list items, the root).

    A path that leaves the tree gives the deepest node that exists.
    """
    *_, deepest = along(root, path)
    return deepest


def along(root: Node, path: tuple[str | int, ...]) -> Iterator[tuple[Node, Scalar | None]]:
    """The root and the nodes below it that a path leads to, as far as there are such, each with its key as above."""
    node: Node = root
    yield node, None
    for step in path:
        key: Scalar | None = None
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            key, node = node.entries[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return
        yield node, key


def path_text(path: tuple[str | int, ...]) -> str:
    """A path as people write it.

    >>> path_text(("apps", "web", "permissions", 0, "s3"))
    'apps.web.permissions[0].s3'
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
