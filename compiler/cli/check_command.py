"""``stackgrant check``: everything that compile does, without writing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from compiler.cli import console
from compiler.cli.common import Outcome, engine, guardrail_texts, overrides_of, spec_paths
from compiler.cli.compiling import compiled
from compiler.cli.options import engine_options, guardrails_option, project_options, spec_options, watch_option
from compiler.cli.project import project_of
from compiler.cli.reporting import ReportFormat, finish, report_options
from compiler.diagnostics import Diagnostics
from compiler.diagnostics.value import record
from compiler.views.terminal import ColorChoice


@click.command("check", short_help="Check a spec without writing anything.")
@spec_options
@guardrails_option
@project_options
@engine_options
@report_options
@click.option("--fix", is_flag=True, help="Put right in the files what has one surely meant repair.")
@click.option("--diff", is_flag=True, help="With --fix: show what would change, and write nothing.")
@click.option("--timings", is_flag=True, hidden=True)
@watch_option
def command(*, watching: bool, paths: tuple[str, ...], **given: Any) -> int:
    """Check spec files or folders (default: stackgrant.yaml; `-` reads standard input).

    Everything that is wrong is reported in one run. Exit code 0: fine, 1: findings, 2: usage or environment.
    """
    request = Request(spec_paths(paths), **given)
    if request.diff and not request.fix:
        raise click.UsageError("--diff goes with --fix")
    return _watched(request) if watching else check_once(request).code


@record(frozen=True, slots=True)
class Request:
    """What to check, as the command line says it."""

    paths: tuple[str, ...]
    settings: tuple[str, ...]
    value_files: tuple[str, ...]
    guardrail_files: tuple[str, ...]
    config: str | None
    no_config: bool
    jobs: int | None
    no_cache: bool
    color: ColorChoice
    form: ReportFormat | None
    fail_on: str
    baseline: str | None
    write_baseline: bool
    fix: bool
    diff: bool
    timings: bool


def _watched(request: Request) -> int:
    from compiler.cli.watching import places, refuse_unwatchable, watch

    if request.fix:
        raise click.UsageError(
            "--fix changes the very files that --watch looks at; type `stackgrant check --fix` whenever you want it"
        )
    if request.write_baseline:
        raise click.UsageError("--write-baseline would accept whatever is typed while --watch runs; write it before")
    if request.form not in (None, "full", "concise"):
        raise click.UsageError(
            f"--watch shows findings to people; `--format {request.form}` is one report for programs"
        )
    refuse_unwatchable(request.paths, "check")
    files = (*request.value_files, *request.guardrail_files, *filter(None, [request.baseline]))
    look = places(request.paths, files, request.config, no_config=request.no_config)
    shown = replace(request, form=request.form or "full")
    return watch(lambda: check_once(shown), look, request.color)


def check_once(request: Request) -> Outcome:
    """Read and check what the request asks for, put it right where that is wanted, and show what is found."""
    from compiler.driver import Options, read_sources
    from compiler.source.files import find_spec_files

    color = request.color
    diagnostics = Diagnostics()
    overrides = overrides_of(request.settings, request.value_files, diagnostics)
    project = project_of(request.paths, request.config, diagnostics, no_config=request.no_config)
    files = find_spec_files(request.paths, diagnostics)
    guardrails = guardrail_texts((*project.guardrails, *request.guardrail_files), diagnostics)
    # What is kept does not say how a finding is repaired.
    processes, cache = (1, None) if request.fix else engine(request.jobs, no_cache=request.no_cache)
    options = Options(
        overrides=overrides, guardrails=guardrails, project=project, programs=False, jobs=processes, cache=cache
    )
    given = tuple(diagnostics)
    sources = read_sources(files, diagnostics)
    result = compiled(sources, options, diagnostics, color, "checking")
    if request.fix:
        from compiler.cli.fixing import fixed_sources, fixes, show_fixes, write_fixes

        if any(file.path is None for file in files):
            raise click.UsageError("--fix changes files; standard input is none")
        before = [source.text for source in sources]
        texts = fixes(
            lambda now: compiled(fixed_sources(sources, now), options, Diagnostics(), color, "fixing").diagnostics,
            before,
        )
        if request.diff:
            show_fixes(texts, before, color)
            return Outcome(1 if texts else 0)
        if texts:
            # What is left, and what only shows now, is reported from the files as they are then.
            diagnostics = Diagnostics([*given])
            diagnostics.extend(write_fixes(texts, {file.name: file.path for file in files if file.path}))
            sources = read_sources([replace(file, data=None) for file in files], diagnostics)
            result = compiled(sources, options, diagnostics, color, "checking")
    baseline = request.baseline or project.baseline or None
    outcome = finish(
        result.diagnostics,
        result.accepted,
        form=request.form,
        color=color,
        files=len(sources),
        fail_on=request.fail_on,
        baseline=baseline,
        write_baseline=request.write_baseline,
        documents=False,
    )
    if request.timings:
        console.err("\n".join(f"{stage:10} {seconds * 1000:8.1f} ms" for stage, seconds in result.timings))
    return replace(outcome, read=(*project.guardrails, *filter(None, [baseline]), *result.policy_files))
