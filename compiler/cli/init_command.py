"""``stackgrant init``: a commented starter spec."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.cli import console
from compiler.cli.common import DEFAULT_SPEC, show

SCHEMA_FILE = "stackgrant.schema.json"


@click.command("init", short_help="Write a commented starter spec.")
@click.argument("path", default=DEFAULT_SPEC)
@click.option("--print", "to_stdout", is_flag=True, help="Print it instead of writing a file.")
def command(path: str, to_stdout: bool) -> int:
    """Write a commented starter spec to PATH (default: stackgrant.yaml) with the JSON Schema for editors beside it.

    Nothing that exists is ever overwritten.
    """
    from compiler.views import starter

    text = starter.render(f"./{SCHEMA_FILE}")
    if to_stdout:
        console.out(text)
        return 0
    from compiler.schema.store import load_schema_text
    from compiler.terraform.writer import write_new

    target = Path(path)
    if target.is_dir():
        target = target / DEFAULT_SPEC
    problem = write_new(target, text)
    if problem is not None:
        show((problem,), "full", "auto", files=1, to_stdout=False, closing=False)
        return 2
    schema = target.parent / SCHEMA_FILE
    if not schema.exists():
        problem = write_new(schema, load_schema_text())
        if problem is not None:
            show((problem,), "full", "auto", files=1, to_stdout=False, closing=False)
            return 2
    where = "" if target == Path(DEFAULT_SPEC) else f" {target}"
    console.err(f"wrote {target} and {schema}\nnext:\n  stackgrant check{where}\n  stackgrant compile{where}")
    return 0
