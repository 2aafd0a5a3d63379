"""Where the project file stands: beside what is checked, or above it, up to the top of the repository."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.source.files import STANDARD_INPUT
from compiler.source.tree import DISK, FileTree

PROJECT_FILE = ".stackgrant.yaml"


def find_project_file(paths: Sequence[str], tree: FileTree = DISK) -> Path | None:
    """The nearest project file at or above the common folder of the paths, or None."""
    try:
        return next((file for file in project_file_places(paths, tree) if tree.size(file) is not None), None)
    except OSError:
        return None


def project_file_places(paths: Sequence[str], tree: FileTree = DISK) -> Iterator[Path]:
    """Where a project file may lie, the nearest place first.

    The search ends at the folder with ``.git``: what lies above belongs to somebody else.
    """
    folders = [_folder_of(path, tree) for path in paths if path != STANDARD_INPUT] or [os.path.abspath(".")]  # noqa: PTH100
    try:
        folder = Path(os.path.commonpath(folders))
    except ValueError:  # on several drives
        folder = Path(folders[0])
    for place in (folder, *folder.parents):
        yield place / PROJECT_FILE
        if tree.exists(place / ".git"):
            return


def _folder_of(path: str, tree: FileTree) -> str:
    while any(sign in path for sign in "*?[") and not os.path.lexists(path):
        path = os.path.dirname(path)  # noqa: PTH120 - an empty one is the working directory
    full = os.path.abspath(path)  # noqa: PTH100 - links keep their names
    return full if tree.is_folder(Path(full)) else os.path.dirname(full)  # noqa: PTH120


def shown_path(path: str) -> str:
    """A path as people know it: from the working directory when it lies below, and whole otherwise."""
    full, here = os.path.abspath(path), os.getcwd()  # noqa: PTH100, PTH109
    return Path(full).relative_to(here).as_posix() if full.startswith(here.rstrip(os.sep) + os.sep) else full
