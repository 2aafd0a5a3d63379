"""The pipeline on one screen: files → nodes → spec → program → passes → checks → Terraform JSON as bytes.

Nothing here prints or writes. ``compile_sources`` is pure: the same texts and options give the same result.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Diagnostics, Severity, SourceText, Span, did_you_mean, one_of
from compiler.diagnostics.value import record
from compiler.frontend.codes import UNKNOWN_STACK
from compiler.frontend.contents import Contents, unused
from compiler.ir.program import Program
from compiler.ir.project import Project
from compiler.ir.spec import Spec
from compiler.pipeline.across import collisions, findings
from compiler.pipeline.options import Options, Source
from compiler.pipeline.stack import STAGES, CompiledStack, OnStage, Settings, Stopwatch, emitted
from compiler.pipeline.stages import CompileStacks, compile_texts, in_this_process
from compiler.source import Mapping as MappingNode
from compiler.source import Node
from compiler.source.files import SpecFile, decode, find_spec_files, read_text
from compiler.source.places import locator
from compiler.source.tree import DISK, FileTree
from compiler.source.yaml_reader import read_documents
from compiler.terraform.output import Folder, at_hand

if TYPE_CHECKING:
    from compiler.frontend.document_grammar import Kind
    from compiler.frontend.policy_documents import Group
    from compiler.frontend.suppressions import Accepted
    from compiler.pipeline.run import Run

__all__ = [
    "STAGES",
    "Judged",
    "Options",
    "Result",
    "Source",
    "check_documents",
    "compile_paths",
    "compile_sources",
    "read_sources",
    "spec_locator",
]
SEVERAL_FILES = "*.yaml"


@record(frozen=True, slots=True)
class Result:
    """What a compile gives. ``output`` (by stack) is empty when there is an error.

    ``stacks`` are sorted by name; ``spec_name`` is what generated output calls the spec; ``accepted`` are findings that
    comments in the spec have suppressed. ``read`` is what was read, for as long as the result is there: taking a tree
    of hundreds of thousands of nodes apart takes time, and most runs end before anybody would miss the memory.
    """

    diagnostics: tuple[Diagnostic, ...]
    output: Mapping[str, Folder]
    stacks: tuple[CompiledStack, ...]
    spec_name: str
    sources: tuple[Source, ...]
    timings: tuple[tuple[str, float], ...] = ()
    accepted: tuple[Accepted, ...] = ()
    read: object = None

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(item.level is Severity.ERROR for item in self.diagnostics)

    @property
    def files(self) -> dict[str, bytes]:
        """All output, ``<stack>/<file>`` to bytes: what has been worked out elsewhere is fetched for it."""
        return {f"{name}/{path}": data for name, own in self.output.items() for path, data in own.contents().items()}

    @property
    def program(self) -> Program:
        """The stacks as they are emitted, where the options ask for that."""
        return Program(tuple(stack.program for stack in self.stacks if stack.program is not None), self.spec_name)

    @property
    def policy_files(self) -> tuple[str, ...]:
        """The files besides ``sources`` that the spec names, whether they could be read or not."""
        return tuple(sorted({str(Path(folder, name)) for stack in self.stacks for folder, name, _ in stack.inputs}))


def compile_paths(paths: Sequence[str], options: Options | None = None) -> Result:
    """Compile spec files and folders (``-``: standard input)."""
    diagnostics = Diagnostics()
    return compile_sources(read_sources(find_spec_files(paths, diagnostics), diagnostics), options, diagnostics)


def read_sources(files: Sequence[SpecFile], diagnostics: Diagnostics, tree: FileTree = DISK) -> tuple[Source, ...]:
    """The texts of spec files in the order of their stable names; what cannot be read is reported."""
    sources: list[Source] = []
    for file in sorted(files, key=lambda item: item.stable_name):
        if file.path is None:
            text = decode(sys.stdin.buffer.read(), file.name, diagnostics)
        elif file.data is not None:
            text = decode(file.data, file.name, diagnostics)
        else:
            text = read_text(file.path, file.name, diagnostics, tree)
        if text is not None:
            sources.append(Source(text, file.stable_name))
    return tuple(sources)


def compile_sources(
    sources: Sequence[Source],
    options: Options | None = None,
    diagnostics: Diagnostics | None = None,
    *,
    on_stage: OnStage | None = None,
) -> Result:
    """The whole pipeline. Errors of all stages are reported together; each stage goes on with what is sound."""
    options = options or Options()
    diagnostics = diagnostics or Diagnostics()
    watch = Stopwatch(tell=on_stage)
    today = options.today or dt.datetime.now(dt.UTC).date()
    name = sources[0].stable_name if len(sources) == 1 else SEVERAL_FILES
    whole = _in_units(sources, options, diagnostics, watch, name, today) or _at_once(
        sources, options, diagnostics, watch, name, today
    )
    stacks = whole.stacks
    diagnostics.extend(whole.found)
    diagnostics.extend(findings(stacks))
    if options.checks:
        diagnostics.extend(collisions(stacks))
    diagnostics.extend(unused(whole.contents))
    if options.guardrails and whole.settings is not None:
        _hold_against(options.guardrails, stacks, whole.settings.spec, today, diagnostics)
    accepted = _accept(diagnostics, [item.text for item in sources], whole.roots, options.project)
    selected = _selected(stacks, options, diagnostics)
    output = {} if diagnostics.has_errors else _output(selected, whole.settings)
    shown = _one_per_cause(diagnostics.sorted())
    watch.lap("finish")
    return Result(shown, output, stacks, name, tuple(sources), tuple(watch.seconds.items()), accepted, whole)


@record(frozen=True, slots=True)
class _Whole:
    """All files of a spec, compiled at once or apart; ``settings`` is None when they were compiled apart."""

    stacks: tuple[CompiledStack, ...]
    found: Sequence[Diagnostic]
    contents: Sequence[Contents]
    roots: Sequence[MappingNode]
    settings: Settings | None = None


def _at_once(
    sources: Sequence[Source],
    options: Options,
    diagnostics: Diagnostics,
    watch: Stopwatch,
    name: str,
    today: dt.date,
) -> _Whole:
    own = Diagnostics(list(diagnostics.items))
    before = len(own.items)
    way: CompileStacks = in_this_process
    if options.jobs > 1 and not options.guardrails and options.tree is DISK:
        from compiler.pipeline.apart import by_stack

        way = by_stack(options.jobs, [item.text for item in sources])
    compiled = compile_texts(sources, options, own, watch, spec_name=name, today=today, compile_stacks=way)
    if options.cache is not None and not before and _can_be_apart(options):
        from compiler.pipeline.incremental import keep

        keep(_run(sources, options, name, today), compiled)
        watch.lap("cache")
    return _Whole(
        compiled.stacks, own.items[before:], tuple(compiled.contents.values()), compiled.documents, compiled.settings
    )


def _can_be_apart(options: Options) -> bool:
    """Whether files may be compiled apart: not where something looks at all stacks, or at some of them only.

    What was read from elsewhere than the disk is not kept.
    """
    if options.guardrails or options.stacks or options.tree is not DISK:
        return False
    return options.cache is not None or options.jobs > 1


def _in_units(
    sources: Sequence[Source],
    options: Options,
    diagnostics: Diagnostics,
    watch: Stopwatch,
    name: str,
    today: dt.date,
) -> _Whole | None:
    if not _can_be_apart(options) or diagnostics.items:
        return None
    from compiler.pipeline.incremental import compile_in_units

    units = compile_in_units(_run(sources, options, name, today), watch)
    if units is None:
        return None
    stacks = sorted((stack for unit in units.values() for stack in unit.stacks), key=lambda stack: stack.name)
    sids = options.project is not None and any(entry.sid for entry in options.project.suppress)
    asked = [item.text for item in sources if sids or "stackgrant:" in item.text.text]
    return _Whole(
        tuple(stacks),
        [item for unit in units.values() for item in unit.found],
        [unit.contents for unit in units.values()],
        [node for text in asked for node in read_documents(text, Diagnostics())],
    )


def _run(sources: Sequence[Source], options: Options, name: str, today: dt.date) -> Run:
    from compiler.pipeline.fingerprint import fingerprint
    from compiler.pipeline.run import Run
    from compiler.pipeline.store import Store

    store = Store(options.cache) if options.cache is not None else None
    if store is None or not store.is_usable():
        return Run(sources, options, name, today, b"", None, options.jobs)
    return Run(sources, options, name, today, fingerprint(options, name, today), store, options.jobs)


def _hold_against(
    texts: Sequence[SourceText], stacks: Sequence[CompiledStack], spec: Spec, today: dt.date, diagnostics: Diagnostics
) -> None:
    """Hold a program against guardrails; a file of guardrails that cannot be read is an error like any other."""
    from compiler.checks.guardrails import check_guardrails
    from compiler.frontend.guardrails import read_guardrails

    guardrails = read_guardrails(texts, diagnostics)
    # What was written is judged, not what it was rewritten to: each finding speaks of one permission.
    program = Program(tuple(stack.written for stack in stacks if stack.written is not None), "")
    diagnostics.extend(check_guardrails(program, spec, guardrails, today))


@record(frozen=True, slots=True)
class Judged:
    """What was found in policy documents; ``documents`` and ``files`` count what was judged."""

    diagnostics: tuple[Diagnostic, ...]
    accepted: tuple[Accepted, ...]
    documents: int
    files: int


def check_documents(
    texts: Sequence[tuple[SourceText, bool]],
    diagnostics: Diagnostics | None = None,
    *,
    kind: Kind | None = None,
    plans: Sequence[SourceText] = (),
    project: Project | None = None,
) -> Judged:
    """Judge policy documents by the rules that speak of documents, without a spec.

    Args:
        texts: texts that hold documents, each with whether it was named (or just lay in a folder).
        diagnostics: what was found before.
        kind: what the documents are, where that is not to be found out.
        plans: what ``terraform show -json`` has printed.
        project: how much which findings count.
    """
    from compiler.checks import OF_DOCUMENTS, run_checks
    from compiler.frontend.document_sources import documents_of, documents_of_plan
    from compiler.frontend.policy_documents import Group, build_documents, in_words_of_documents, with_exact_paths

    diagnostics = diagnostics or Diagnostics()
    groups: list[Group] = []
    for text, named in texts:
        groups += [Group([item]) for item in documents_of(text, kind, diagnostics, named=named)]
    for text in plans:
        group = documents_of_plan(text, diagnostics)
        groups += [group] if group else []
    program, judged = build_documents(groups, diagnostics)
    diagnostics.extend(in_words_of_documents(run_checks(program, OF_DOCUMENTS)))
    roots = [item.node for group in groups for item in group.documents]
    read = [text for text, _ in texts]
    accepted = _accept(diagnostics, read, roots, project, plans=plans, documents=True)
    found = tuple(with_exact_paths(_one_per_cause(diagnostics.sorted()), groups))
    files = {root.source.file for root in roots} | {item.span.source.file for item in found if item.span}
    return Judged(found, accepted, judged, len(files))


def _accept(
    diagnostics: Diagnostics,
    texts: Sequence[SourceText],
    roots: Sequence[Node],
    project: Project | None,
    *,
    plans: Sequence[SourceText] = (),
    documents: bool = False,
) -> tuple[Accepted, ...]:
    """Take out of the findings what comments in the texts and the project accept; the project says what counts."""
    accepted: list[Accepted] = []
    if any("stackgrant:" in text.text for text in texts):
        from compiler.frontend.suppressions import accept

        diagnostics.items[:], accepted = accept(diagnostics.sorted(), texts, roots, documents=documents)
    if project is not None and (project.levels or project.suppress):
        from compiler.frontend.project_rules import apply_project

        found = diagnostics.sorted()
        diagnostics.items[:], more = apply_project(project, found, (*texts, *plans), roots, documents=documents)
        accepted += more
    return tuple(accepted)


def _one_per_cause(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Findings without those at a place where the reader or the schema has found the cause already."""
    shapes = {item.span for item in found if item.code.id < "SG300"}
    return tuple(item for item in found if item.code.id < "SG300" or item.span is None or item.span not in shapes)


