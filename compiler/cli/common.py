"""Options that several commands share, and how findings are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from compiler.cli import console
from compiler.diagnostics import Diagnostic, Diagnostics, Severity, SourceText
from compiler.diagnostics.value import record
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.source.tree import FileTree

DEFAULT_SPEC = "stackgrant.yaml"
Format = Literal["full", "concise", "json"]


@record(frozen=True, slots=True)
class Outcome:
    """How one run has ended: its exit code, what it told, and which files it went by besides those it was given."""

    code: int
    found: Sequence[Diagnostic] = ()
    read: tuple[str, ...] = ()


def spec_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """PATH…, ``--set``, ``--values`` and ``--color``."""
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, metavar="[PATH]..."),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="KEY=VALUE",
                help="Set a value on top of the spec's `values`.",
            ),
            click.option(
                "--values",
                "value_files",
                multiple=True,
                metavar="FILE",
                help="Read values on top of the spec's `values`.",
            ),
            color_option,
        )
    ):
        function = decorate(function)
    return function


GUARDRAILS_VARIABLE = "STACKGRANT_GUARDRAILS"


def guardrails_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--guardrails FILE``, repeatable."""
    return click.option(
        "--guardrails", "guardrail_files", multiple=True, metavar="FILE",
        help=f"Hold the spec against the guardrails of this file, and of those in {GUARDRAILS_VARIABLE}.",
    )(function)  # fmt: skip


def guardrail_texts(given: Sequence[str], diagnostics: Diagnostics) -> tuple[SourceText, ...]:
    """The guardrails of the command line and of the environment: neither replaces the other."""
    names = (*os.environ.get(GUARDRAILS_VARIABLE, "").split(os.pathsep), *given)
    if not any(names):
        return ()
    from compiler.frontend.guardrails import read_guardrail_files

    return read_guardrail_files(filter(None, names), diagnostics)


def color_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--color auto|always|never``."""
    return click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
        help="Colours; NO_COLOR and FORCE_COLOR are honoured.",
    )(function)  # fmt: skip


def engine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--jobs`` and ``--no-cache``: how the work is done, which changes nothing of what comes out."""
    for decorate in (
        click.option("--no-cache", is_flag=True, help="Work everything out anew, and keep nothing."),
        click.option(
            "--jobs", type=click.IntRange(min=1), metavar="N",
            help="Number of processes.  [default: as many as there are processors, for large specs]",
        ),
    ):  # fmt: skip
        function = decorate(function)
    return function


def engine(jobs: int | None, *, no_cache: bool) -> tuple[int, Path | None]:
    """The number of processes and the folder of the cache."""
    if jobs is None:
        from compiler.pipeline.parallel import processors

        jobs = processors()
    if no_cache:
        return jobs, None
    from compiler.pipeline.store import default_folder

    return jobs, default_folder()


def watch_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--watch``."""
    return click.option(
        "--watch", "watching", is_flag=True, help="Run again whenever a file changes, until Ctrl-C."
    )(function)  # fmt: skip


def spec_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """The paths that were given, or the default spec of the current folder."""
    return tuple(paths) or (DEFAULT_SPEC,)


def overrides_of(
    settings: Sequence[str], value_files: Sequence[str], diagnostics: Diagnostics, tree: FileTree | None = None
) -> dict[str, Any]:
    """Values from the command line (files of the disk, or of ``tree``); nothing is imported when there are none."""
    if not settings and not value_files:
        return {}
    from compiler.source.tree import DISK
    from compiler.values import read_overrides

    return read_overrides(settings, value_files, diagnostics, tree or DISK)


def show(
    diagnostics: Sequence[Diagnostic], form: Format, color: ColorChoice, *, files: int, to_stdout: bool, closing: bool
) -> None:
    """Show findings in a format on the stream where they belong."""
    write = console.out if to_stdout else console.err
    stream = sys.stdout if to_stdout else sys.stderr
    if form == "json":
        from compiler.views import json_report

        write(json_report.render(diagnostics))
        return
    if form == "concise":
        from compiler.views import concise

        write(concise.render(diagnostics))
        return
    colored = console.colored(stream, color)
    if diagnostics:
        from compiler.views import full

        write(full.render(diagnostics, color=colored, width=console.width()))
    if closing:
        from compiler.views import summary

        write(("\n" if diagnostics else "") + summary.render(diagnostics, files=files, color=colored))


def exceeds(diagnostics: Sequence[Diagnostic], fail_on: str) -> bool:
    """Whether a finding is at least as serious as ``fail_on`` (``error``, ``warning`` or ``never``)."""
    if fail_on == "never":
        return False
    limit = Severity(fail_on).rank
    return any(item.level.rank <= limit for item in diagnostics)


def environment_only(diagnostics: Sequence[Diagnostic]) -> bool:
    """Whether all errors are about the command line or its environment (8xx), which is exit code 2."""
    errors = [item for item in diagnostics if item.level is Severity.ERROR]
    return bool(errors) and all(item.code.id.startswith("SG8") for item in errors)
