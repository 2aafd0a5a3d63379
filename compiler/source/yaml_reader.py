"""YAML to nodes in one pass over the parser's events.

Every document that comes out is a mapping with unique keys that are texts, at most ``MAX_DEPTH`` deep, with aliases and
merge keys resolved and without forbidden characters. Working on events rather than on a composed tree costs no more
(150 ms for 134,000 nodes either way) and lets one run report every unknown alias and every tag.
"""

from __future__ import annotations

import sys
from dataclasses import field
from typing import Any

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from compiler.diagnostics import Diagnostic, Diagnostics, Label, SourceText, Span, did_you_mean
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record
from compiler.source import codes
from compiler.source.aliases import MAX_DEPTH, MAX_EXPANSION, Sizes, measure
from compiler.source.characters import forbidden_characters, forbidden_escape
from compiler.source.events import EventSource, events, python_events
from compiler.source.nodes import Json, Mapping, Node, Scalar, Sequence, to_plain
from compiler.source.tags import SCALAR_TAGS, tag_problem

_MERGE = "<<"
_TOO_DEEP_FOR_LIBYAML = "maximum nesting depth"
_MARKS = LatePattern(r"(?:[&!]\S*(?:\s+|$))*")


def read_documents(source: SourceText, diagnostics: Diagnostics) -> tuple[Mapping, ...]:
    """The documents of a text, empty ones left out.

    A document whose content cannot be trusted (an unknown alias, a tag, a key that is no text) is reported and left
    out as well, so that one mistake does not cause others further on. After a syntax error the documents before it are
    still returned.
    """
    found = forbidden_characters(source)
    if found:
        diagnostics.extend(found)
        return ()
    composer = _Composer(source, diagnostics, events(source.text))
    documents: list[Mapping] = []
    roots = composer.documents()
    for root in roots:
        if isinstance(root, Mapping):
            documents.append(root)
        elif not (composer.broken and root is roots[-1]):  # what came before a syntax error is part of it
            diagnostics.add(_not_a_mapping(root))
    return tuple(documents)


def load_plain(text: str) -> Json:
    """The one document of a data file as plain data, scalars typed like those of a spec.

    Raises:
        ValueError: the text is not exactly one flawless document.
    """
    diagnostics = Diagnostics()
    roots = tuple(_Composer(SourceText("<data>", text), diagnostics, events(text)).documents())
    for item in diagnostics:
        line, column = item.span.source.position(item.span.start) if item.span else (0, 0)
        raise ValueError(f"line {line}, column {column}: {item.message}")
    if len(roots) != 1:
        raise ValueError(f"expected one document, found {len(roots)}")
    return to_plain(roots[0])


def _not_a_mapping(root: Node) -> Diagnostic:
    found = "a list" if isinstance(root, Sequence) else "a text"
    span = Span(root.source, root.start, min(root.end, root.start + 1) if found == "a list" else root.end)
    help_lines = ("begin with `version: 1`",)
    if isinstance(root, Scalar) and root.plain and ":" in root.text and "\n" not in root.text:
        key, _, value = root.text.partition(":")
        help_lines = (f"put a space after the colon: `{key}: {value}`",)
    return Diagnostic(
        codes.NOT_A_MAPPING,
        f"the document is {found}, not a mapping",
        span,
        f"{found} at the top of the document",
        expected="keys such as `version`, `apps` and `stacks`",
        help=help_lines,
    )


class _GiveUp(Exception):  # noqa: N818 - control flow inside this module, reported before it is raised
    """The rest of the text cannot be read."""


class _Open:
    """Stands for an anchored collection that is still being read."""


_OPEN = _Open()


