"""Files of a spec through all stages, as far as nothing has to be said of the spec as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Diagnostics, Span
from compiler.diagnostics.value import record
from compiler.frontend.codes import EMPTY_SPEC
from compiler.frontend.contents import Contents, contents
from compiler.frontend.expiries import expiries
from compiler.frontend.lower import lower
from compiler.frontend.moves import check_moves
from compiler.frontend.scope import plain_values
from compiler.frontend.stacks import BuildOptions
from compiler.ir.spec import Spec, Stack
from compiler.pipeline.stack import CompiledStack, Settings, Stopwatch, compile_stack
from compiler.schema.validate import validate
from compiler.source.codes import DUPLICATE_KEY
from compiler.source.yaml_reader import read_documents

if TYPE_CHECKING:
    from compiler.diagnostics import SourceText
    from compiler.pipeline.options import Options, Source
    from compiler.source import Mapping

_READ = 30  # per cent of the time that reading and validating take, about
CompileStacks = Callable[[Settings, Sequence[Stack], Stopwatch], list[CompiledStack]]


@record(frozen=True, slots=True)
class Compiled:
    """What came of some files.

    ``found`` are the findings about the files themselves, those of the stacks not among them.
    """

    documents: tuple[Mapping, ...]
    contents: dict[SourceText, Contents]
    settings: Settings
    stacks: tuple[CompiledStack, ...]
    found: tuple[Diagnostic, ...]


def in_this_process(settings: Settings, stacks: Sequence[Stack], watch: Stopwatch) -> list[CompiledStack]:
    """One stack after the other."""
    done = []
    ends = [_READ + (100 - _READ) * number // len(stacks) for number in range(len(stacks) + 1)] if stacks else []
    for stack, (begin, end) in zip(stacks, pairwise(ends), strict=True):
        watch.at("stacks", begin, end)
        done.append(compile_stack(settings, stack, watch))
    return done


def compile_texts(
    sources: Sequence[Source],
    options: Options,
    diagnostics: Diagnostics,
    watch: Stopwatch,
    *,
    spec_name: str,
    today: dt.date,
    only: Collection[SourceText] | None = None,
    compile_stacks: CompileStacks = in_this_process,
) -> Compiled:
    """Compile files of a spec.

    Args:
        sources: the files; whatever one of them uses is defined in another one.
        options: what the caller decides.
        diagnostics: what was found before; what is found here is added, the findings of the stacks not.
        watch: counts the time by stage.
        spec_name: what generated output calls the spec.
        today: the day of ``expires:``.
        only: the files of which the stacks are compiled (None: all).
        compile_stacks: how.
    """
    before = len(diagnostics.items)
    watch.at("read", 0)
    documents = [node for item in sources for node in read_documents(item.text, diagnostics)]
    watch.lap("read")
    if not documents and sources and not diagnostics.has_errors:
        diagnostics.add(_empty(sources[0].text))
    watch.at("validate", _READ * 2 // 3)
    validate(documents, diagnostics)
    watch.lap("validate")
    # A document that could not be read leaves names undefined: what would be said of the rest is not to be trusted.
    spec = Spec() if _lost_something(diagnostics) else lower(documents, diagnostics)
    sound = not diagnostics.has_errors
    check_moves(diagnostics, spec.apps.values(), "app")
    diagnostics.extend(expiries(spec, today))
    settings = Settings(
        spec,
        BuildOptions(options.overrides, module=options.layout == "module", files=options.tree),
        plain_values(spec.values),
        spec_name,
        {item.text.name: item.stable_name for item in sources},
        options.layout,
        options.tests,
        options.checks,
        sound,
        emits=not options.stacks,
        programs=options.programs or bool(options.guardrails),
    )
    held = contents(documents, spec)
    chosen = [stack for _, stack in sorted(spec.stacks.items()) if only is None or stack.name.source in only]
    watch.lap("lower")
    stacks = compile_stacks(settings, chosen, watch)
    return Compiled(tuple(documents), held, settings, tuple(stacks), tuple(diagnostics.items[before:]))


def _empty(text: SourceText) -> Diagnostic:
    first = Span(text, 0, text.text.find("\n") if "\n" in text.text else len(text.text))
    return Diagnostic(EMPTY_SPEC, "the spec is empty", first, help=("`stackgrant init` writes a starter",))


def _lost_something(diagnostics: Diagnostics) -> bool:
    return any(item.code.id < "SG200" and item.code is not DUPLICATE_KEY for item in diagnostics)
