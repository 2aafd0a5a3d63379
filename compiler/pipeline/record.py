"""Units as bytes, to be kept in a file or sent from one process to another.

A record is a line of JSON and, behind it, the contents of the output files as they are. Places are numbers of texts and
offsets in them: a record says nothing without the very texts that it was made from, which its key stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from compiler.diagnostics import Diagnostic, Label, Origin, Severity, SourceText, Span
from compiler.frontend.contents import Contents, Definition
from compiler.ir.arrangement import Arrangement
from compiler.ir.claims import Claim
from compiler.pipeline.stack import CompiledStack, Counts
from compiler.pipeline.unit import Unit

Json = Any


def pack(units: Sequence[Unit], texts: Sequence[SourceText]) -> bytes:
    """Units as one record. ``texts`` are those of the spec, in an order that whoever unpacks it knows as well."""
    writer = _Writer({id(text): number for number, text in enumerate(texts)}, len(texts))
    head: Json = {"units": [writer.unit(unit) for unit in units]}
    head["foreign"] = [[text.name, text.text] for text in writer.foreign]
    return b"\n".join((orjson.dumps(head), b"".join(writer.blobs)))


def unpack(record: bytes, texts: Sequence[SourceText]) -> tuple[Unit, ...]:
    """The units of a record.

    Raises:
        ValueError: it is no record (``LookupError`` and ``TypeError`` where its parts do not fit together).
    """
    line, _, blob = record.partition(b"\n")
    head = orjson.loads(line)
    foreign = [SourceText(name, text) for name, text in head["foreign"]]
    reader = _Reader([*texts, *foreign], blob)
    units = tuple(reader.unit(item) for item in head["units"])
    if reader.at != len(blob):
        raise ValueError("the record is longer or shorter than it says")
    return units


@dataclass(slots=True)
class _Writer:
    numbers: dict[int, int]
    next: int
    foreign: list[SourceText] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)

    def unit(self, unit: Unit) -> Json:
        held = unit.contents
        return [
            [[item.kind, item.name, *self.span(item.span), item.path] for item in held.defines],
            [sorted(held.uses), sorted(held.unclear), held.general],
            [self.diagnostic(item) for item in unit.found],
            [self.stack(stack) for stack in unit.stacks],
        ]

    def stack(self, stack: CompiledStack) -> Json:
        files = stack.files or {}
        self.blobs += files.values()
        return [
            [stack.name, stack.partition, stack.account, stack.region],
            [self.diagnostic(item) for item in stack.built],
            [self.diagnostic(item) for item in stack.checked],
            [self.claim(item) for item in stack.claims],
            [stack.counts.roles, stack.counts.profiles, stack.counts.policies],
            [[item.label, item.combined, item.parts] for item in stack.arranged],
            stack.policies_per_role,
            None if stack.files is None else [[path, len(content)] for path, content in files.items()],
            stack.inputs,
        ]

    def claim(self, claim: Claim) -> Json:
        head = [claim.kind, claim.label, claim.moved_from, claim.name, claim.path, claim.description]
        return [*head, *self.origin(claim.origin), *self.origin(claim.name_origin)]

    def origin(self, origin: Origin) -> Json:
        return (*self.span(origin.span), origin.path)

    def span(self, span: Span) -> Json:
        number = self.numbers.get(id(span.source))
        if number is None:
            number = self.numbers[id(span.source)] = self.next
            self.next += 1
            self.foreign.append(span.source)
        return (number, span.start, span.end)

    def diagnostic(self, item: Diagnostic) -> Json:
        # What would repair it is left out: whoever repairs compiles anew.
        return [
            item.code.id,
            item.message,
            item.span and self.span(item.span),
            item.label,
            [[*self.span(label.span), label.text] for label in item.secondary],
            item.expected,
            item.notes,
            item.help,
            item.path,
            item.severity and item.severity.value,
        ]


@dataclass(slots=True)
class _Reader:
    texts: Sequence[SourceText]
    blob: bytes
    at: int = 0

    def unit(self, data: Json) -> Unit:
        defines, (uses, unclear, general), found, stacks = data
        held = Contents(
            [Definition(kind, name, self.span(*span), path) for kind, name, *span, path in defines],
            {(kind, name) for kind, name in uses},
            set(unclear),
            general,
        )
        return Unit(
            held,
            tuple(self.diagnostic(item) for item in found),
            tuple(self.stack(item) for item in stacks),
        )

    def stack(self, data: Json) -> CompiledStack:
        (name, partition, account, region), built, checked, claims, counts, arranged, quota, files, inputs = data
        return CompiledStack(
            name,
            partition,
            account,
            region,
            tuple(self.diagnostic(item) for item in built),
            tuple(self.diagnostic(item) for item in checked),
            tuple(self.claim(*item) for item in claims),
            Counts(*counts),
            tuple(
                Arrangement(label, combined, tuple((part, inline) for part, inline in parts))
                for label, combined, parts in arranged
            ),
            quota,
            None if files is None else self.files(files),
            tuple((folder, name, digest) for folder, name, digest in inputs),
        )

    def files(self, sizes: Sequence[tuple[str, int]]) -> Mapping[str, bytes]:
        files: dict[str, bytes] = {}
        for path, size in sizes:
            files[path] = self.blob[self.at : self.at + size]
            self.at += size
        return files

    def claim(self, kind: Any, label: str, moved: str, name: str, path: str, description: str, *places: Any) -> Claim:
        source, start, end, here, other, first, last, there = places
        origin = Origin(self.span(source, start, end), here)
        return Claim(kind, label, moved, name, path, description, origin, Origin(self.span(other, first, last), there))

    def span(self, number: int, start: int, end: int) -> Span:
        return Span(self.texts[number], start, end)

    def diagnostic(self, data: Json) -> Diagnostic:
        from compiler.codes import find_code  # which loads all rules, and most records hold no finding

        code, message, span, label, secondary, expected, notes, help_lines, path, severity = data
        known = find_code(code)
        if known is None:
            raise ValueError(f"no code {code}")
        return Diagnostic(
            known,
            message,
            self.span(*span) if span else None,
            label,
            tuple(Label(self.span(*place), text) for *place, text in secondary),
            expected,
            tuple(notes),
            tuple(help_lines),
            path,
            Severity(severity) if severity else None,
        )
