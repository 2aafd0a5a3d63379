"""What writing the output would change, compared with the folder as it stands. Reads only.

Ours is what carries our header. Everything else in the folder belongs to somebody else and is never touched; where it
stands in the way, that is a finding, and then nothing is written at all.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from compiler.diagnostics import Diagnostic
from compiler.diagnostics.value import record
from compiler.terraform.header import generated_from
from compiler.terraform.write_findings import case_clashes, foreign, kept, not_writable, other_spec, symlink

STAGING = ".stackgrant-staging"
MARKER = "stackgrant-incomplete.tf.json"
TESTS = "tests"
_SUFFIX, _TEST_SUFFIX = ".tf.json", ".tftest.json"


@record(frozen=True, slots=True)
class WritePlan:
    """Paths are relative to ``out``, with slashes, sorted.

    ``contents`` are the new bytes of what is ``written`` and ``previous`` the old ones of what is overwritten or
    ``pruned``; ``joining`` are the stacks' folders that do not exist yet; ``leftovers`` are traces of a compile that
    was killed. ``conflicts`` are errors: with one of them nothing is written. ``notes`` say what is left standing.
    """

    out: Path
    spec_name: str
    contents: Mapping[str, bytes]
    previous: Mapping[str, bytes]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    pruned: tuple[str, ...]
    joining: tuple[str, ...]
    leftovers: tuple[str, ...]
    conflicts: tuple[Diagnostic, ...]
    notes: tuple[Diagnostic, ...]

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.written or self.pruned or self.leftovers)


@record(slots=True)
class _Survey:
    """A plan while the folder is being read."""

    out: Path
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    joining: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    previous: dict[str, bytes] = field(default_factory=dict)
    conflicts: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)


def plan(out: Path, files: Mapping[str, bytes], *, spec_name: str, whole: bool) -> WritePlan:
    """Compare the output folder with ``files``, whose paths are ``<stack>/<file>``.

    The folders of the given stacks are compared file by file, and files of ours that are no longer wanted go. With
    ``whole`` (every stack of the spec was compiled) so do our files in the folders of stacks that have left the spec,
    as far as their header names this very spec. A header says the spec's file name, which two specs may share: where
    every stack would leave and others join, that is a conflict.
    """
    survey = _Survey(out)
    survey.conflicts.extend(case_clashes(out, files))
    by_folder: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, content in files.items():
        folder, slash, _ = path.partition("/")
        by_folder[folder + slash if slash else ""][path] = content
    try:
        existing = _entries(out)
        if STAGING in existing:
            survey.leftovers.append(STAGING)
        for folder, wanted in by_folder.items():
            _compare_folder(survey, folder, wanted, existing.get(folder.rstrip("/")))
        if whole:
            for name, entry in sorted(existing.items()):
                if f"{name}/" not in by_folder and name != STAGING and entry.is_dir(follow_symlinks=False):
                    with contextlib.suppress(PermissionError):  # somebody else's folder beside ours
                        _survey_orphan(survey, f"{name}/", spec_name)
            left = sorted({path.partition("/")[0] for path in survey.pruned})
            if left and by_folder and len(survey.joining) == len(by_folder):
                survey.conflicts.append(other_spec(out, spec_name, left))
    except OSError as error:
        survey.conflicts.append(not_writable(error, out))
    return WritePlan(
        out=out,
        spec_name=spec_name,
        contents={path: files[path] for path in survey.written},
        previous=survey.previous,
        written=tuple(sorted(survey.written)),
        unchanged=tuple(sorted(survey.unchanged)),
        pruned=tuple(sorted(survey.pruned)),
        joining=tuple(sorted(survey.joining)),
        leftovers=tuple(sorted(survey.leftovers)),
        conflicts=tuple(survey.conflicts),
        notes=tuple(survey.notes),
    )


def _compare_folder(survey: _Survey, folder: str, wanted: dict[str, bytes], entry: os.DirEntry[str] | None) -> None:
    if folder and entry is None:
        survey.joining.append(folder.rstrip("/"))
        survey.written.extend(wanted)
        return
    if entry is not None and not _is_plain_folder(survey, folder.rstrip("/"), entry):
        return
    if any(path.startswith(f"{folder}{TESTS}/") for path in wanted):
        tests = _entries(survey.out / folder).get(TESTS)
        if tests is not None and not _is_plain_folder(survey, f"{folder}{TESTS}", tests):
            return
    found = _our_kind(survey.out, folder)
    for path, content in wanted.items():
        file = found.get(path)
        if file is None:
            survey.written.append(path)
        elif _is_plain_file(survey, path, file):
            _compare_file(survey, path, content)
    for path, file in found.items():
        if path in wanted or not file.is_file(follow_symlinks=False):
            continue
        content = _read(survey.out, path)
        if generated_from(content) is not None:
            _drop(survey, path, content)


def _compare_file(survey: _Survey, path: str, content: bytes) -> None:
    before = _read(survey.out, path)
    if before == content:
        survey.unchanged.append(path)
    elif generated_from(before) is None:
        survey.conflicts.append(foreign(survey.out, path, "a file that stackgrant did not write"))
    else:
        survey.written.append(path)
        survey.previous[path] = before


def _survey_orphan(survey: _Survey, folder: str, spec_name: str) -> None:
    """A folder of no stack: what this spec wrote into it goes, everything else stays and is mentioned."""
    ours: set[str] = set()
    for path, file in _our_kind(survey.out, folder).items():
        if file.is_file(follow_symlinks=False):
            content = _read(survey.out, path)
            if generated_from(content) == spec_name:
                ours.add(path)
                _drop(survey, path, content)
    if not ours:
        return
    others = [
        name
        for name, entry in sorted(_entries(survey.out / folder).items())
        if f"{folder}{name}" not in ours and not (name == TESTS and _only_ours(entry, ours, folder))
    ]
    if others:
        survey.notes.append(kept(survey.out, folder, others))


def _only_ours(entry: os.DirEntry[str], ours: set[str], folder: str) -> bool:
    return entry.is_dir(follow_symlinks=False) and all(
        f"{folder}{TESTS}/{name}" in ours for name in _entries(Path(entry.path))
    )


def _drop(survey: _Survey, path: str, content: bytes) -> None:
    if path.endswith(f"/{MARKER}") or path == MARKER:
        survey.leftovers.append(path)
    else:
        survey.pruned.append(path)
        survey.previous[path] = content


def _our_kind(out: Path, folder: str) -> dict[str, os.DirEntry[str]]:
    """What stands in a stack's folder under names like those of our files, by path relative to ``out``."""
    entries = _entries(out / folder)
    found = {f"{folder}{name}": entry for name, entry in entries.items() if name.endswith(_SUFFIX)}
    tests = entries.get(TESTS)
    if tests is not None and tests.is_dir(follow_symlinks=False):
        inner = _entries(Path(tests.path))
        found |= {f"{folder}{TESTS}/{name}": entry for name, entry in inner.items() if name.endswith(_TEST_SUFFIX)}
    return found


def _is_plain_folder(survey: _Survey, path: str, entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        survey.conflicts.append(symlink(survey.out, path))
        return False
    if not entry.is_dir():
        survey.conflicts.append(foreign(survey.out, path, "a file where a folder has to be"))
        return False
    return True


def _is_plain_file(survey: _Survey, path: str, entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        survey.conflicts.append(symlink(survey.out, path))
        return False
    if not entry.is_file():
        survey.conflicts.append(foreign(survey.out, path, "a folder where a file has to be"))
        return False
    return True


def _entries(folder: Path) -> dict[str, os.DirEntry[str]]:
    """What stands in a folder, by name; nothing when there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except FileNotFoundError:
        return {}


def _read(out: Path, path: str) -> bytes:
    """A file's content, without the layers of ``open``: a fleet has thousands of these files."""
    handle = os.open(f"{out}/{path}", os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        parts = []
        while part := os.read(handle, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(handle)
