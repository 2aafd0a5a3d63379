"""The stacks of a spec in several processes, where its files cannot be told apart."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

import orjson

from compiler.frontend.contents import Contents
from compiler.pipeline.parallel import Child, Serve, Work, can_fork, in_processes, shares
from compiler.pipeline.stack import CompiledStack, Made, Settings, Stopwatch, compile_stack
from compiler.pipeline.stages import CompileStacks, in_this_process
from compiler.pipeline.unit import Unit

if TYPE_CHECKING:
    from compiler.diagnostics import SourceText
    from compiler.ir.spec import Stack

# Below this many characters of stacks and apps a second process takes longer to come than the work.
WORTH_A_PROCESS = 100_000
# The others begin a little later, and tell what they have made before this process can go on.
FIRST_SHARE = 1.03


def by_stack(jobs: int, texts: Sequence[SourceText]) -> CompileStacks:
    """A way to compile stacks in this many processes; ``texts`` are those of the spec."""
    number = min(jobs, sum(len(text.text) for text in texts) // WORTH_A_PROCESS + 1) if can_fork() else 1

    def compile_stacks(settings: Settings, stacks: Sequence[Stack], watch: Stopwatch) -> list[CompiledStack]:
        # After an error there are no files, and whoever asks for the programs wants them here.
        if number < 2 or len(stacks) < 2 or not settings.sound or not settings.emits:
            return in_this_process(settings, stacks, watch)
        weights = [1 + sum(1 + len(layer.apps) for layer in stack.layers) for stack in stacks]
        parts = shares(stacks, weights, number, first=FIRST_SHARE)
        done: list[CompiledStack] = []

        def here() -> None:
            done.extend(in_this_process(settings, parts[0], watch))

        answers = in_processes(here, [_elsewhere(settings, part, texts) for part in parts[1:]])
        watch.lap("wait")
        for part, answer in zip(parts[1:], answers, strict=True):
            done += (
                in_this_process(settings, part, watch)
                if answer is None
                else _kept_elsewhere(*answer, texts, partial(in_this_process, settings, part, watch))
            )
        watch.lap("unpack")
        return done

    return compile_stacks


def _elsewhere(settings: Settings, stacks: Sequence[Stack], texts: Sequence[SourceText]) -> Work:
    parent = os.getpid()

    def work() -> tuple[bytes, Serve] | None:
        from compiler.pipeline.helper import served
        from compiler.pipeline.record import Packed, pack

        made: list[Packed] = []
        for stack in stacks:
            compiled = compile_stack(settings, stack, Stopwatch())
            if compiled.folder is None:
                return None
            made.append(pack(Unit(Contents(), (), (), (compiled,)), texts))
        return served(made, parent)

    return work


def _kept_elsewhere(
    answer: bytes, child: Child, texts: Sequence[SourceText], again: Callable[[], list[CompiledStack]]
) -> list[CompiledStack]:
    """The stacks that another process has compiled; ``again`` compiles them here, should it be gone when asked."""
    from compiler.pipeline.helper import Helper
    from compiler.pipeline.record import unit_of

    helper = Helper(child)
    instead = cache(again)

    def fetch(number: int) -> Sequence[Made]:
        return helper.made(number, texts) or (instead()[number].made(),)

    outlines = orjson.loads(answer)
    units = [unit_of(item, texts, partial(fetch, number), helper) for number, item in enumerate(outlines)]
    return [stack for unit in units for stack in unit.stacks]
