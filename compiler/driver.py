"""The pipeline on one screen: files → nodes → spec → program → passes → checks → Terraform JSON as bytes.

Nothing here prints or writes. ``compile_sources`` is pure: the same texts and options give the same result.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from compiler.diagnostics import Diagnostic, Diagnostics, Severity, SourceText, Span, did_you_mean, one_of
from compiler.frontend.codes import EMPTY_SPEC, UNKNOWN_STACK
from compiler.frontend.hygiene import hygiene
from compiler.frontend.lower import lower
from compiler.frontend.stacks import BuildOptions, build_program
from compiler.ir.program import Program, StackProgram, TerraformSettings
from compiler.ir.project import Project
from compiler.ir.spec import Spec
from compiler.schema.validate import validate
from compiler.source import Mapping as MappingNode
from compiler.source import Node
from compiler.source import Sequence as SequenceNode
from compiler.source.codes import DUPLICATE_KEY
from compiler.source.files import SpecFile, decode, find_spec_files, read_text
from compiler.source.yaml_reader import read_documents

if TYPE_CHECKING:
    from compiler.frontend.document_grammar import Kind
    from compiler.frontend.policy_documents import Group
    from compiler.frontend.suppressions import Accepted

SEVERAL_FILES = "*.yaml"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line (or a caller) decides.

    ``stacks`` limits the output to these stacks (all are still checked); ``overrides`` are values on top of the
    spec's; ``tests`` adds a Terraform test that seals the policies; ``checks`` switches the analysis off, which only
    benchmarks do; ``today`` is the day against which ``expires:`` is judged; ``guardrails`` are the texts of files that
    the spec is held against; ``project`` says how much which findings count.
    """

    stacks: tuple[str, ...] = ()
    overrides: Mapping[str, Any] = field(default_factory=dict)
    layout: Literal["root", "module"] = "root"
    tests: bool = False
    checks: bool = True
    today: dt.date | None = None
    guardrails: tuple[SourceText, ...] = ()
    project: Project | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A text of a spec and the name that generated output calls it by."""

    text: SourceText
    stable_name: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a compile gives. ``files`` (``<stack>/<file>`` to bytes) is empty when there is an error.

    ``accepted`` are findings that comments in the spec have suppressed; ``policy_files`` are the files besides
    ``sources`` that the spec names, whether they could be read or not.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: Mapping[str, bytes]
    program: Program
    spec: Spec
    sources: tuple[Source, ...]
    timings: tuple[tuple[str, float], ...] = ()
    accepted: tuple[Accepted, ...] = ()
    policy_files: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(item.level is Severity.ERROR for item in self.diagnostics)

    @property
    def spec_name(self) -> str:
        """What generated output calls the spec."""
        return self.program.spec_name


STAGES = ("read", "validate", "lower", "expand", "checks", "passes", "emit")
OnStage = Callable[[str, int, int], None]
"""Told when a stage begins: its name, how many are done, and how many there are."""


class _Clock:
    """Seconds per stage, for ``--timings`` and the benchmarks; whoever wants to know is told which one is next."""

    def __init__(self, on_stage: OnStage | None = None) -> None:
        self.laps: list[tuple[str, float]] = []
        self.last = time.perf_counter()
        self._tell = on_stage
        if on_stage:
            on_stage(STAGES[0], 0, len(STAGES))

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps.append((stage, now - self.last))
        self.last = now
        done = STAGES.index(stage) + 1
        if self._tell and done < len(STAGES):
            self._tell(STAGES[done], done, len(STAGES))


def compile_paths(paths: Sequence[str], options: Options | None = None) -> Result:
    """Compile spec files and folders (``-``: standard input)."""
    diagnostics = Diagnostics()
    return compile_sources(read_sources(find_spec_files(paths, diagnostics), diagnostics), options, diagnostics)


def read_sources(files: Sequence[SpecFile], diagnostics: Diagnostics) -> tuple[Source, ...]:
    """The texts of spec files in the order of their stable names; what cannot be read is reported."""
    sources: list[Source] = []
    for file in sorted(files, key=lambda item: item.stable_name):
        if file.path is None:
            text = decode(sys.stdin.buffer.read(), file.name, diagnostics)
        else:
            text = read_text(file.path, file.name, diagnostics)
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
    clock = _Clock(on_stage)
    documents: list[MappingNode] = [node for item in sources for node in read_documents(item.text, diagnostics)]
    clock.lap("read")
    if not documents and sources and not diagnostics.has_errors:
        whole = sources[0].text
        first = Span(whole, 0, whole.text.find("\n") if "\n" in whole.text else len(whole.text))
        diagnostics.add(
            Diagnostic(EMPTY_SPEC, "the spec is empty", first, help=("`stackgrant init` writes a starter",))
        )
    validate(documents, diagnostics)
    clock.lap("validate")
    # A document that could not be read leaves names undefined: what would be said of the rest is not to be trusted.
    spec = Spec() if _lost_something(diagnostics) else lower(documents, diagnostics)
    clock.lap("lower")
    name = sources[0].stable_name if len(sources) == 1 else SEVERAL_FILES
    build = BuildOptions(options.overrides, module=options.layout == "module")
    program = build_program(spec, build, diagnostics, name)
    clock.lap("expand")
    today = options.today or dt.datetime.now(dt.UTC).date()
    diagnostics.extend(hygiene(spec, today))
    if options.guardrails:
        _hold_against(options.guardrails, program, spec, today, diagnostics)
    program = _rewritten_and_checked(program, options, diagnostics, clock)
    accepted = _accept(diagnostics, [item.text for item in sources], documents, options.project)
    selected = _selected(program, options, diagnostics)
    files: dict[str, bytes] = {}
    if not diagnostics.has_errors:
        files = _emit(selected, options, program.spec_name, {item.text.name: item.stable_name for item in sources})
    clock.lap("emit")
    shown = _one_per_cause(diagnostics.sorted())
    looked_at = tuple(sorted(diagnostics.looked_at))
    return Result(shown, files, program, spec, tuple(sources), tuple(clock.laps), accepted, looked_at)


def _hold_against(
    texts: Sequence[SourceText], program: Program, spec: Spec, today: dt.date, diagnostics: Diagnostics
) -> None:
    """Hold a program against guardrails; a file of guardrails that cannot be read is an error like any other."""
    from compiler.checks.guardrails import check_guardrails
    from compiler.frontend.guardrails import read_guardrails

    guardrails = read_guardrails(texts, diagnostics)
    diagnostics.extend(check_guardrails(program, spec, guardrails, today))


@dataclass(frozen=True, slots=True)
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


def _lost_something(diagnostics: Diagnostics) -> bool:
    return any(item.code.id < "SG200" and item.code is not DUPLICATE_KEY for item in diagnostics)


def _one_per_cause(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Findings without those at a place where the reader or the schema has found the cause already."""
    shapes = {item.span for item in found if item.code.id < "SG300"}
    return tuple(item for item in found if item.code.id < "SG300" or item.span is None or item.span not in shapes)


