"""``--config`` and ``--no-config``: which project file a command goes by."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostics
from compiler.ir.project import Project

if TYPE_CHECKING:
    from compiler.diagnostics import Code
    from compiler.source.tree import FileTree


def project_of(
    paths: Sequence[str],
    config: str | None,
    diagnostics: Diagnostics,
    *,
    no_config: bool,
    tree: FileTree | None = None,
) -> Project:
    """The project that holds for the paths (on the disk, or in ``tree``); an empty one where there is no file."""
    if config is not None and no_config:
        import click

        raise click.UsageError("--config and --no-config exclude each other")
    if no_config:
        return Project()
    from compiler.source.project_file import find_project_file, shown_path
    from compiler.source.tree import DISK

    tree = tree or DISK
    path = Path(config) if config is not None else find_project_file(paths, tree)
    if path is None:
        return Project()
    from compiler.frontend.project import read_project
    from compiler.source.files import read_text

    name = config if config is not None else shown_path(os.fspath(path))
    text = read_text(path, name, diagnostics, tree)
    return Project() if text is None else read_project(text, path, _all_codes, diagnostics)


def _all_codes() -> Sequence[Code]:
    from compiler.codes import ALL_CODES

    return ALL_CODES
