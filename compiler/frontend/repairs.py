"""From what a rule means to put right to the words of the text: where they stand, and how they are written there.

The text is read again for that, since a rule knows values and places only. What a template fills in, what an alias
repeats and what is not found as it was meant gives no edit: nothing is changed that another use shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from compiler.diagnostics import Diagnostic, Diagnostics, SourceText, Span
from compiler.diagnostics.repair import AddVersion, Drop, DropCopy, DropWords, Reach, Repair
from compiler.diagnostics.value import record
from compiler.frontend.statement_copies import Copying
from compiler.source import Mapping, Node, Scalar, Sequence
from compiler.source.edits import Edits, with_first_entry, with_item, without_entry, without_items, written
from compiler.source.json_reader import read_json
from compiler.source.policy_files import is_json
from compiler.source.yaml_reader import read_documents

_OF_A_STATEMENT = frozenset({"statement", "when", "effect", "expires"})


@record(frozen=True, slots=True)
class Place:
    """A node with what leads to it: the node above and the index or key in there."""

    node: Node
    above: Place | None
    step: int | str = ""


def edits_of(found: Iterable[Diagnostic]) -> list[Edits]:
    """The edits for each repair, in order; those of one repair are made together or not at all."""
    result: dict[Edits, None] = {}
    texts: dict[int, _Text] = {}
    for repair in _joined(item.repair for item in found if item.repair is not None):
        span = _span(repair)
        text = texts.setdefault(id(span.source), _Text(span.source))
        edits = text.edits(repair)
        if edits:
            result[tuple(sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)))] = None
    return list(result)


def _joined(repairs: Iterable[Repair]) -> list[Repair]:
    """Repairs with the actions that need the same resources taken together: they make one statement."""
    together: dict[object, Repair] = {}
    for repair in repairs:
        if isinstance(repair, Reach):
            key = (repair.statement, repair.resources, repair.alone)
            first = together.setdefault(key, repair)
            if isinstance(first, Reach) and first is not repair:
                together[key] = replace(first, actions=tuple(dict.fromkeys((*first.actions, *repair.actions))))
        else:
            together.setdefault(repair, repair)
    return list(together.values())


def _span(repair: Repair) -> Span:
    if isinstance(repair, Drop):
        return repair.place
    return repair.document if isinstance(repair, AddVersion) else repair.statement


class _Text:
    """A text that has been read again."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.strict = is_json(source.name, source.text)
        ignored = Diagnostics()
        root = read_json(source, ignored) if self.strict else None
        roots: Iterable[Node] = ([root] if root else []) if self.strict else read_documents(source, ignored)
        self.places: dict[tuple[int, int], list[Place]] = {}
        for node in roots:
            for place in _walk(Place(node, None)):
                self.places.setdefault((place.node.start, place.node.end), []).append(place)

    def edits(self, repair: Repair) -> Edits | None:
        if isinstance(repair, Drop):
            place = self._at(repair.place, Scalar) or self._at(repair.place, Mapping)
            return self._without(place) if place else None
        place = self._at(_span(repair), Mapping)
        if place is None or not isinstance(place.node, Mapping):
            return None
        if isinstance(repair, AddVersion):
            return with_first_entry(place.node, "Version", repair.version, strict=self.strict)
        if "{{" in place.node.span.text:
            return None
        if isinstance(repair, DropWords):
            return self._without_words(place.node, repair)
        if isinstance(repair, DropCopy):
            return self._without_copy(place, repair)
        return self._reaching(place, repair)

    def _at(self, span: Span, kind: type[Mapping] | type[Scalar]) -> Place | None:
        """The one place of a node: an alias would make it several."""
        found = [place for place in self.places.get((span.start, span.end), ()) if isinstance(place.node, kind)]
        return found[0] if len(found) == 1 else None

    def _without(self, place: Place) -> Edits | None:
        above = place.above
        if above is None:
            return None
        if isinstance(above.node, Sequence) and isinstance(place.step, int):
            return without_items(above.node, {place.step})
        if not isinstance(above.node, Mapping):
            return None
        # What has nothing left says nothing, either.
        return self._without(above) if len(above.node.entries) == 1 else without_entry(above.node, str(place.step))

    def _without_words(self, statement: Mapping, repair: DropWords) -> Edits | None:
        node: Node | None = statement
        for step in repair.element:
            node = node.get(step) if isinstance(node, Mapping) else None
        if not isinstance(node, Sequence):
            return None
        at = [index for index, item in enumerate(node.items) if isinstance(item, Scalar) and item.text in repair.words]
        return without_items(node, at)

    def _without_copy(self, place: Place, repair: DropCopy) -> Edits | None:
        item = place
        if isinstance(place.node, Mapping) and place.above and isinstance(place.above.node, Mapping):
            item = place.above  # the one statement of a permission
            assert isinstance(item.node, Mapping)
            if not _OF_A_STATEMENT.issuperset(item.node.entries):
                return None
        around = item.above.node if item.above else None
        if not isinstance(around, Sequence) or not isinstance(item.step, int):
            return None
        first = next((one for one in around.items if one.start <= repair.kept.start < one.end), None)
        # A template may come to something else in another stack.
        if first is None or first is item.node or any("{{" in one.span.text for one in (first, item.node)):
            return None
        return without_items(around, {item.step})

    def _reaching(self, place: Place, repair: Reach) -> Edits | None:
        statement = place.node
        assert isinstance(statement, Mapping)
        if repair.alone:
            return Copying(place.node, place.above.node if place.above else None, place.step, self.strict).split(repair)
        resources = statement.get("Resource")
        if resources is None or len(repair.resources) != 1:
            return None
        return with_item(resources, written(repair.resources[0], strict=self.strict), strict=self.strict)


def _walk(place: Place) -> Iterator[Place]:
    yield place
    if isinstance(place.node, Mapping):
        for name, (_, value) in place.node.entries.items():
            yield from _walk(Place(value, place, name))
    elif isinstance(place.node, Sequence):
        for index, item in enumerate(place.node.items):
            yield from _walk(Place(item, place, index))
