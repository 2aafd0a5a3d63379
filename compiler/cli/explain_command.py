"""``stackgrant explain CODE``: the page of a diagnostic code."""

from __future__ import annotations

import json
import sys

import click

from compiler.cli import console
from compiler.cli.options import color_option
from compiler.views.terminal import ColorChoice


@click.command("explain", short_help="Explain a diagnostic code.")
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="List every code.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@color_option
def command(code: str | None, everything: bool, form: str, color: ColorChoice) -> int:
    """Explain a diagnostic code, by its id (SG502) or name (unknown-action)."""
    from compiler.codes import ALL_CODES, find_code
    from compiler.diagnostics import closest
    from compiler.views import explain

    colored = console.colored(sys.stdout, color)
    chosen = ALL_CODES if everything or code is None else tuple(filter(None, (find_code(code),)))
    if not chosen:
        assert code is not None
        near = closest(code, [item.id for item in ALL_CODES] + [item.name for item in ALL_CODES])
        console.err(f"error: there is no code `{code}`" + (f"; did you mean `{near}`?" if near else ""))
        console.err("`stackgrant explain --all` lists them all")
        return 2
    if form == "json":
        rows = [
            {
                "code": item.id, "name": item.name, "severity": item.severity.value, "what": item.what,
                "why": item.why, "bad": item.bad, "good": item.good, "references": list(item.references),
            }
            for item in chosen
        ]  # fmt: skip
        console.out(json.dumps(rows if len(rows) > 1 or everything else rows[0], indent=2, ensure_ascii=False))
    elif form == "markdown":
        console.out("\n".join(explain.render_markdown(item) for item in chosen))
    elif len(chosen) > 1:
        console.out(explain.render_list(chosen, color=colored))
    else:
        console.out(explain.render(chosen[0], color=colored, width=console.width()))
    return 0
