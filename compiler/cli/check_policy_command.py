"""``stackgrant check-policy``: policy documents judged as they are, without a spec."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from compiler.cli.options import color_option, project_options
from compiler.cli.project import project_of
from compiler.cli.reporting import ReportFormat, finish, report_options
from compiler.diagnostics import Diagnostic, Diagnostics, SourceText
from compiler.views.terminal import ColorChoice


@click.command("check-policy", short_help="Check IAM policy documents without a spec.")
@click.argument("paths", nargs=-1, metavar="[FILE]...")
@click.option("--type", "kind", type=click.Choice(["identity", "trust"]),
              help="What the documents are; found out by itself when left out.")  # fmt: skip
@click.option("--plan", "plans", multiple=True, metavar="FILE",
              help="What `terraform show -json` has printed: its IAM resources are checked.")  # fmt: skip
@project_options
@report_options
@click.option("--fix", is_flag=True, help="Put right in the files what has one surely meant repair.")
@click.option("--diff", is_flag=True, help="With --fix: show what would change, and write nothing.")
@color_option
def command(
    paths: tuple[str, ...],
    kind: Literal["identity", "trust"] | None,
    plans: tuple[str, ...],
    config: str | None,
    no_config: bool,
    form: ReportFormat | None,
    fail_on: str,
    baseline: str | None,
    write_baseline: bool,
    fix: bool,
    diff: bool,
    color: ColorChoice,
) -> int:
    """Check IAM policy documents in JSON or YAML: files, patterns, folders, `-` for standard input.

    A folder of compiled output is read as well, and what `aws iam get-policy-version` and `get-role` print.
    Exit code 0: fine, 1: findings, 2: usage or environment.
    """
    from compiler.driver import check_documents

    if not paths and not plans:
        raise click.UsageError("name the documents: files, folders, `-` or `--plan FILE`")
    if diff and not fix:
        raise click.UsageError("--diff goes with --fix")
    if fix and "-" in paths:
        raise click.UsageError("--fix changes files; standard input is none")
    diagnostics = Diagnostics()
    project = project_of((*paths, *plans), config, diagnostics, no_config=no_config)
    given = tuple(diagnostics)
    texts = _texts(paths, diagnostics)
    if fix:
        from compiler.cli.fixing import fixes, show_fixes, write_fixes

        before = [text for text, _ in texts]
        named = [alone for _, alone in texts]
        changes = fixes(
            lambda now: (
                check_documents(
                    list(zip(now, named, strict=True)), Diagnostics(), kind=kind, project=project
                ).diagnostics
            ),
            before,
        )
        if diff:
            show_fixes(changes, before, color)
            return 1 if changes else 0
        if changes:
            # What is left is reported from the files as they are then.
            diagnostics = Diagnostics([*given])
            diagnostics.extend(write_fixes(changes, {name: Path(name) for name in changes}))
            texts = _texts(paths, diagnostics)
    read = [text for name in plans if (text := _text(name, diagnostics)) is not None]
    judged = check_documents(texts, diagnostics, kind=kind, plans=read, project=project)
    found = judged.diagnostics
    if not judged.documents and not found:
        found = (_nothing(paths, plans),)
    return finish(
        found, judged.accepted, form=form, color=color, files=max(judged.files, 1), fail_on=fail_on,
        baseline=baseline or project.baseline or None,
        write_baseline=write_baseline, documents=True,
    ).code  # fmt: skip


def _texts(paths: tuple[str, ...], diagnostics: Diagnostics) -> list[tuple[SourceText, bool]]:
    from compiler.frontend.document_codes import NO_DOCUMENT
    from compiler.source.files import decode, read_text
    from compiler.source.policy_files import find_policy_files

    files, empty = find_policy_files(paths)
    for given in empty:
        message = f"`{given}` leads to no policy document"
        diagnostics.add(
            Diagnostic(
                NO_DOCUMENT, message, help=("documents end in `.json`, `.yaml` or `.yml`; name others themselves",)
            )
        )
    texts: list[tuple[SourceText, bool]] = []
    for file in files:
        if file.path is None:
            text = decode(sys.stdin.buffer.read(), file.name, diagnostics)
        else:
            text = read_text(file.path, file.name, diagnostics)
        if text is not None:
            texts.append((text, file.named))
    return texts


def _text(name: str, diagnostics: Diagnostics) -> SourceText | None:
    from compiler.source.files import decode, read_text

    if name == "-":
        return decode(sys.stdin.buffer.read(), "<stdin>", diagnostics)
    return read_text(Path(name), name, diagnostics)


def _nothing(paths: tuple[str, ...], plans: tuple[str, ...]) -> Diagnostic:
    from compiler.frontend.document_codes import NO_DOCUMENT

    if plans and not paths:
        message = f"`{plans[0]}` has no policy of IAM" if len(plans) == 1 else "the plans have no policy of IAM"
        return Diagnostic(NO_DOCUMENT, message)
    where = f"`{paths[0]}` holds" if len(paths) == 1 else "the files hold"
    return Diagnostic(
        NO_DOCUMENT,
        f"{where} no policy document",
        help=("a document has a `Statement`; a spec is checked by `stackgrant check`",),
    )
