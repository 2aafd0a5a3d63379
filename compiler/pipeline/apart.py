"""The stacks of a spec in several processes, where its files cannot be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from compiler.frontend.contents import Contents
from compiler.pipeline.parallel import can_fork, in_processes, shares
from compiler.pipeline.stack import CompiledStack, Settings, Stopwatch, compile_stack
from compiler.pipeline.stages import CompileStacks, in_this_process
from compiler.pipeline.unit import Unit

if TYPE_CHECKING:
    from compiler.diagnostics import SourceText
    from compiler.ir.spec import Stack

# Below this many characters of stacks and apps a second process takes longer to come than the work.
WORTH_A_PROCESS = 100_000


def by_stack(jobs: int, texts: Sequence[SourceText]) -> CompileStacks:
    """A way to compile stacks in this many processes; ``texts`` are those of the spec."""
    number = min(jobs, sum(len(text.text) for text in texts) // WORTH_A_PROCESS + 1) if can_fork() else 1

    def compile_stacks(settings: Settings, stacks: Sequence[Stack], watch: Stopwatch) -> list[CompiledStack]:
        # After an error there are no files, and whoever asks for the programs wants them here.
        if number < 2 or len(stacks) < 2 or not settings.sound or not settings.emits:
            return in_this_process(settings, stacks, watch)
        parts = shares(stacks, [1 + sum(1 + len(layer.apps) for layer in stack.layers) for stack in stacks], number)
        done: list[CompiledStack] = []

        def here() -> bytes:
            done.extend(in_this_process(settings, parts[0], watch))
            return b""

        answers = in_processes([here, *(_elsewhere(settings, part, texts) for part in parts[1:])])
        watch.lap("wait")
        for part, answer in zip(parts[1:], answers[1:], strict=True):
            done += in_this_process(settings, part, watch) if answer is None else _unpacked(answer, texts)
        watch.lap("unpack")
        return done

    return compile_stacks


def _elsewhere(settings: Settings, stacks: Sequence[Stack], texts: Sequence[SourceText]) -> Callable[[], bytes | None]:
    def work() -> bytes | None:
        from compiler.pipeline.record import pack

        made: list[CompiledStack] = []
        for stack in stacks:
            made.append(compile_stack(settings, stack, Stopwatch()))
            if made[-1].files is None:
                return None
        return pack(Unit(Contents(), (), (), tuple(made)), texts)[1]

    return work


def _unpacked(answer: bytes, texts: Sequence[SourceText]) -> Sequence[CompiledStack]:
    from compiler.pipeline.record import made_of, outline_of, unit_of

    return unit_of(outline_of(answer), texts, partial(made_of, answer, texts)).stacks
