"""``stackgrant check``: everything that compile does, without writing."""

from __future__ import annotations

import click

from compiler.cli.common import (
    Format,
    environment_only,
    exceeds,
    overrides_of,
    show,
    spec_options,
    spec_paths,
)
from compiler.diagnostics import Diagnostics
from compiler.views.terminal import ColorChoice


@click.command("check", short_help="Check a spec without writing anything.")
@spec_options
@click.option("--format", "form", type=click.Choice(["full", "concise", "json"]), default="full", show_default=True)
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "never"]), default="error", show_default=True,
    help="Exit with 1 from this severity on.",
)  # fmt: skip
@click.option("--timings", is_flag=True, hidden=True)
def command(
    paths: tuple[str, ...],
    settings: tuple[str, ...],
    value_files: tuple[str, ...],
    color: ColorChoice,
    form: Format,
    fail_on: str,
    timings: bool,
) -> int:
    """Check spec files or folders (default: stackgrant.yaml; `-` reads standard input).

    Everything that is wrong is reported in one run. Exit code 0: fine, 1: findings, 2: usage or environment.
    """
    from compiler.driver import Options, compile_sources, read_sources
    from compiler.source.files import find_spec_files

    diagnostics = Diagnostics()
    overrides = overrides_of(settings, value_files, diagnostics)
    sources = read_sources(find_spec_files(spec_paths(paths), diagnostics), diagnostics)
    result = compile_sources(sources, Options(overrides=overrides), diagnostics)
    show(result.diagnostics, form, color, files=len(sources), to_stdout=True, closing=True)
    if timings:
        from compiler.cli import console

        console.err("\n".join(f"{stage:10} {seconds * 1000:8.1f} ms" for stage, seconds in result.timings))
    if environment_only(result.diagnostics):
        return 2
    return 1 if exceeds(result.diagnostics, fail_on) else 0
