"""``stackgrant schema [PATH]``: what may be written at a place of a spec."""

from __future__ import annotations

import sys

import click

from compiler.cli import console
from compiler.cli.options import color_option
from compiler.views.terminal import ColorChoice


@click.command("schema", short_help="Show what may be written at a place of a spec.")
@click.argument("path", default="")
@click.option("--json", "as_json", is_flag=True, help="Print the whole JSON Schema, for editors and validators.")
@click.option("--guardrails", is_flag=True, help="The schema of guardrails files, and not that of specs.")
@click.option("--project", is_flag=True, help="The schema of the project file, and not that of specs.")
@color_option
def command(path: str, as_json: bool, guardrails: bool, project: bool, color: ColorChoice) -> int:
    """Show what may be written at PATH, such as `stacks.layers` or `apps.permissions.s3.access`."""
    from compiler.schema.store import load_schema, load_schema_text

    if guardrails and project:
        raise click.UsageError("--guardrails and --project exclude each other")
    if guardrails or project:
        from compiler.schema.build import schema_text
        from compiler.schema.guardrails import build_guardrails_schema
        from compiler.schema.project import build_project_schema

        schema = build_guardrails_schema() if guardrails else build_project_schema()
    else:
        schema = load_schema()
    if as_json:
        console.out(schema_text(schema) if guardrails or project else load_schema_text())
        return 0
    from compiler.schema.describe import Description, describe
    from compiler.views import schema_help

    found = describe(schema, path)
    if isinstance(found, Description):
        console.out(schema_help.render(found, color=console.colored(sys.stdout, color), width=console.width()))
        return 0
    console.err(f"error: nothing is written at `{path}`")
    if found:
        console.err("did you mean " + " or ".join(f"`{item}`" for item in found) + "?")
    return 2
