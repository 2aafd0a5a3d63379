"""``stackgrant verify DIR``: what the real Terraform says about compiled output, on the lines of the spec."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli import console
from compiler.cli.common import DEFAULT_SPEC, Format, show
from compiler.cli.options import color_option
from compiler.cli.progress import Tell, progress
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.terraform.verify import VerifyResult

_SETTINGS = "terraform.tf.json"


@click.command("verify", short_help="Run Terraform on compiled output; complaints point to the spec.")
@click.argument("folder", metavar="DIR", default="build", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--spec", "specs", multiple=True, metavar="PATH", help="The spec; found above DIR when left out.")
@click.option(
    "--plugin-dir",
    envvar="STACKGRANT_PLUGIN_DIR",
    metavar="DIR",
    help="A folder with the provider, for machines without a network (terraform init -plugin-dir).",
)
@click.option("--format", "form", type=click.Choice(["full", "concise", "json"]), default="full", show_default=True)
@color_option
def command(folder: Path, specs: tuple[str, ...], plugin_dir: str | None, form: Format, color: ColorChoice) -> int:
    """Run `terraform init`, `validate` and an offline `plan` on a copy of DIR: a stack's folder, or all of them.

    Nothing is applied, no credentials are used, and nothing is left behind in DIR.
    """
    from compiler.driver import spec_locator
    from compiler.terraform.verify import verify

    modules = (
        [folder] if (folder / _SETTINGS).is_file() else sorted(path.parent for path in folder.glob(f"*/{_SETTINGS}"))
    )
    if not modules:
        console.err(f"error: `{folder}` holds no compiled output; `stackgrant compile` writes it")
        return 2
    locate = spec_locator(specs or _specs_above(modules[0]))
    found = []
    unusable = False
    for number, module in enumerate(modules):
        with progress(module.as_posix(), color) as tell:
            on_step = partial(_tell, tell, number, len(modules)) if tell else None
            result = verify(module, plugin_dir=plugin_dir, locate=locate, on_step=on_step)
        found += list(result.diagnostics)
        unusable = unusable or not result.steps
        if form == "full":
            console.err(_line(module, result))
        if not result.steps:
            break
    show(found, form, color, files=len(modules), to_stdout=True, closing=False)
    if unusable:
        return 2
    return 0 if not any(item.level.value == "error" for item in found) else 1


def _tell(tell: Tell, number: int, modules: int, step: str) -> None:
    from compiler.terraform.verify import STEPS

    tell(f"terraform {step}", number * len(STEPS) + STEPS.index(step), modules * len(STEPS))


def _specs_above(module: Path) -> tuple[str, ...]:
    """The spec that the output was generated from: named in its header, in the nearest folder above that has it."""
    from compiler.terraform.header import generated_from

    name = generated_from((module / _SETTINGS).read_bytes()) or DEFAULT_SPEC
    for folder in (Path(), *module.resolve().parents):
        if "*" not in name and (folder / name).is_file():
            return (str(folder / name),)
        if "*" in name and any(folder.glob(name)):
            return (str(folder),)
    return ()


def _line(module: Path, result: VerifyResult) -> str:
    if not result.steps:
        return ""
    steps = ", ".join(f"{step.name} {step.seconds:.1f} s" for step in result.steps if step.name != "version")
    versions = f"terraform {result.terraform_version}, hashicorp/aws {result.provider_version}"
    verdict = "valid" if result.accepted else "refused"
    if result.planned is not None:
        verdict += f"; a first apply adds {result.planned.add} resources"
    elif result.accepted:
        verdict += f"; not planned: {result.plan_skipped}"
    head = f"{versions}: " if result.terraform_version else ""
    return f"{module}: {verdict} ({head}{steps})"
