"""Finding the files of policy documents: files, patterns, folders and standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.diagnostics.value import record
from compiler.source.files import SKIPPED_FOLDERS, STANDARD_INPUT

_SUFFIXES = (".json", ".yaml", ".yml")


@record(frozen=True, slots=True)
class PolicyFile:
    """A file that may hold policies: ``path`` (None: standard input), ``name`` for people, whether it was named."""

    path: Path | None
    name: str
    named: bool


def find_policy_files(paths: Sequence[str]) -> tuple[tuple[PolicyFile, ...], tuple[str, ...]]:
    """The files that the paths stand for, each once, and the paths that lead to none.

    Of a folder these are all ``*.json``, ``*.yaml`` and ``*.yml`` below it; hidden folders and folders of foreign files
    are not entered. A pattern that the shell has not filled in is filled in here (``**`` crosses folders).
    """
    found: dict[str, PolicyFile] = {}
    empty: list[str] = []
    here = os.getcwd()  # noqa: PTH109 - compared as text
    for given in paths:
        if given == STANDARD_INPUT:
            found.setdefault(STANDARD_INPUT, PolicyFile(None, "<stdin>", True))
            continue
        is_pattern = any(sign in given for sign in "*?[") and not os.path.lexists(given)
        files = sorted(glob.glob(given, recursive=True)) if is_pattern else [given]  # noqa: PTH207 - keeps the spelling
        before = len(found)
        for file in files:
            inside = list(_below(file)) if os.path.isdir(file) else [file]  # noqa: PTH112
            for name in inside:
                shown = _shown(name, here)
                found.setdefault(os.path.realpath(name), PolicyFile(Path(name), shown, name == given))
        if not files or (len(found) == before and os.path.isdir(given) and not any(_below(given))):  # noqa: PTH112
            empty.append(given)
    return tuple(found.values()), tuple(empty)


def _shown(name: str, here: str) -> str:
    full = os.path.abspath(name)  # noqa: PTH100 - links keep their names
    return Path(full).relative_to(here).as_posix() if full.startswith(here + os.sep) else full


def _below(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS)
        for name in sorted(names):
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                yield os.path.join(parent, name)  # noqa: PTH118 - a thousand files


def is_json(name: str, text: str) -> bool:
    """Whether a text is JSON: by the name of its file, or by its first character where the name does not tell."""
    if name.endswith((".yaml", ".yml")):
        return False
    return name.endswith(".json") or text.lstrip()[:1] in ("{", "[")
