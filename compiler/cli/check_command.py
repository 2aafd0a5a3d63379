"""``stackgrant check``: everything that compile does, without writing."""

from __future__ import annotations

import click

from compiler.cli.common import (
    engine,
    engine_options,
    guardrail_texts,
    guardrails_option,
    overrides_of,
    spec_options,
    spec_paths,
)
from compiler.cli.project import project_of, project_options
from compiler.cli.reporting import ReportFormat, finish, report_options
from compiler.diagnostics import Diagnostics
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
def command(
    paths: tuple[str, ...],
    settings: tuple[str, ...],
    value_files: tuple[str, ...],
    guardrail_files: tuple[str, ...],
    config: str | None,
    no_config: bool,
    jobs: int | None,
    no_cache: bool,
    color: ColorChoice,
    form: ReportFormat | None,
    fail_on: str,
    baseline: str | None,
    write_baseline: bool,
    fix: bool,
    diff: bool,
    timings: bool,
) -> int:
    """Check spec files or folders (default: stackgrant.yaml; `-` reads standard input).

    Everything that is wrong is reported in one run. Exit code 0: fine, 1: findings, 2: usage or environment.
    """
    from compiler.driver import Options, compile_sources, read_sources
    from compiler.source.files import find_spec_files

    if diff and not fix:
        raise click.UsageError("--diff goes with --fix")
    diagnostics = Diagnostics()
    overrides = overrides_of(settings, value_files, diagnostics)
    project = project_of(spec_paths(paths), config, diagnostics, no_config=no_config)
    files = find_spec_files(spec_paths(paths), diagnostics)
    guardrails = guardrail_texts((*project.guardrails, *guardrail_files), diagnostics)
    # What is kept does not say how a finding is repaired.
    processes, cache = (1, None) if fix else engine(jobs, no_cache=no_cache)
    options = Options(
        overrides=overrides, guardrails=guardrails, project=project, programs=False, jobs=processes, cache=cache
    )
    given = tuple(diagnostics)
    sources = read_sources(files, diagnostics)
    result = compile_sources(sources, options, diagnostics)
    if fix:
        from compiler.cli.fixing import fixed_sources, fixes, show_fixes, write_fixes

        if any(file.path is None for file in files):
            raise click.UsageError("--fix changes files; standard input is none")
        before = [source.text for source in sources]
        texts = fixes(
            lambda now: compile_sources(fixed_sources(sources, now), options, Diagnostics()).diagnostics, before
        )
        if diff:
            show_fixes(texts, before, color)
            return 1 if texts else 0
        if texts:
            # What is left, and what only shows now, is reported from the files as they are then.
            diagnostics = Diagnostics([*given])
            diagnostics.extend(write_fixes(texts, {file.name: file.path for file in files if file.path}))
            sources = read_sources(files, diagnostics)
            result = compile_sources(sources, options, diagnostics)
    code = finish(
        result.diagnostics, result.accepted, form=form, color=color, files=len(sources), fail_on=fail_on,
        baseline=baseline or project.baseline or None, write_baseline=write_baseline, documents=False,
    )  # fmt: skip
    if timings:
        from compiler.cli import console

        console.err("\n".join(f"{stage:10} {seconds * 1000:8.1f} ms" for stage, seconds in result.timings))
    return code
