"""``stackgrant size``: how full roles and policies are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

import click

from compiler.cli import console
from compiler.cli.common import environment_only, overrides_of, show, spec_paths
from compiler.cli.compiling import compiled
from compiler.cli.options import project_options, spec_options
from compiler.cli.project import project_of
from compiler.diagnostics import Diagnostics, Severity
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Result

_EPILOG = """\b
JSON (format_version 1; characters as IAM counts them, percent rounded down):
  stacks[]            name, account, region, roles[]
  roles[]             label, name, existing, made_elsewhere[] (ARNs), and
    managed_policies  attached, quota, percent
    room              characters, quota, percent: of the places that are left
    trust_policy      the same, or null for a role made elsewhere
    inline_policies   the same, or null where there are none
    policies[]        label, name, inline, characters, quota, percent,
                      lower_bound, largest {paths, characters} or null
  summary             roles, policies, fullest {stack, role, name, percent}
"""


@click.command("size", short_help="Show how full roles and policies are.", epilog=_EPILOG)
@spec_options
@project_options
@click.option("--stack", "stacks", multiple=True, metavar="NAME", help="Show only this stack (repeatable).")
@click.option("--format", "form", type=click.Choice(["full", "json"]), default="full", show_default=True)
def command(
    paths: tuple[str, ...],
    settings: tuple[str, ...],
    value_files: tuple[str, ...],
    config: str | None,
    no_config: bool,
    color: ColorChoice,
    stacks: tuple[str, ...],
    form: Literal["full", "json"],
) -> int:
    """Show how much of IAM's quotas each role and policy uses, fullest first, as it would be compiled.

    Yellow is from 80% of a quota, red is over it. Policies that were too large stand here in their parts (app-web,
    app-web--2). Exit code 0: fine, 1: an error in the spec (too large ones among them), 2: usage or environment.
    """
    from compiler.driver import Options, read_sources
    from compiler.source.files import find_spec_files

    diagnostics = Diagnostics()
    overrides = overrides_of(settings, value_files, diagnostics)
    sources = read_sources(find_spec_files(spec_paths(paths), diagnostics), diagnostics)
    project = project_of(spec_paths(paths), config, diagnostics, no_config=no_config)
    options = Options(stacks=stacks, overrides=overrides, project=project)
    result = compiled(sources, options, diagnostics, color, "measuring")
    errors = [item for item in result.diagnostics if item.level is Severity.ERROR]
    # An error of the rules costs the program nothing; after one before that, there is no telling what is missing.
    blocking = [item for item in errors if not "SG400" <= item.code.id < "SG800"]
    if blocking:
        show(blocking, "full", color, files=len(sources), to_stdout=False, closing=True)
        return 2 if environment_only(blocking) else 1
    _show_sizes(result, stacks, form, color)
    if errors:
        verb = "1 error" if len(errors) == 1 else f"{len(errors):,} errors"
        console.err(f"{verb} in the spec: `stackgrant check` shows {'it' if len(errors) == 1 else 'them'}")
    return 1 if errors else 0


def _show_sizes(result: Result, stacks: tuple[str, ...], form: str, color: ColorChoice) -> None:
    from compiler.checks.role_size import role_sizes

    shown = [stack for stack in result.program.stacks if not stacks or stack.name in stacks]
    sizes = [(stack, tuple(role_sizes(stack))) for stack in shown]
    if form == "json":
        from compiler.views import size_json

        console.out(size_json.render(sizes))
        return
    from compiler.views import size_screen

    colored, unicode = console.colored(sys.stdout, color), console.unicode(sys.stdout)
    console.out(size_screen.render(sizes, color=colored, unicode=unicode, width=console.width()))
