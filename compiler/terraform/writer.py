"""The only module that writes files: the output whole or not at all, even when the process is killed in between.

New contents are staged beside the output. One changed file is one atomic rename, and so is the folder of a stack that
joins. When several change, a marker file goes first into every folder that does: a ``.tf.json`` that Terraform refuses
with a message saying what to do. So a folder is, at any moment, the old one, or the new one, or refused; the next
compile repairs it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from compiler.diagnostics import Diagnostic
from compiler.terraform.codes import FOREIGN_FILE
from compiler.terraform.encode import encode
from compiler.terraform.header import header
from compiler.terraform.output import Elsewhere
from compiler.terraform.write_findings import busy, incomplete, not_writable
from compiler.terraform.writeplan import MARKER, STAGING, TESTS, WritePlan, plan

if sys.platform != "win32":
    import fcntl

__all__ = [
    "WritePlan", "append_report", "commit", "copy_scratch", "plan", "replace_file", "stage_elsewhere", "write_new",
    "write_scratch",
]  # fmt: skip

# Terraform: `No argument or block type is named "…"`.
_MARKER_MESSAGE = "the last `stackgrant compile` did not finish writing this folder: run it again"
_NUMBERED = "."  # before the number of a staged file; no stack is called so
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def commit(plan: WritePlan) -> tuple[Diagnostic, ...]:
    """Carry out a plan: empty when all went well, otherwise why nothing was written.

    The one finding after which something *was* written says so: then the marker stands in the changed folders.
    """
    if plan.conflicts or not plan.changes:
        return plan.conflicts
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        with _alone_in(plan.out) as alone:
            return _carry_out(plan) if alone else (busy(plan.out),)
    except OSError as error:
        return (not_writable(error, plan.out),)


def write_new(path: Path, text: str) -> Diagnostic | None:
    """Write a text to a file that does not exist yet; None when it was written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text.encode())
    except FileExistsError:
        return Diagnostic(
            FOREIGN_FILE,
            f"`{path}` exists already",
            notes=("it is never overwritten; nothing was written",),
            help=("give another name, or move it away",),
        )
    except OSError as error:
        return not_writable(error, path)
    return None


def replace_file(path: Path, content: bytes) -> Diagnostic | None:
    """Write a file in one step, over the one that stands there, with its permissions; None when it was written."""
    path = path.resolve()
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(staged, content)
        if path.exists():
            staged.chmod(stat.S_IMODE(path.stat().st_mode))
        staged.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)
        return not_writable(error, path)
    return None


def append_report(path: Path, text: str) -> Diagnostic | None:
    """Add a text to the end of a file that is shared with others; None when it was written."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        return not_writable(error, path)
    return None


def copy_scratch(folder: Path, scratch: Path) -> None:
    """Copy a module to a temporary folder of ours: without its state, and without what ``terraform init`` made."""
    import shutil

    shutil.copytree(folder, scratch, ignore=shutil.ignore_patterns(".terraform", "*.tfstate", "*.tfstate.*", ".git"))


def write_scratch(folder: Path, path: str, content: bytes) -> None:
    """Write or replace a file in a temporary folder of ours."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