@record(slots=True)
class _Composer:
    source: SourceText
    diagnostics: Diagnostics
    get_event: EventSource
    anchors: dict[str, Node | _Open] = field(default_factory=dict)
    measured: Sizes = field(default_factory=dict)
    expansion: int = 0
    sound: bool = True
    broken: bool = False

    def documents(self) -> list[Node]:
        """The root nodes of all sound documents that are not empty."""
        roots: list[Node] = []
        try:
            while True:
                event = self.get_event()
                kind = type(event)
                if kind is StreamEndEvent:
                    break
                if kind is DocumentStartEvent:
                    self.anchors, self.measured, self.sound = {}, {}, True
                    root = self._document()
                    if self.sound and not (isinstance(root, Scalar) and root.is_null):
                        roots.append(root)
        except YAMLError as error:
            if _TOO_DEEP_FOR_LIBYAML in str(error):  # it looks ahead, so it gives up before the level that is too deep
                return _Composer(self.source, self.diagnostics, python_events(self.source.text)).documents()
            from compiler.source.syntax_help import explain_syntax  # with all that it knows of faults

            self._broken(explain_syntax(error, self.source))
        except _GiveUp:
            pass
        return roots

    def _document(self) -> Node:
        # The loop runs once for each event of the text, so everything rare is in methods and the rest in locals.
        get_event, source, new, intern = self.get_event, self.source, Scalar.__new__, sys.intern
        new_mapping, new_sequence = Mapping.__new__, Sequence.__new__
        marked = "&" in source.text or "!" in source.text
        outer: list[tuple[Any, ...]] = []
        entries: dict[str, tuple[Scalar, Node]] | None = None
        items: list[Node] = []
        key: Scalar | None = None
        merges: list[tuple[Scalar, Node]] | None = None
        opening: Any = None
        last = 0  # where the last thing that is written ends; a block collection ends there, not at the next token
        node: Node
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                style = event.style
                last = event.end_mark.index
                node = new(Scalar)  # what `Scalar(…)` does, in half of the time
                node.text, node.plain, node.source = event.value, not style, source
                node.start, node.end = event.start_mark.index, last
                if style:
                    self._styled(node, style)
                    last = node.end
                if marked and (event.anchor is not None or event.tag is not None):
                    self._marked_scalar(event, node)
                # Nearly everything is a key or its value, so the rest of the loop is spared them.
                if entries is not None:
                    if key is None:
                        node.text = intern(node.text)
                        key = node
                        continue
                    if key.text not in entries and key.text != _MERGE:
                        entries[key.text] = (key, node)
                        key = None
                        continue
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.anchor is not None:
                    self.anchors[event.anchor] = _OPEN
                outer.append((opening, entries, items, key, merges))
                if len(outer) > MAX_DEPTH:
                    self._too_deep(event)
                opening, key, merges = event, None, None
                entries, items = ({}, items) if kind is MappingStartEvent else (None, [])
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                start = opening.start_mark.index
                if opening.flow_style:
                    last = event.end_mark.index
                if entries is not None:
                    node = new_mapping(Mapping)
                    node.entries, node.source, node.start, node.end = entries, source, start, last
                    if merges is not None:
                        self._merge(node, merges)
                else:
                    node = new_sequence(Sequence)
                    node.items, node.source, node.start, node.end = tuple(items), source, start, last
                if opening.anchor is not None or opening.tag is not None:
                    self._marked_collection(opening, node)
                opening, entries, items, key, merges = outer.pop()
            elif kind is AliasEvent:
                last = event.end_mark.index
                node = self._alias(event, len(outer))
                if entries is not None and key is None and isinstance(node, Scalar):  # a key stands at the alias
                    node = Scalar(node.text, node.plain, source, event.start_mark.index, last)
            else:
                raise AssertionError(f"unexpected event {event}")
            if opening is None:
                return node
            if entries is None:
                items.append(node)
            elif key is None:
                key = node if type(node) is Scalar else self._key(node, event)
            else:
                name = key.text
                if name == _MERGE and key.plain:
                    merges = [*(merges or ()), (key, node)]
                else:
                    entry = (key, node)
                    if entries.setdefault(name, entry) is not entry:
                        self._duplicate(key, entries[name][0])
                key = None

    def _styled(self, scalar: Scalar, style: str) -> None:
        """Escapes may spell forbidden characters; a block scalar's end mark lies on a later line."""
        if style == '"':
            if scalar.end - scalar.start - 2 != len(scalar.text):
                found = forbidden_escape(scalar.text, scalar.span)
                if found:
                    self._unsound(found)
        elif style != "'":
            scalar.end = scalar.start + len(self.source.text[scalar.start : scalar.end].rstrip())

    def _marked_scalar(self, event: Any, scalar: Scalar) -> None:
        if event.tag is not None:
            plain = SCALAR_TAGS.get(event.tag)
            if plain is None:
                self._unsound(tag_problem(event.tag, scalar.span))
            else:
                scalar.plain = plain
        # The marks take in the tag and the anchor; the place of a scalar is its text.
        written = _MARKS.match(self.source.text, scalar.start, scalar.end)
        scalar.start = written.end() if written else scalar.start
        if event.anchor is not None:
            self.anchors[event.anchor] = scalar

    def _marked_collection(self, event: Any, node: Mapping | Sequence) -> None:
        if event.tag is not None:
            expected = "map" if isinstance(node, Mapping) else "seq"
            if event.tag not in ("!", f"tag:yaml.org,2002:{expected}"):
                self._unsound(tag_problem(event.tag, self._span(event)))
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        # As with scalars, the place of a collection is what it holds. The event ends behind a bracket and before the
        # first key or dash, or behind the dash of a list that is not indented.
        node.start = event.end_mark.index
        if event.flow_style or (isinstance(node, Sequence) and self.source.text[node.start : node.start + 1] != "-"):
            node.start -= 1

    def _span(self, event: Any) -> Span:
        return Span(self.source, event.start_mark.index, event.end_mark.index)

    def _unsound(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.add(diagnostic)
        self.sound = False

    def _broken(self, diagnostic: Diagnostic) -> None:
        """Report a syntax error instead of what was found on its line before: the cause is the same."""
        self.broken = True
        span = diagnostic.span
        line = self.source.position(span.start)[0] if span else 0
        kept = [
            item
            for item in self.diagnostics
            if not (item.span and item.span.source is self.source and self.source.position(item.span.start)[0] == line)
        ]
        self.diagnostics.items[:] = [*kept, diagnostic]

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        self.diagnostics.add(
            Diagnostic(
                codes.DUPLICATE_KEY,
                f"key `{key.text}` is defined twice",
                key.span,
                "defined again here",
                (Label(first.span, "first defined here"),),
                help=("put both together under one key, or rename one",),
            )
        )

    def _key(self, node: Node, event: Any) -> Scalar:
        """Report a key that is a list or a mapping, and stand in for it; ``event`` is the last one that was read."""
        span = self._span(event) if type(event) is AliasEvent else node.span
        template = self.source.text.startswith("{", node.start) and self.source.text[node.start - 1 : node.start] == "{"
        stop = self.source.text.find("}}", node.start)
        if template and stop >= 0:
            from compiler.source.syntax_place import quoted

            span = Span(self.source, node.start - 1, stop + 2)
            message, label = f"`{span.text}` needs quotes", "YAML reads braces as a mapping"
            help_lines = (f"write `{quoted(span.text)}`",)
        else:
            what = "list" if isinstance(node, Sequence) else "mapping"
            message, label = f"a key cannot be a {what}", "a key is a text"
            help_lines = ("put the key in quotes if it is meant as a text",)
        self._unsound(Diagnostic(codes.KEY_NOT_SCALAR, message, span, label, help=help_lines))
        return Scalar(f"\0{node.start}", False, self.source, node.start, node.end)

    def _too_deep(self, event: Any) -> None:
        self.diagnostics.add(
            Diagnostic(
                codes.TOO_DEEP,
                f"more than {MAX_DEPTH} levels of nesting",
                self._span(event),
                f"level {MAX_DEPTH + 1} begins here",
                help=("a spec needs about ten levels; look for brackets that are never closed",),
            )
        )
        raise _GiveUp

    def _alias(self, event: Any, depth: int) -> Node:
        """What an alias stands for; a scalar like no other when it stands for nothing (which is reported)."""
        name, span = event.anchor, self._span(event)
        target = self.anchors.get(name)
        if isinstance(target, _Open):
            self._unsound(
                Diagnostic(
                    codes.ALIAS_CYCLE,
                    f"`*{name}` contains itself",
                    span,
                    f"inside of what `&{name}` names",
                    help=("name a smaller part with the anchor, or write the content out",),
                )
            )
        elif target is None:
            known = [anchor for anchor in self.anchors if not isinstance(self.anchors[anchor], _Open)]
            self._unsound(
                Diagnostic(
                    codes.UNKNOWN_ALIAS,
                    f"no anchor `&{name}` stands before `*{name}`",
                    span,
                    "not defined above",
                    notes=("a text that begins with `*` is an alias unless it is in quotes",),
                    help=(*did_you_mean(name, known), f'write `"*{name}"` if it is meant as a text'),
                )
            )
        else:
            size, levels = measure(target, self.measured)
            if depth + levels > MAX_DEPTH:
                self._too_deep(event)
            self.expansion += size
            if self.expansion > MAX_EXPANSION + len(self.source.text):
                self._too_much(span)
            return target
        return Scalar(f"\0{span.start}", False, self.source, span.start, span.end)

    def _too_much(self, span: Span) -> None:
        self.diagnostics.add(
            Diagnostic(
                codes.ALIAS_BOMB,
                f"the aliases of this file stand for more than {MAX_EXPANSION:,} values",
                span,
                "the limit is passed here",
                help=("write what is common as a bundle or under `defaults:`",),
            )
        )
        raise _GiveUp

    def _merge(self, mapping: Mapping, merges: list[tuple[Scalar, Node]]) -> None:
        """Add the entries of merged mappings: what is written wins, then what is merged first."""
        first = merges[0][0]
        for key, value in merges:
            if key is not first:
                self._duplicate(key, first)
                continue
            for part in value.items if isinstance(value, Sequence) else (value,):
                if isinstance(part, Mapping):
                    for name, entry in part.entries.items():
                        mapping.entries.setdefault(name, entry)
                elif self.sound:
                    self._unsound(
                        Diagnostic(
                            codes.MERGE_VALUE,
                            "`<<` takes a mapping, or a list of mappings",
                            key.span,
                            "takes over keys",
                            (Label(part.span, "this has none"),) if part.end > part.start else (),
                            help=("write `<<: *name`, where `&name` names a mapping",),
                        )
                    )
