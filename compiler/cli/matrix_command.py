"""``stackgrant matrix``: the stacks whose output changed since a commit, for the engines that plan them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from compiler.cli import console
from compiler.cli.common import environment_only, show, spec_paths
from compiler.cli.options import guardrails_option, project_options, spec_options
from compiler.diagnostics import Diagnostics
from compiler.terraform.changes import Change, StackChange, changes
from compiler.views.matrix import Matrix, Row, entries, removed_note, summary
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.cli.matrix_comparison import Earlier
    from compiler.driver import Result
    from compiler.git.repository import Commit

MatrixFormat = Literal["json", "github", "gitlab", "atlantis", "terragrunt"]

_EPILOG = """\b
Formats:
  json        an object with `stacks` and `removed` (format_version 1; docs/ci.md)
  github      one line for `fromJSON` in strategy.matrix; 256 jobs at most
  gitlab      the jobs of a child pipeline, which extend your hidden job `.stack`
  atlantis    an atlantis.yaml
  terragrunt  a filters file, for `terragrunt run --all --filters-file FILE`
"""


@click.command("matrix", short_help="List the stacks that changed since a commit.", epilog=_EPILOG)
@spec_options
@guardrails_option
@project_options
@click.option("--changed-since", "ref", metavar="REF",
              help="Only stacks whose output changed since this commit; `REF...`: since HEAD left it.")  # fmt: skip
@click.option("--against", type=click.Choice(["spec", "output"]), default="spec", show_default=True,
              help="Compare with the spec of REF as it compiles today, or with the output of REF.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["json", "github", "gitlab", "atlantis", "terragrunt"]),
              default="json", show_default=True, help="For whom.")  # fmt: skip
@click.option("--max-jobs", type=click.IntRange(min=1), metavar="N",
              help="At most N jobs, of several stacks each where there are more (github, gitlab).")  # fmt: skip
@click.option("-o", "--output", default="build", show_default=True, metavar="DIR",
              help="The folder that `compile` writes to.")  # fmt: skip
@click.option("--stack", "stacks", multiple=True, metavar="NAME", help="Only this stack, if it changed (repeatable).")
@click.option("--layout", type=click.Choice(["root", "module"]), default="root", show_default=True,
              help="As given to `compile`.")  # fmt: skip
@click.option("--tests", is_flag=True, help="As given to `compile`.")
def command(
    paths: tuple[str, ...],
    settings: tuple[str, ...],
    value_files: tuple[str, ...],
    guardrail_files: tuple[str, ...],
    config: str | None,
    no_config: bool,
    color: ColorChoice,
    ref: str | None,
    against: Literal["spec", "output"],
    form: MatrixFormat,
    max_jobs: int | None,
    output: str,
    stacks: tuple[str, ...],
    layout: Literal["root", "module"],
    tests: bool,
) -> int:
    """List the stacks of a spec whose compiled output changed since a commit; without --changed-since all of them.

    The spec as it is in the work tree is compiled and compared; nothing is written, and git is only read. Exit code 0:
    listed, also when nothing changed; 1: an error in the spec; 2: usage, git or environment.
    """
    from compiler.cli.matrix_comparison import Request, compile_at, earlier, find

    limit = _most_jobs(form, max_jobs)
    if ref is not None and "-" in paths:
        raise click.UsageError("--changed-since needs files, and standard input has no earlier content")
    if output == "-":
        raise click.UsageError("-o names the folder that `compile` writes to")
    if form == "atlantis" and (Path(output).is_absolute() or ".." in Path(output).parts):
        raise click.UsageError("Atlantis takes folders by their path from the top of the repository: run it there")
    request = Request(spec_paths(paths), settings, value_files, config, no_config, output, against, layout, tests)
    diagnostics = Diagnostics()
    commit = None if ref is None else find(request, ref, diagnostics)
    result = compile_at(request, diagnostics, stacks=stacks, guardrail_files=guardrail_files)
    found = result.diagnostics
    before = None
    if commit is not None and not result.failed:
        problems = Diagnostics()
        before = earlier(request, commit, result, problems)
        found = problems.sorted() or found
    if result.failed or (commit is not None and before is None):
        show(found, "full", color, files=len(result.sources), to_stdout=False, closing=True)
        return 2 if environment_only(found) else 1
    matrix = _matrix(result, before, commit, Path(output), stacks)
    text, jobs = _rendered(matrix, form, limit)
    console.err(summary(matrix, jobs))
    console.out(text)
    return 0


def _most_jobs(form: MatrixFormat, wanted: int | None) -> int | None:
    """How many jobs there may be; None: any number."""
    from compiler.views.matrix_github import MOST_JOBS

    if wanted is not None and form not in ("github", "gitlab"):
        raise click.UsageError(f"--max-jobs groups stacks for github and gitlab; {form} takes each by itself")
    if form != "github":
        return wanted
    if wanted is not None and wanted > MOST_JOBS:
        raise click.UsageError(f"a matrix of GitHub Actions makes {MOST_JOBS} jobs at most")
    return wanted or MOST_JOBS


def _matrix(
    result: Result, before: Earlier | None, commit: Commit | None, out: Path, stacks: tuple[str, ...]
) -> Matrix:
    here = {stack.name: (stack.account, stack.region) for stack in result.stacks}
    names = [name for name in here if not stacks or name in stacks]
    if before is None or before.files is None:
        change: Change | None = None if before is None else "changed"
        rows = [_row(StackChange(name, "changed", ()), out, here) for name in names]
        rows = [replace(row, change=change) for row in rows]
    else:
        then = {path: data for path, data in before.files.items() if not stacks or path.partition("/")[0] in stacks}
        rows = [_row(item, out, {**before.places, **here}) for item in changes(then, result.files)]
    return Matrix(
        tuple(row for row in rows if row.change != "removed"),
        tuple(row for row in rows if row.change == "removed"),
        len(names),
        commit,
        "" if before is None else before.unknown,
    )


def _row(item: StackChange, out: Path, places: Mapping[str, tuple[str, str]]) -> Row:
    account, region = places.get(item.stack, (None, None))
    return Row(item.stack, (out / item.stack).as_posix(), item.change, item.files, account, region)


def _rendered(matrix: Matrix, form: MatrixFormat, limit: int | None) -> tuple[str, int | None]:
    """The text, and how many jobs it makes, where it is the one to say."""
    note = removed_note(matrix)
    if form == "json":
        from compiler.views import matrix_json

        return matrix_json.render(matrix), None
    if form == "atlantis":
        from compiler.views import matrix_atlantis

        return matrix_atlantis.render(matrix, note), None
    if form == "terragrunt":
        from compiler.views import matrix_terragrunt

        return matrix_terragrunt.render(matrix.rows, note), None
    jobs = entries(matrix.rows, limit)
    if len(jobs) < len(matrix.rows) and any(" " in row.dir for row in matrix.rows):
        raise click.UsageError("several stacks in a job stand with a blank between, so -o can have none")
    if form == "github":
        from compiler.views import matrix_github

        return matrix_github.render(jobs), len(jobs)
    from compiler.views import matrix_gitlab

    return matrix_gitlab.render(jobs, note), len(jobs)
