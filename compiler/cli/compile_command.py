"""``stackgrant compile``: check, then write the Terraform JSON of every stack."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from compiler.cli import console
from compiler.cli.common import (
    Outcome,
    engine,
    engine_options,
    environment_only,
    guardrail_texts,
    guardrails_option,
    overrides_of,
    show,
    spec_options,
    spec_paths,
    watch_option,
)
from compiler.cli.compiling import compiled
from compiler.cli.project import project_of, project_options
from compiler.cli.signals import held
from compiler.diagnostics import Diagnostic, Diagnostics, Severity
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Result
    from compiler.terraform.writeplan import WritePlan


@click.command("compile", short_help="Compile a spec to Terraform JSON.")
@spec_options
@guardrails_option
@project_options
@engine_options
@click.option("-o", "--output", default="build", show_default=True, metavar="DIR",
              help="Folder for the output; `-` prints one JSON object of path to content.")  # fmt: skip
@click.option("--stack", "stacks", multiple=True, metavar="NAME", help="Write only this stack (repeatable).")
@click.option("--check", "check", is_flag=True, help="Write nothing; exit with 1 when the output is stale.")
@click.option("--diff", "diff", is_flag=True, help="Write nothing; print what would change as a unified diff.")
@click.option("--layout", type=click.Choice(["root", "module"]), default="root", show_default=True,
              help="A root module per stack, or a child module without provider.")  # fmt: skip
@click.option("--tests", is_flag=True, help="Add a Terraform test that seals each policy by its SHA-256.")
@click.option("--timings", is_flag=True, help="Print the time of each stage.")
@click.option("-v", "--verbose", is_flag=True, help="Name unchanged files, too.")
@watch_option
def command(*, watching: bool, paths: tuple[str, ...], **given: Any) -> int:
    """Compile spec files or folders (default: stackgrant.yaml; `-` reads standard input).

    Each stack becomes a Terraform root module in build/<stack>/. Files that do not change are not touched; only files
    that stackgrant wrote are ever overwritten or removed. With an error in the spec nothing is written.
    """
    request = Request(spec_paths(paths), **given)
    if request.output == "-" and (request.check or request.diff):
        raise click.UsageError("--check and --diff compare with a folder, and `-o -` names none")
    return _watched(request) if watching else compile_once(request).code


@dataclass(frozen=True, slots=True)
class Request:
    """What to compile, as the command line says it."""

    paths: tuple[str, ...]
    settings: tuple[str, ...]
    value_files: tuple[str, ...]
    guardrail_files: tuple[str, ...]
    config: str | None
    no_config: bool
    jobs: int | None
    no_cache: bool
    color: ColorChoice
    output: str
    stacks: tuple[str, ...]
    check: bool
    diff: bool
    layout: Literal["root", "module"]
    tests: bool
    timings: bool
    verbose: bool


def _watched(request: Request) -> int:
    from compiler.cli.watching import places, refuse_unwatchable, watch

    if request.output == "-":
        raise click.UsageError("--watch writes whatever changes, and `-o -` is written once; name a folder: `-o build`")
    if request.check:
        raise click.UsageError(
            "--check answers with its exit code, and --watch does not end; "
            "`stackgrant compile --watch --diff` shows what would change"
        )
    refuse_unwatchable(request.paths, "compile")
    files = (*request.value_files, *request.guardrail_files)
    look = places(request.paths, files, request.config, no_config=request.no_config)
    return watch(lambda: compile_once(request), look, request.color)


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
        from compiler.terraform.writeplan import plan as plan_output

        plan = plan_output(Path(request.output), result.files, spec_name=result.spec_name, whole=not request.stacks)
        texts = [item.text for item in sources]
        found = (
            *found,
            *transition_findings(result.stacks, result.files, plan, texts),
            *plan.conflicts,
            *plan.notes,
        )
    show(found, "full", request.color, files=len(sources), to_stdout=False, closing=_fails(found))
    if request.timings:
        console.err("\n".join(f"{stage:10} {seconds * 1000:8.1f} ms" for stage, seconds in result.timings))
    read = (*project.guardrails, *result.policy_files)
    if _fails(found):
        return Outcome(2 if environment_only(found) else 1, found, read)
    if plan is None:
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
