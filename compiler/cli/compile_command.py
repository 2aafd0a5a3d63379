"""``stackgrant compile``: check, then write the Terraform JSON of every stack."""

from __future__ import annotations

from typing import Any

import click

from compiler.cli.common import spec_paths
from compiler.cli.compile_run import Request, compile_once
from compiler.cli.options import engine_options, guardrails_option, project_options, spec_options, watch_option


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
