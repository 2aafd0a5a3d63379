"""What ``stackgrant matrix`` compares: the spec as it is, and the spec or its output as they were at a commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import field
from pathlib import Path
from typing import Literal

from compiler.cli.common import engine, guardrail_texts, overrides_of
from compiler.cli.project import project_of
from compiler.diagnostics import Diagnostic, Diagnostics, Severity, SourceText
from compiler.diagnostics.value import record
from compiler.driver import Options, Result, compile_sources, read_sources
from compiler.git.codes import INCOMPLETE_CLONE, OUTSIDE_REPOSITORY
from compiler.git.repository import Commit, find_commit, relative_to_top
from compiler.git.tree import GitTree
from compiler.source.codes import FILE_NOT_FOUND
from compiler.source.files import find_spec_files
from compiler.source.tree import DISK, FileTree
from compiler.terraform.changes import output_in


@record(frozen=True, slots=True)
class Request:
    """What the command line says of both sides alike."""

    paths: tuple[str, ...]
    settings: tuple[str, ...]
    value_files: tuple[str, ...]
    config: str | None
    no_config: bool
    output: str
    against: Literal["spec", "output"]
    layout: Literal["root", "module"]
    tests: bool


@record(frozen=True, slots=True)
class Earlier:
    """The output at a commit. ``files`` is None where it cannot be known, and ``unknown`` says why."""

    files: Mapping[str, bytes] | None
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unknown: str = ""


def find(request: Request, ref: str, diagnostics: Diagnostics) -> Commit | None:
    """The commit that a ref means in the repository of the spec; what is wrong is reported."""
    first = Path(request.paths[0])
    commit = find_commit(first if first.is_dir() else first.parent, ref, diagnostics)
    named = (*request.paths, *([request.output] if request.against == "output" else []))
    for path in named if commit else ():
        if commit and relative_to_top(commit.top, Path(path)) is None:
            message = f"`{path}` lies outside of the repository `{commit.top}`"
            diagnostics.add(Diagnostic(OUTSIDE_REPOSITORY, message, help=("name only what lies in one repository",)))
    return commit


def compile_at(
    request: Request,
    diagnostics: Diagnostics,
    tree: FileTree = DISK,
    *,
    stacks: tuple[str, ...] = (),
    guardrail_files: Sequence[str] | None = None,
) -> Result:
    """Compile the spec with every file read from the tree; without guardrails where none are given."""
    overrides = overrides_of(request.settings, request.value_files, diagnostics, tree)
    sources = read_sources(find_spec_files(request.paths, diagnostics, tree), diagnostics, tree)
    project = project_of(request.paths, request.config, diagnostics, no_config=request.no_config, tree=tree)
    guardrails: tuple[SourceText, ...] = ()
    if guardrail_files is not None:
        guardrails = guardrail_texts((*project.guardrails, *guardrail_files), diagnostics)
    # What is kept holds for the disk only.
    jobs, cache = engine(None, no_cache=False) if tree is DISK else (1, None)
    options = Options(
        stacks=stacks,
        overrides=overrides,
        layout=request.layout,
        tests=request.tests,
        guardrails=guardrails,
        project=project,
        tree=tree,
        programs=False,
        jobs=jobs,
        cache=cache,
    )
    return compile_sources(sources, options, diagnostics)


def earlier(request: Request, commit: Commit, now: Result, diagnostics: Diagnostics) -> Earlier | None:
    """The output as it was at a commit: committed there, or what its spec compiles to today.

    None where the clone lacks what has to be read (which is reported).
    """
    with closing(GitTree.at(commit)) as tree:
        found = _committed(request, tree, now) if request.against == "output" else _compiled(request, tree)
        if not tree.incomplete:
            return found
    message = f"the clone lacks files of {commit.name}"
    help_lines = ("clone without `--filter`", "`GIT_NO_LAZY_FETCH=0` in the environment lets git fetch them")
    diagnostics.add(Diagnostic(INCOMPLETE_CLONE, message, help=help_lines))
    return None


def _compiled(request: Request, tree: GitTree) -> Earlier:
    commit = tree.commit
    before = compile_at(request, Diagnostics(), tree)
    if not before.failed:
        places = {stack.name: (stack.account, stack.region) for stack in before.stacks}
        return Earlier(before.files, places)
    errors = [item for item in before.diagnostics if item.level is Severity.ERROR]
    if all(item.code is FILE_NOT_FOUND for item in errors):
        return Earlier(None, unknown=f"at {commit.name} {errors[0].message}")
    return Earlier(None, unknown=f"the spec at {commit.name} does not compile ({_first(errors)})")


def _committed(request: Request, tree: GitTree, now: Result) -> Earlier:
    stacks = {stack.name for stack in now.stacks}
    try:
        files = output_in(tree, Path(request.output), stacks=stacks, spec_name=now.spec_name)
    except OSError as error:
        return Earlier(None, unknown=f"the output at {tree.commit.name} cannot be read ({error.strerror})")
    if not files:
        return Earlier(None, unknown=f"`{request.output}` holds no output of this spec at {tree.commit.name}")
    return Earlier(files)


def _first(errors: Sequence[Diagnostic]) -> str:
    more = f", and {len(errors) - 1:,} more" if len(errors) > 1 else ""
    span = errors[0].span
    where = f" at {span.source.name}:{span.source.position(span.start)[0]}" if span else ""
    return f"{errors[0].code.id}{where}: {errors[0].message}{more}"