def _selected(stacks: Sequence[CompiledStack], options: Options, diagnostics: Diagnostics) -> tuple[CompiledStack, ...]:
    known = {stack.name for stack in stacks}
    # Errors may have cost the program stacks that the spec has.
    for name in () if diagnostics.has_errors else dict.fromkeys(options.stacks):
        if name not in known:
            diagnostics.add(
                Diagnostic(
                    UNKNOWN_STACK,
                    f"stack `{name}` does not exist",
                    expected=one_of(known, name),
                    help=did_you_mean(name, known),
                )
            )
    return tuple(stack for stack in stacks if not options.stacks or stack.name in options.stacks)


def _output(stacks: Sequence[CompiledStack], settings: Settings | None) -> dict[str, Folder]:
    output: dict[str, Folder] = {}
    for stack in stacks:
        own = stack.folder
        if own is None:  # not wanted before, or kept back for an error that the project does not take for one
            assert settings is not None
            assert stack.program is not None
            own = at_hand(emitted(settings, stack.program))
        output[stack.name] = own
    return output


def spec_locator(paths: Sequence[str]) -> Callable[[str], Span | None]:
    """A function from a spec path such as ``stacks.shop.layers.web`` to the place where that stands."""
    ignored = Diagnostics()
    return locator([item.text for item in read_sources(find_spec_files(paths, ignored), ignored)])
