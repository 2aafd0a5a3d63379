"""Units as bytes, to be kept in a file or sent from one process to another.

A record is a line of JSON with the outline of the unit, which every run needs; a second one with what few ask for; and,
behind them, the contents of the output files as they are. Places are numbers of texts and offsets in them: a record
says nothing without the very texts that it was made from, which its key stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import orjson

from compiler.diagnostics import SourceText
from compiler.diagnostics.value import record
from compiler.frontend.contents import Contents, Definition
from compiler.ir.arrangement import Arrangement
from compiler.ir.claims import Claim, ClaimKind
from compiler.pipeline.places import PlaceReader, PlaceWriter
from compiler.pipeline.stack import CompiledStack, Counts, Made
from compiler.pipeline.unit import Unit, reduced
from compiler.terraform.output import Elsewhere, Folder, sealed

Json = Any
_LINE = "\n"


@record(frozen=True, slots=True)
class Packed:
    """A unit as its outline, and as the rest of a record when that is asked for."""

    outline: Json
    unit: Unit
    places: PlaceWriter

    @property
    def folders(self) -> dict[str, Mapping[str, bytes]]:
        """The contents of the output files by stack."""
        return {stack.name: stack.files or {} for stack in self.unit.stacks}

    @property
    def record(self) -> bytes:
        """All of it."""
        details = [[_made(self.places, stack.made()) for stack in self.unit.stacks], self.places.texts_beside()]
        contents = [content for files in self.folders.values() for content in files.values()]
        return b"\n".join((orjson.dumps(self.outline), orjson.dumps(details), b"".join(contents)))


def pack(unit: Unit, texts: Sequence[SourceText]) -> Packed:
    """A unit as bytes. ``texts`` are those of the spec, in an order that whoever reads it knows as well."""
    places = PlaceWriter(texts)
    return Packed(_outline(unit, places), unit, places)


def outline_of(record: bytes) -> Json:
    """The outline in a record.

    Raises:
        ValueError: it is no record.
    """
    return orjson.loads(record[: record.index(b"\n")])


def seals_of(outline: Json) -> list[str]:
    """The digests of what the stacks of an outline make."""
    return [digest for *_, digest, _ in outline[3]]


def unit_of(
    outline: Json,
    texts: Sequence[SourceText],
    fetch: Callable[[], Sequence[Made]],
    elsewhere: Elsewhere | None = None,
) -> Unit:
    """The unit of an outline.

    ``fetch`` gives what its stacks make, and is called once at most; ``elsewhere`` has it as well.

    Raises:
        ValueError: it is no outline (``LookupError`` and ``TypeError`` where its parts do not fit together).
    """
    names, (defines, uses, unclear, general), found, stacks, foreign = outline
    places = PlaceReader.of(texts, foreign)
    held = Contents(
        [Definition(kind, name, places.span(*span), path) for kind, name, *span, path in defines],
        {(kind, name) for kind, name in uses},
        set(unclear),
        general,
    )
    fetched = cache(fetch)
    return Unit(
        held,
        _split(names),
        tuple(places.diagnostic(item) for item in found),
        tuple(_stack(item, places, partial(_nth, fetched, number), elsewhere) for number, item in enumerate(stacks)),
    )


def made_of(record: bytes, texts: Sequence[SourceText]) -> tuple[Made, ...]:
    """What the stacks of a record make.

    Raises:
        ValueError: it is no record (``LookupError`` and ``TypeError`` where its parts do not fit together).
    """
    _, line, blob = record.split(b"\n", 2)
    items, foreign = orjson.loads(line)
    places = PlaceReader.of(texts, foreign)
    found = []
    at = 0
    for claims, sizes in items:
        files: dict[str, bytes] = {}
        for path, size in sizes:
            files[path] = blob[at : at + size]
            at += size
        found.append(Made(tuple(_claim(places, *item) for item in claims), files))
    if at != len(blob):
        raise ValueError("the record is longer or shorter than it says")
    return tuple(found)


def _nth(fetched: Callable[[], Sequence[Made]], number: int) -> Made:
    return fetched()[number]


def _files(made: Callable[[], Made]) -> Mapping[str, bytes]:
    return made().files or {}


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split(_LINE)) if names else ()


def _outline(unit: Unit, places: PlaceWriter) -> Json:
    held = reduced(unit.contents)
    return [
        _LINE.join(unit.names),
        [
            [[item.kind, item.name, *places.span(item.span), item.path] for item in held.defines],
            sorted(held.uses),
            sorted(held.unclear),
            held.general,
        ],
        [places.diagnostic(item) for item in unit.found],
        [
            [
                [stack.name, stack.partition, stack.account, stack.region],
                [places.diagnostic(item) for item in stack.built],
                [places.diagnostic(item) for item in stack.checked],
                _LINE.join(stack.claimed),
                [stack.counts.roles, stack.counts.profiles, stack.counts.policies],
                [[item.label, item.combined, item.parts] for item in stack.arranged],
                stack.policies_per_role,
                [*(stack.files or ())],
                sealed((stack.files or {}).values()),
                stack.inputs,
            ]
            for stack in unit.stacks
        ],
        places.texts_beside(),
    ]


def _stack(data: Json, places: PlaceReader, made: Callable[[], Made], elsewhere: Elsewhere | None) -> CompiledStack:
    (name, partition, account, region), built, checked, claimed, counts, arranged, quota, *rest = data
    paths, digest, inputs = rest
    return CompiledStack(
        name,
        partition,
        account,
        region,
        tuple(places.diagnostic(item) for item in built),
        tuple(places.diagnostic(item) for item in checked),
        _split(claimed),
        Counts(*counts),
        tuple(_arrangement(*item) for item in arranged),
        quota,
        Folder(tuple(paths), partial(_files, made), digest, elsewhere),
        made,
        tuple((folder, name, kept) for folder, name, kept in inputs),
    )


def _made(places: PlaceWriter, made: Made) -> Json:
    return [
        [
            [
                *(claim.kind, claim.label, claim.moved_from, claim.name, claim.path, claim.description),
                *(places.origin(claim.origin), places.origin(claim.name_origin)),
            ]
            for claim in made.claims
        ],
        [[path, len(content)] for path, content in (made.files or {}).items()],
    ]


def _claim(
    places: PlaceReader, kind: ClaimKind, label: str, moved: str, name: str, path: str, said: str, *origins: Json
) -> Claim:
    origin, name_origin = origins
    return Claim(kind, label, moved, name, path, said, places.origin(*origin), places.origin(*name_origin))


def _arrangement(label: str, combined: bool, parts: Json) -> Arrangement:
    return Arrangement(label, combined, tuple((part, inline) for part, inline in parts))
