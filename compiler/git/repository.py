"""The repository that a spec lies in, and the commit that a ref means there; what is wrong is a diagnostic."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Code, Diagnostic, did_you_mean
from compiler.diagnostics.value import record
from compiler.git.codes import NO_GIT, NO_REPOSITORY, UNKNOWN_REF
from compiler.git.process import Answer, ask

if TYPE_CHECKING:
    from compiler.diagnostics import Diagnostics

_SHORT = 10


@record(frozen=True, slots=True)
class Commit:
    """A commit: ``ref`` as it was asked for, ``top`` is the top folder of the work tree."""

    top: Path
    ref: str
    id: str

    @property
    def name(self) -> str:
        """How people are told: the ref, and the commit where the ref is not the commit itself."""
        return self.ref if self.id.startswith(self.ref) else f"{self.ref} ({self.id[:_SHORT]})"


def find_commit(folder: Path, ref: str, diagnostics: Diagnostics) -> Commit | None:
    """The commit that a ref means in the repository of a folder, or None (which is reported).

    ``REF...`` means the last commit that ``REF`` and ``HEAD`` have in common, as in ``git diff``.
    """
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    answer = ask(folder, "rev-parse", "--show-toplevel")
    if answer.code is None:
        diagnostics.add(Diagnostic(NO_GIT, "`git` cannot be started", notes=(answer.err,), help=("install git",)))
        return None
    if answer.code != 0:
        diagnostics.add(_no_repository(folder, answer))
        return None
    top = Path(answer.out.removesuffix("\n"))
    name = ref.removesuffix("...")
    # What begins with a dash would be an option, and no ref does.
    found = ask(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") if name[:1] not in ("", "-") else None
    if found is None or found.code != 0:
        diagnostics.add(_unknown(top, name))
        return None
    commit = found.out.strip()
    if name != ref:
        base = ask(top, "merge-base", commit, "HEAD")
        if base.code != 0:
            message = f"`{name}` and HEAD have no commit in common"
            diagnostics.add(_fault(UNKNOWN_REF, message, *_deepen(top, "git fetch --unshallow")))
            return None
        commit = base.out.strip()
    return Commit(top, ref, commit)


def _fault(code: Code, message: str, *help_lines: str) -> Diagnostic:
    return Diagnostic(code, message, help=help_lines)


def _no_repository(folder: Path, answer: Answer) -> Diagnostic:
    said = answer.err.strip().splitlines()
    owned = any("safe.directory" in line for line in said)
    help_lines = (f"git config --global --add safe.directory {folder}",) if owned else ()
    return Diagnostic(
        NO_REPOSITORY,
        f"`{folder}` lies in no git repository that can be read",
        notes=tuple(said[:1]),
        help=(*help_lines, "without `--changed-since`, all stacks are listed"),
    )


def _unknown(top: Path, name: str) -> Diagnostic:
    refs = ask(top, "for-each-ref", "--format=%(refname:short)").out.splitlines()
    elsewhere = [ref for ref in refs if name and ref.endswith(f"/{name}")]
    hints = (f"`{elsewhere[0]}` exists",) if elsewhere else did_you_mean(name, refs)
    fetch = _deepen(top, f"git fetch --depth=1 origin {name or 'REF'}") if not elsewhere else ()
    message = f"`{name}` leads to no commit of this clone" if name.strip("0") else _nothing(name)
    return _fault(UNKNOWN_REF, message, *hints, *fetch, "without `--changed-since`, all stacks are listed")


def _nothing(name: str) -> str:
    if not name:
        return "the git ref is empty"
    return f"`{name}` is no commit: that is what pipelines say of a branch that is new"


def _deepen(top: Path, command: str) -> tuple[str, ...]:
    if ask(top, "rev-parse", "--is-shallow-repository").out.strip() != "true":
        return ()
    return (f"the clone is shallow: `{command}`, or clone with the whole history",)


def relative_to_top(top: Path, path: Path) -> Path | None:
    """The path from the top of the repository; None where it leads out, or into git's own folder."""
    full = Path(os.path.abspath(path))  # noqa: PTH100 - links inside of the repository are the commit's affair
    if not full.is_relative_to(top):
        full = Path(os.path.realpath(full.parent)) / full.name
    if not full.is_relative_to(top):
        return None
    inside = full.relative_to(top)
    return None if ".git" in inside.parts else inside
