"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from compiler.cli.common import GUARDRAILS_VARIABLE


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


def guardrails_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--guardrails FILE``, repeatable."""
    return click.option(
        "--guardrails", "guardrail_files", multiple=True, metavar="FILE",
        help=f"Hold the spec against the guardrails of this file, and of those in {GUARDRAILS_VARIABLE}.",
    )(function)  # fmt: skip


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


def watch_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--watch``."""
    return click.option(
        "--watch", "watching", is_flag=True, help="Run again whenever a file changes, until Ctrl-C."
    )(function)  # fmt: skip


def project_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--config FILE`` and ``--no-config``."""
    for decorate in reversed(
        (
            click.option(
                "--config", metavar="FILE",
                help="The project file; otherwise the nearest .stackgrant.yaml, here or above.",
            ),
            click.option("--no-config", is_flag=True, help="Go by no project file."),
        )
    ):  # fmt: skip
        function = decorate(function)
    return function
