"""One run of ``stackgrant compile``: what is asked for, and what is done."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiler.cli import console
from compiler.cli.common import Outcome, engine, environment_only, guardrail_texts, overrides_of, show
from compiler.cli.compiling import compiled
from compiler.cli.project import project_of
from compiler.cli.signals import held
from compiler.diagnostics import Diagnostic, Diagnostics, Severity
from compiler.diagnostics.value import record
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Result
    from compiler.terraform.writeplan import WritePlan


@record(frozen=True, slots=True)
class Request:
    """What to compile, as the command line says it."""

    paths: tuple[str, ...]
    settings: tuple[str, ...] = ()
    value_files: tuple[str, ...] = ()
    guardrail_files: tuple[str, ...] = ()
    config: str | None = None
    no_config: bool = False
    jobs: int | None = None
    no_cache: bool = False
    color: ColorChoice = "auto"
    output: str = "build"
    stacks: tuple[str, ...] = ()
    check: bool = False
    diff: bool = False
    layout: Literal["root", "module"] = "root"
    tests: bool = False
    timings: bool = False
    verbose: bool = False


def compile_once(request: Request) -> Outcome:
    """Read, compile and write what the request asks for."""
    from compiler.driver import Options, read_sources
    from compiler.source.files import find_spec_files

    diagnostics = Diagnostics()
    overrides = overrides_of(request.settings, request.value_files, diagnostics)
    sources = read_sources(find_spec_files(request.paths, diagnostics), diagnostics)
    project = project_of(request.paths, request.config, diagnostics, no_config=request.no_config)
    guardrails = guardrail_texts((*project.guardrails, *request.guardrail_files), diagnostics)
    processes, cache = engine(request.jobs, no_cache=request.no_cache)
    options = Options(
        stacks=request.stacks,
        overrides=overrides,
        layout=request.layout,
        tests=request.tests,
        guardrails=guardrails,
        project=project,
        programs=False,
        jobs=processes,
        cache=cache,
    )
    result = compiled(sources, options, diagnostics, request.color)
    found = result.diagnostics
    plan = None
    if not result.failed and request.output != "-":
        from compiler.pipeline.transition import transition_findings
        from compiler.terraform.writeplan import plan_folders

        plan = plan_folders(Path(request.output), result.output, spec_name=result.spec_name, whole=not request.stacks)
        changes = transition_findings(result.stacks, result.output, plan, [item.text for item in sources])
        found = (*found, *changes, *plan.conflicts, *plan.notes)
    show(found, "full", request.color, files=len(sources), to_stdout=False, closing=_fails(found))
    if request.timings:
        console.err("\n".join(f"{stage:10} {seconds * 1000:8.1f} ms" for stage, seconds in result.timings))
    read = (*project.guardrails, *result.policy_files)
    if _fails(found):
        return Outcome(2 if environment_only(found) else 1, found, read)
    if plan is None:
        import json

        console.out(json.dumps({path: content.decode() for path, content in result.files.items()}, indent=2))
        return Outcome(0, found, read)
    code, problems = _write(request, result, plan)
    return Outcome(code, (*found, *problems), read)


def _fails(found: tuple[Diagnostic, ...]) -> bool:
    return any(item.level is Severity.ERROR for item in found)


def _write(request: Request, result: Result, plan: WritePlan) -> tuple[int, tuple[Diagnostic, ...]]:
    """Write, or say what would be: the exit code, and what went wrong."""
    from compiler.terraform.writeplan import STAGING
    from compiler.views import compile_report

    color, stacks, dry = request.color, request.stacks, request.check or request.diff
    prefix = f"{plan.out.as_posix().rstrip('/')}/" if str(plan.out) != "." else ""
    if request.diff:
        from compiler.views import unified_diff

        console.out(
            unified_diff.render(
                _texts(plan.previous, prefix), _texts(plan.contents, prefix), color=console.colored(sys.stdout, color)
            )
        )
    if not dry:
        from compiler.terraform.writer import commit

        with held():  # an interrupted write would leave a folder that Terraform refuses
            problems = commit(plan)
        if problems:
            show(problems, "full", color, files=len(result.sources), to_stdout=False, closing=False)
            return 2, problems
    # Terraform refuses a folder with the marker of a killed compile, so that is no output as it should be.
    markers = tuple(path for path in plan.leftovers if path != STAGING)
    written = [stack for stack in result.stacks if not stacks or stack.name in stacks]
    changed = {path.partition("/")[0] for path in (*plan.written, *plan.pruned)}
    report = compile_report.CompileReport(
        tuple(prefix + path for path in plan.written),
        tuple(prefix + path for path in plan.unchanged),
        tuple(prefix + path for path in (*plan.pruned, *markers)),
        dry,
        sum(stack.counts.roles for stack in written),
        sum(stack.counts.profiles for stack in written),
        sum(stack.counts.policies for stack in written),
        tuple(
            compile_report.arranged(stack.name, item)
            for stack in written
            if stack.name in changed
            for item in stack.arranged
        ),
    )
    console.err(compile_report.render(report, verbose=request.verbose, color=console.colored(sys.stderr, color)))
    return (1 if request.check and report.changed else 0), ()


def _texts(files: Mapping[str, bytes], prefix: str) -> dict[str, str]:
    return {prefix + path: content.decode("utf-8", "replace") for path, content in files.items()}
