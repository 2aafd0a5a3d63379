"""Files that nobody has compiled yet: each with the common ones, in this process and others."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from compiler.diagnostics import Diagnostics
from compiler.diagnostics.value import record
from compiler.pipeline.apart import FIRST_SHARE, WORTH_A_PROCESS
from compiler.pipeline.helper import Helper, served
from compiler.pipeline.parallel import Serve, Work, can_fork, in_processes, shares
from compiler.pipeline.run import Run, texts_of
from compiler.pipeline.stack import Made, Stopwatch
from compiler.pipeline.stages import compile_texts
from compiler.pipeline.unit import Unit, units

if TYPE_CHECKING:
    from compiler.diagnostics import SourceText
    from compiler.pipeline.options import Source
    from compiler.pipeline.record import Packed

Json = Any


@record(frozen=True, slots=True)
class MadeUnit:
    """A unit as it was compiled, with its outline (None where nobody asks for it).

    ``packed`` is None where another process has it, or nobody asks for it.
    """

    unit: Unit
    outline: Json = None
    packed: Packed | None = None


def compile_files(
    run: Run, shared: Sequence[Source], missing: Sequence[Source], keys: Mapping[SourceText, str], watch: Stopwatch
) -> tuple[dict[SourceText, MadeUnit], list[Helper]] | None:
    """The units of the missing files, and the other processes that have made some of them."""
    weights = [len(item.text.text) for item in missing]
    number = min(run.jobs, sum(weights) // WORTH_A_PROCESS + 1) if can_fork() else 1
    if len(run.sources) == 1 and number > 1:
        return _one_file(run, number, watch)
    parts = shares(missing, weights, number, first=FIRST_SHARE)
    made: dict[SourceText, MadeUnit] | None = {}

    def first() -> None:
        nonlocal made
        made = _part(run, shared, parts[0], watch)

    answers = in_processes(first, [_work(run, shared, part, keys) for part in parts[1:]])
    watch.lap("wait")
    helpers = []
    for part, answer in zip(parts[1:], answers, strict=True):
        if answer is None or made is None:
            return None
        helpers.append(Helper(answer[1]))
        made |= _made_elsewhere(run, shared, part, answer[0], helpers[-1])
    watch.lap("unpack")
    return None if made is None else (made, helpers)


def _one_file(run: Run, number: int, watch: Stopwatch) -> tuple[dict[SourceText, MadeUnit], list[Helper]] | None:
    """The same for the only file of a spec."""
    from compiler.pipeline.pieces import pieces
    from compiler.pipeline.piecewise import compile_pieces

    text = run.sources[0].text
    parts = pieces(text, number, FIRST_SHARE)
    found = compile_pieces(run, parts, watch) if len(parts) > 1 else None
    if found is None:
        return None
    unit, helpers = found
    if run.store is None:
        return {text: MadeUnit(unit)}, helpers
    from compiler.pipeline.record import pack

    packed = pack(unit, [text])
    return {text: MadeUnit(unit, packed.outline, packed)}, []


def _work(run: Run, shared: Sequence[Source], part: Sequence[Source], keys: Mapping[SourceText, str]) -> Work:
    parent = os.getpid()

    def work() -> tuple[bytes, Serve] | None:
        made = _part(run, shared, part, Stopwatch(), packed=True)
        if made is None:
            return None
        packed = {item.text: own for item in part if (own := made[item.text].packed) is not None}

        def keep() -> None:
            for text, own in packed.items():
                if run.store is not None:
                    run.store.put(keys[text], own.record)

        return served([*packed.values()], parent, keep)

    return work


def _made_elsewhere(
    run: Run, shared: Sequence[Source], part: Sequence[Source], answer: bytes, helper: Helper
) -> dict[SourceText, MadeUnit]:
    from compiler.pipeline.record import unit_of

    made = {}
    for number, (item, outline) in enumerate(zip(part, orjson.loads(answer), strict=True)):
        fetch = partial(_fetched_elsewhere, run, shared, item, outline, helper, number)
        made[item.text] = MadeUnit(unit_of(outline, texts_of(shared, item), fetch, helper), outline)
    return made


def _fetched_elsewhere(
    run: Run, shared: Sequence[Source], source: Source, outline: Json, helper: Helper, number: int
) -> Sequence[Made]:
    return helper.made(number, texts_of(shared, source)) or compile_again(run, shared, source, outline)


def _part(
    run: Run, shared: Sequence[Source], part: Sequence[Source], watch: Stopwatch, *, packed: bool = False
) -> dict[SourceText, MadeUnit] | None:
    """The units of some files, compiled together with the common ones."""
    texts = {item.text for item in part}
    known = texts | {item.text for item in shared}
    read = [item for item in run.sources if item.text in known]
    found = Diagnostics()
    compiled = compile_texts(read, run.options, found, watch, spec_name=run.spec_name, today=run.today, only=texts)
    made = units(compiled, texts)
    if made is None:
        return None
    if not packed and run.store is None:
        return {text: MadeUnit(unit) for text, unit in made.items()}
    from compiler.pipeline.record import pack

    bodies = [(item.text, pack(made[item.text], texts_of(shared, item))) for item in part]
    return {text: MadeUnit(made[text], body.outline, body) for text, body in bodies}


def compile_again(run: Run, shared: Sequence[Source], source: Source, outline: Json) -> Sequence[Made]:
    """What the stacks of a file make, worked out anew: the same as before, or ``OSError``."""
    from compiler.pipeline.record import seals_of

    made = _part(run, shared, [source], Stopwatch(), packed=True)
    if made is None or seals_of(made[source.text].outline) != seals_of(outline):
        raise OSError(f"a file that `{source.text.name}` names has changed meanwhile: run it again")
    return [stack.made() for stack in made[source.text].unit.stacks]
