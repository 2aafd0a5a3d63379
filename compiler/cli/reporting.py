"""How ``check`` and ``check-policy`` end: the baseline, the format, the summary of a job, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from compiler.cli import console
from compiler.cli.common import Outcome, environment_only, exceeds, show
from compiler.diagnostics import Diagnostic, Diagnostics
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.frontend.suppressions import Accepted

ReportFormat = Literal["full", "concise", "json", "sarif", "github", "junit", "markdown"]


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--format``, ``--fail-on``, ``--baseline`` and ``--write-baseline``."""
    for decorate in reversed(
        (
            click.option(
                "--format", "form", type=click.Choice(get_args(ReportFormat)), metavar="FORMAT",
                help=f"{', '.join(get_args(ReportFormat))}; github by itself in GitHub Actions, else full.",
            ),
            click.option(
                "--fail-on", type=click.Choice(["error", "warning", "never"]), default="error", show_default=True,
                help="Exit with 1 from this severity on.",
            ),
            click.option("--baseline", metavar="FILE", help="Leave out the findings that this file lists."),
            click.option(
                "--write-baseline", is_flag=True, help="Write what is found now to the file of --baseline."
            ),
        )
    ):  # fmt: skip
        function = decorate(function)
    return function


def finish(
    found: Sequence[Diagnostic],
    accepted: Sequence[Accepted],
    *,
    form: ReportFormat | None,
    color: ColorChoice,
    files: int,
    fail_on: str,
    baseline: str | None,
    write_baseline: bool,
    documents: bool,
) -> Outcome:
    """Show what was found, and how the run ends with it. ``documents``: policy documents were checked, and no spec."""
    if write_baseline and baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE, the file to write")
    known: list[Diagnostic] = []
    problems: Sequence[Diagnostic] = ()
    if baseline is not None:
        found, known, problems = _against_baseline(found, baseline, write=write_baseline, documents=documents)
        found = (*problems, *found)
    form = form or _usual_format()
    if form in ("full", "concise", "json"):
        show(found, form, color, files=files, to_stdout=True, closing=True)
        if form == "full" and (accepted or known):
            beside = sum(item.place == "inSource" for item in accepted)
            counts = [
                (beside, "accepted in the source"),
                (len(accepted) - beside, "accepted in the project file"),
                (len(known), "in the baseline"),
            ]
            console.out("; ".join(f"{count:,} more {where}" for count, where in counts if count))
    else:
        console.out(_rendered(found, accepted, known, form, files=files))
    if form == "github":
        found = (*found, *_job_summary(found, files=files))
    if problems or environment_only(found):
        return Outcome(2, found)
    return Outcome(1 if exceeds(found, fail_on) else 0, found)


def _usual_format() -> ReportFormat:
    if os.environ.get("GITHUB_ACTIONS") == "true" and not (sys.stdout is not None and sys.stdout.isatty()):
        return "github"
    return "full"


def _rendered(
    found: Sequence[Diagnostic],
    accepted: Sequence[Accepted],
    known: Sequence[Diagnostic],
    form: ReportFormat,
    *,
    files: int,
) -> str:
    if form == "sarif":
        from compiler.views import sarif

        hidden = [(item.diagnostic, item.place, item.reason) for item in accepted]
        return sarif.render(found, [*hidden, *((item, "external", "in the baseline") for item in known)])
    if form == "github":
        from compiler.views import github

        return github.render(found)
    if form == "junit":
        from compiler.views import junit

        return junit.render(found)
    from compiler.views import markdown

    return markdown.render(found, files=files)


def _job_summary(found: Sequence[Diagnostic], *, files: int) -> tuple[Diagnostic, ...]:
    """Append a summary to the page of the job, where GitHub says which file that is."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return ()
    from compiler.terraform.writer import append_report
    from compiler.views import markdown

    problem = append_report(Path(path), markdown.render(found, files=files) + "\n")
    if problem is None:
        return ()
    console.err(f"error: {problem.message}")
    return (problem,)


def _against_baseline(
    found: Sequence[Diagnostic], name: str, *, write: bool, documents: bool
) -> tuple[Sequence[Diagnostic], list[Diagnostic], Sequence[Diagnostic]]:
    """What the baseline does not list, what it does, and what is wrong with the file itself.

    Findings that cannot be accepted are never in it.
    """
    from compiler.frontend.document_codes import INVALID_BASELINE, STALE_BASELINE
    from compiler.frontend.suppressions import can_be_accepted
    from compiler.source.files import read_text
    from compiler.views import baseline

    blocks = "4567" if documents else ""
    open_to = [item for item in found if can_be_accepted(item.code) or item.code.id[2] in blocks]
    firm = [item for item in found if item not in open_to]
    path = Path(name)
    problems = Diagnostics()
    marks: frozenset[str] | None = frozenset()
    if path.exists() or not write:
        source = read_text(path, name, problems)
        marks = baseline.parse(source.text) if source else frozenset()
    if marks is None:
        problems.add(
            Diagnostic(
                INVALID_BASELINE,
                f"`{name}` is no baseline",
                help=("give the name of a new file", "`--write-baseline` writes one"),
            )
        )
    if problems.items:
        return found, [], problems.items
    assert marks is not None
    if write:
        from compiler.terraform.writer import replace_file

        problem = replace_file(path, baseline.render(open_to).encode())
        if problem is not None:
            return found, [], (problem,)
        console.err(f"wrote {len(open_to):,} finding{'' if len(open_to) == 1 else 's'} to {name}")
        return firm, open_to, ()
    new, old, gone = baseline.split(open_to, marks)
    if gone:
        count = f"{len(gone):,} finding{'' if len(gone) == 1 else 's'}"
        firm.append(
            Diagnostic(
                STALE_BASELINE,
                f"{count} of the baseline `{name}` {'is' if len(gone) == 1 else 'are'} gone",
                help=("`--write-baseline` writes it anew",),
            )
        )
    kept = {id(item) for item in (*firm, *new)}
    return [*(item for item in found if id(item) in kept), *(firm[-1:] if gone else ())], old, ()