def _rewritten_and_checked(program: Program, options: Options, diagnostics: Diagnostics, clock: _Clock) -> Program:
    from compiler.passes import run_passes

    if options.checks:
        from compiler.checks import MEANING, attachment_count, missing_pass_role, nearly_full, policy_size, run_checks

        # What is missing can only be said of a spec that is otherwise sound: a dropped grant may have been it.
        sound = not diagnostics.has_errors
        diagnostics.extend(run_checks(program, [rule for rule in MEANING if sound or rule is not missing_pass_role]))
        # Rewrites only make documents smaller: where none is too large before, none is afterwards.
        sizes = [attachment_count, nearly_full]
        sizes += [policy_size] if policy_size.may_be_too_large(program) else []
        clock.lap("checks")
    program = run_passes(program)
    clock.lap("passes")
    if options.checks:
        diagnostics.extend(run_checks(program, sizes))
    return program


def _selected(program: Program, options: Options, diagnostics: Diagnostics) -> tuple[StackProgram, ...]:
    known = {stack.name for stack in program.stacks}
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
    return tuple(stack for stack in program.stacks if not options.stacks or stack.name in options.stacks)


def _emit(
    stacks: Sequence[StackProgram], options: Options, spec_name: str, names: Mapping[str, str]
) -> dict[str, bytes]:
    from compiler.terraform.emit import emit_stack

    files: dict[str, bytes] = {}
    for stack in stacks:
        if options.tests and stack.terraform.required_version == TerraformSettings().required_version:
            # The test mocks the provider, which Terraform can since 1.7.
            stack = replace(stack, terraform=replace(stack.terraform, required_version=">= 1.7"))
        emitted = emit_stack(stack, layout=options.layout, spec_name=spec_name, tests=options.tests, names=names)
        files.update((f"{stack.name}/{path}", content) for path, content in emitted.items())
    return files


def replacements(program: Program, previous: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """Changes that would force a replacement under the same AWS name.

    ``previous`` are the old contents of the files that change (``<stack>/<file>``), as the plan of the write has them.
    """
    if not previous:
        return ()
    from compiler.terraform.existing import replacement_findings

    found: list[Diagnostic] = []
    for stack in program.stacks:
        prefix = f"{stack.name}/"
        mine = {path.removeprefix(prefix): text for path, text in previous.items() if path.startswith(prefix)}
        found += replacement_findings(stack, mine) if mine else ()
    return tuple(found)


def spec_locator(paths: Sequence[str]) -> Callable[[str], Span | None]:
    """A function from a spec path such as ``stacks.shop.layers.web`` to the place where that stands."""
    ignored = Diagnostics()
    sources = read_sources(find_spec_files(paths, ignored), ignored)
    documents = [node for item in sources for node in read_documents(item.text, ignored)]

    def locate(path: str) -> Span | None:
        steps = _steps(path)
        return next((span for document in documents if (span := _span_at(document, steps)) is not None), None)

    return locate


def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path))


def _span_at(document: MappingNode, steps: tuple[str | int, ...]) -> Span | None:
    """The key that a path leads to (of a list entry: the entry itself), or None where the document has no such path."""
    node: Node = document
    key: Node | None = None
    for step in steps:
        if isinstance(node, MappingNode) and isinstance(step, str) and step in node.entries:
            key, node = node.entries[step]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            key, node = None, node.items[step]
        else:
            return None
    return (key or node).span if steps else None
