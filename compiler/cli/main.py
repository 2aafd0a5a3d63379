"""The command group, and what every command has in common: exit codes, interruption, bugs."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from compiler import __version__
from compiler.cli import console
from compiler.cli.failures import INTERRUPTED, OK, USAGE, failed

# Command name -> module; each is imported only when it runs. The help texts stand here so that `--help` stays quick.
COMMANDS = {
    "compile": "Compile a spec to Terraform JSON.",
    "check": "Check a spec without writing anything.",
    "check-policy": "Check IAM policy documents without a spec.",
    "explain": "Explain a diagnostic code.",
    "schema": "Show what may be written at a place of a spec.",
    "grants": "List the grants, show one, or find the one that allows an action.",
    "matrix": "List the stacks that changed since a commit, for engines that plan them.",
    "size": "Show how full roles and policies are, against IAM's quotas.",
    "init": "Write a commented starter spec.",
    "verify": "Run Terraform on compiled output; complaints point to the spec.",
}
_MODULES = {name: f"compiler.cli.{name.replace('-', '_')}_command" for name in COMMANDS}

_EXAMPLES = """\b
Examples:
  stackgrant init                    write a starter spec, stackgrant.yaml
  stackgrant compile                 compile it to build/<stack>/*.tf.json
  stackgrant check --format json     check it, for tools
  stackgrant check-policy iam/*.json check policies that are there already
  stackgrant explain SG502           what a code means
  stackgrant schema apps.permissions what may be written there
  stackgrant grants --find PutObject which grant allows an action
"""


class _LazyGroup(click.Group):
    """Loads a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _MODULES:
            return None
        command = importlib.import_module(_MODULES[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from compiler.diagnostics import did_you_mean

            hint = "; ".join(did_you_mean(args[0], COMMANDS))
            ctx.fail(f"there is no command `{args[0]}`" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="stackgrant", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Compile a YAML spec of stacks, layers and app permissions to Terraform JSON for AWS IAM."""
    if ctx.invoked_subcommand is None:
        console.out(ctx.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code: 0 fine, 1 findings, 2 usage or environment, 3 bug."""
    try:
        result = cli.main(args=list(arguments), prog_name="stackgrant", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads us has closed the pipe (`| head`): no reason to complain, but Python would at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        return failed(error)
    return result if isinstance(result, int) else OK