def stage_elsewhere(staging: str, folders: Mapping[str, Mapping[str, bytes]], marker: bytes, parent: int) -> None:
    """Stage folders for another process, the parent of this one, which holds the lock.

    Should it die, the next compile clears the staging away, and makes its own. So this one goes by a handle of the
    folder as it was when the parent was certainly alive, and not by its name.
    """
    handle = os.open(staging, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name, files in folders.items():
            if os.getppid() != parent:
                return
            _stage_folder(name, files, marker, handle)
    finally:
        os.close(handle)


def _take_away(folder: Path, *, whatever: bool = False) -> None:
    """Remove a folder with all that is in it; ``whatever`` the system says."""
    import shutil  # takes longer to load than a small compile to write, and what is left over is rare

    shutil.rmtree(folder, ignore_errors=whatever)


def _carry_out(plan: WritePlan) -> tuple[Diagnostic, ...]:
    staging = plan.out / STAGING
    files = _in_standing_folders(plan)
    several = len(files) + len(plan.joining) + len(plan.pruned) > 1 or bool(plan.leftovers)
    folders = _folders(plan, files) if several else []
    try:
        if staging.is_dir() or staging.is_symlink():
            _take_away(staging)
        _stage(plan, staging, files, folders, several=several)
        _mark(plan, staging, folders, start=len(files))
    except OSError as error:
        _take_away(staging, whatever=True)
        return (not_writable(error, plan.out),)
    try:
        _swap(plan, staging, files)
        _remove_empty(plan)
        for folder in (*folders, *(plan.out / name for name in plan.joining if several)):
            (folder / MARKER).unlink()
        staging.rmdir()
        _remove_empty(plan)
    except OSError as error:
        _take_away(staging, whatever=True)
        return (incomplete(error, plan.out, MARKER) if several else not_writable(error, plan.out),)
    return ()


def _in_standing_folders(plan: WritePlan) -> list[str]:
    """The files that are written into folders which exist; the others come with a folder which joins."""
    joining = set(plan.joining)
    return [path for path in plan.written if path.partition("/")[0] not in joining]


def _folders(plan: WritePlan, files: list[str]) -> list[Path]:
    """The standing folders of all stacks that change or that a killed compile left with its marker."""
    changed = {path.partition("/")[0] if "/" in path else "" for path in (*files, *plan.pruned)}
    marked = {path.removesuffix(MARKER).rstrip("/") for path in plan.leftovers if path != STAGING}
    return [plan.out / folder for folder in sorted((changed | marked) - set(plan.joining))]


def _stage(plan: WritePlan, staging: Path, files: list[str], folders: list[Path], *, several: bool) -> None:
    """Put all new contents on disk: folders that join as they will be, with their marker, other files under numbers."""
    staging.mkdir()
    marker = encode({"//": header(plan.spec_name), _MARKER_MESSAGE: {}})
    helpers: dict[Elsewhere, list[str]] = defaultdict(list)
    here: list[str] = []
    for name in plan.joining:
        elsewhere = plan.output[name].elsewhere
        (here if elsewhere is None else helpers[elsewhere]).append(name)
    contents = [plan.content(path) for path in files] + [marker] * len(folders)
    for helper, names in helpers.items():
        helper.begin(os.path.abspath(staging), names, marker if several else b"")  # noqa: PTH100 - links stay
    try:
        for name in here:
            _stage_folder(f"{staging}/{name}", plan.output[name].contents(), marker if several else b"")
        for number, content in enumerate(contents):
            _write(f"{staging}/{_NUMBERED}{number}", content)
    finally:  # before anything is taken away again: who still writes would be in the way
        _finish_all(helpers)


def _finish_all(helpers: Iterable[Elsewhere]) -> None:
    """Wait for all of them, also where one of them says no."""
    refused: OSError | None = None
    for helper in helpers:
        try:
            helper.finish()
        except OSError as error:
            refused = error
    if refused is not None:
        raise refused


def _stage_folder(folder: str, files: Mapping[str, bytes], marker: bytes, base: int | None = None) -> None:
    """Make a folder that joins; ``base`` is a handle of the folder that its path starts from."""
    os.mkdir(folder, dir_fd=base)
    if marker:
        _write(f"{folder}/{MARKER}", marker, base)
    for parent in sorted({name.rpartition("/")[0] for name in files if "/" in name}):
        os.mkdir(f"{folder}/{parent}", dir_fd=base)
    for name, content in files.items():
        _write(f"{folder}/{name}", content, base)


def _mark(plan: WritePlan, staging: Path, folders: list[Path], *, start: int) -> None:
    """Put the marker into each folder; into none of them when one refuses it, since nothing has changed yet."""
    marked: list[Path] = []
    try:
        for number, folder in enumerate(folders, start=start):
            (staging / f"{_NUMBERED}{number}").replace(folder / MARKER)
            marked.append(folder)
    except OSError:
        before = {plan.out / path for path in plan.leftovers}
        for folder in marked:
            if folder / MARKER not in before:
                (folder / MARKER).unlink(missing_ok=True)
        raise


def _swap(plan: WritePlan, staging: Path, files: list[str]) -> None:
    """Delete and rename. Deleting comes first: where case is ignored, the new name may be the old file."""
    for path in plan.pruned:
        (plan.out / path).unlink(missing_ok=True)
    for parent in sorted({path.rpartition("/")[0] for path in files}):
        (plan.out / parent).mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(files):
        (staging / f"{_NUMBERED}{number}").replace(plan.out / path)
    for folder in plan.joining:
        (staging / folder).rename(plan.out / folder)


def _remove_empty(plan: WritePlan) -> None:
    """Remove the folders that pruning has emptied (also that of a compile that was killed), deepest first."""
    dropped = [plan.out / path for path in (*plan.pruned, *plan.leftovers)]
    parents = {parent for path in dropped for parent in path.parents if parent.is_relative_to(plan.out)}
    stacks = {parent / TESTS for parent in parents if parent.parent == plan.out}
    for folder in sorted((parents | stacks) - {plan.out}, key=lambda folder: -len(folder.parts)):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _write(path: Path | str, content: bytes, base: int | None = None) -> None:
    """Create a file; never follow or replace what stands there."""
    handle = os.open(path, _CREATE, 0o666, dir_fd=base)
    try:
        written = os.write(handle, content)
        while written < len(content):
            written += os.write(handle, memoryview(content)[written:])
    finally:
        os.close(handle)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock, which the system releases when the process ends in whatever way."""
    if sys.platform == "win32":
        yield True
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)
