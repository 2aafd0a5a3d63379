"""One large file compiled in pieces, each in a process of its own; together they say what the file says."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import orjson

from compiler.diagnostics import Diagnostics
from compiler.frontend.contents import Contents
from compiler.pipeline.helper import Helper, served
from compiler.pipeline.options import Source
from compiler.pipeline.parallel import Serve, Work, in_processes
from compiler.pipeline.pieces import Piece
from compiler.pipeline.stack import Made, Stopwatch
from compiler.pipeline.stages import compile_texts
from compiler.pipeline.unit import Unit, units
from compiler.terraform.output import at_hand

if TYPE_CHECKING:
    from compiler.pipeline.record import Packed
    from compiler.pipeline.run import Run


def compile_pieces(run: Run, pieces: Sequence[Piece], watch: Stopwatch) -> tuple[Unit, list[Helper]] | None:
    """The unit of the one file of a run, and the processes that have parts of it."""
    source = run.sources[0]
    here: list[Packed] | None = None

    def first() -> None:
        nonlocal here
        here = _packed(run, source, pieces[0], watch)

    answers = in_processes(first, [_work(run, source, piece) for piece in pieces[1:]])
    watch.lap("wait")
    if here is None:
        return None
    parts, helpers = [_at_hand(here, source)], []
    for piece, answer in zip(pieces[1:], answers, strict=True):
        if answer is None:
            return None
        helpers.append(Helper(answer[1]))
        parts.append(_elsewhere(run, source, piece, answer[0], helpers[-1]))
    watch.lap("unpack")
    return _together([unit for part in parts for unit in part]), helpers


def _work(run: Run, source: Source, piece: Piece) -> Work:
    parent = os.getpid()

    def work() -> tuple[bytes, Serve] | None:
        made = _packed(run, source, piece, Stopwatch())
        return None if made is None else served(made, parent)

    return work


def _packed(run: Run, source: Source, piece: Piece, watch: Stopwatch) -> list[Packed] | None:
    """What a piece says of the file, and each of its stacks by itself; None where that is not to be had this way."""
    from compiler.pipeline.record import pack

    found = Diagnostics()
    part = Source(piece.text, source.stable_name)
    compiled = compile_texts([part], run.options, found, watch, spec_name=run.spec_name, today=run.today)
    # A rename may be one of an entry that another piece has.
    if any(app.moved is not None for app in compiled.settings.spec.apps.values()):
        return None
    made = units(compiled, {piece.text}) if piece.is_right_about(compiled.documents) else None
    if made is None:
        return None
    own = _owned(made[piece.text], piece)
    stacks = [Unit(Contents(), (), (), (stack,)) for stack in own.stacks]
    return [pack(unit, [piece.text]) for unit in (replace(own, stacks=()), *stacks)]


def _owned(unit: Unit, piece: Piece) -> Unit:
    """The unit without what other pieces say as well."""
    defines = [item for item in unit.contents.defines if piece.owns(item.span.start)]
    return Unit(
        replace(unit.contents, defines=defines),
        tuple(f"{item.kind} {item.name}" for item in defines),
        tuple(item for item in unit.found if item.span is None or piece.owns(item.span.start)),
        unit.stacks,
    )


def _at_hand(made: Sequence[Packed], source: Source) -> list[Unit]:
    """The units of this process, whose places are those of the file from now on."""
    from compiler.pipeline.record import unit_of

    found = []
    for own in made:
        unit = unit_of(own.outline, [source.text], partial(_made, own, source))
        stacks = (replace(stack, folder=at_hand(own.folders[stack.name])) for stack in unit.stacks)
        found.append(replace(unit, stacks=tuple(stacks)))
    return found


def _made(own: Packed, source: Source) -> Sequence[Made]:
    from compiler.pipeline.record import made_of

    return made_of(own.record, [source.text])


def _elsewhere(run: Run, source: Source, piece: Piece, answer: bytes, helper: Helper) -> list[Unit]:
    from compiler.pipeline.record import unit_of

    again = cache(partial(_again, run, source, piece))
    return [
        unit_of(outline, [source.text], partial(_fetched, helper, source, number, again), helper)
        for number, outline in enumerate(orjson.loads(answer))
    ]


def _fetched(helper: Helper, source: Source, number: int, again: Callable[[], list[Unit]]) -> Sequence[Made]:
    return helper.made(number, [source.text]) or [stack.made() for stack in again()[number].stacks]


def _again(run: Run, source: Source, piece: Piece) -> list[Unit]:
    """A piece compiled here, where the process that had it is gone."""
    made = _packed(run, source, piece, Stopwatch())
    if made is None:
        raise OSError(f"a file that `{source.text.name}` names has changed meanwhile: run it again")
    return _at_hand(made, source)


def _together(parts: Sequence[Unit]) -> Unit:
    held = Contents(
        [item for part in parts for item in part.contents.defines],
        set().union(*(part.contents.uses for part in parts)),
        set().union(*(part.contents.unclear for part in parts)),
        any(part.contents.general for part in parts),
    )
    return Unit(
        held,
        tuple(name for part in parts for name in part.names),
        tuple(item for part in parts for item in part.found),
        tuple(stack for part in parts for stack in part.stacks),
    )
