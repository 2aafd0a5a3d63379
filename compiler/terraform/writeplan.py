"""What writing the output would change, compared with the folder as it stands. Reads only.

Ours is what carries our header. Everything else in the folder belongs to somebody else and is never touched; where it
stands in the way, that is a finding, and then nothing is written at all.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping
from dataclasses import field
from pathlib import Path

from compiler.diagnostics import Diagnostic
from compiler.diagnostics.value import record
from compiler.terraform.header import generated_from
from compiler.terraform.output import Folder, in_folders, sealed
from compiler.terraform.write_findings import case_clashes, foreign, kept, not_writable, other_spec, symlink

STAGING = ".stackgrant-staging"
MARKER = "stackgrant-incomplete.tf.json"
TESTS = "tests"
_SUFFIX, _TEST_SUFFIX = ".tf.json", ".tftest.json"
_CHUNK = 1 << 16
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


@record(frozen=True, slots=True)
class WritePlan:
    """Paths are relative to ``out``, with slashes, sorted.

    ``output`` is what the folders are to hold, and ``previous`` the old bytes of what is overwritten or ``pruned``;
    ``joining`` are the stacks' folders that do not exist yet; ``leftovers`` are traces of a compile that
    was killed. ``conflicts`` are errors: with one of them nothing is written. ``notes`` say what is left standing.
    """

    out: Path
    spec_name: str
    output: Mapping[str, Folder]
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

    @property
    def contents(self) -> dict[str, bytes]:
        """The new bytes of what is ``written``."""
        return {path: self.content(path) for path in self.written}

    def content(self, path: str) -> bytes:
        """The bytes that a file is to hold."""
        folder, slash, name = path.partition("/")
        return self.output[folder if slash else ""].contents()[name if slash else path]


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
    """Compare the output folder with ``files``, whose paths are ``<stack>/<file>``: see ``plan_folders``."""
    return plan_folders(out, in_folders(files), spec_name=spec_name, whole=whole)


def plan_folders(out: Path, output: Mapping[str, Folder], *, spec_name: str, whole: bool) -> WritePlan:
    """Compare the output folder with what the folders of the stacks are to hold.

    The folders of the given stacks are compared file by file, and files of ours that are no longer wanted go. With
    ``whole`` (every stack of the spec was compiled) so do our files in the folders of stacks that have left the spec,
    as far as their header names this very spec. A header says the spec's file name, which two specs may share: where
    every stack would leave and others join, that is a conflict.
    """
    survey = _Survey(out)
    if _may_clash(output):
        paths = [_path(name, file) for name, folder in output.items() for file in folder.names]
        survey.conflicts.extend(case_clashes(out, paths))
    try:
        existing = _entries(out)
        if STAGING in existing:
            survey.leftovers.append(STAGING)
        for name, folder in output.items():
            _compare_folder(survey, name, folder, existing.get(name))
        if whole:
            for name, entry in sorted(existing.items()):
                if name not in output and name != STAGING and entry.is_dir(follow_symlinks=False):
                    with contextlib.suppress(PermissionError):  # somebody else's folder beside ours
                        _survey_orphan(survey, name, spec_name)
            left = sorted({path.partition("/")[0] for path in survey.pruned})
            if left and output and len(survey.joining) == len(output):
                survey.conflicts.append(other_spec(out, spec_name, left))
    except OSError as error:
        survey.conflicts.append(not_writable(error, out))
    return WritePlan(
        out=out,
        spec_name=spec_name,
        output=output,
        previous=survey.previous,
        written=tuple(sorted(survey.written)),
        unchanged=tuple(sorted(survey.unchanged)),
        pruned=tuple(sorted(survey.pruned)),
        joining=tuple(sorted(survey.joining)),
        leftovers=tuple(sorted(survey.leftovers)),
        conflicts=tuple(survey.conflicts),
        notes=tuple(survey.notes),
    )


def _path(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _may_clash(output: Mapping[str, Folder]) -> bool:
    """Whether two paths are the same but for case, as they are only where two folders or two names in one are."""

    def twice(names: Collection[str]) -> bool:
        return len({*map(str.casefold, names)}) < len(names)

    return twice(output) or any(twice(folder.names) for folder in output.values())


def _compare_folder(survey: _Survey, name: str, folder: Folder, entry: os.DirEntry[str] | None) -> None:
    if name and entry is None:
        survey.joining.append(name)
        survey.written.extend(_path(name, file) for file in folder.names)
        return
    if entry is not None and not _is_plain_folder(survey, name, entry):
        return
    entries = _entries(survey.out / name)
    tests = entries.get(TESTS)
    wants_tests = tests is not None and any(file.startswith(f"{TESTS}/") for file in folder.names)
    if tests is not None and wants_tests and not _is_plain_folder(survey, _path(name, TESTS), tests):
        return
    found = _our_kind(entries)
    if folder.digest and _stands_there(survey.out, name, folder, found):
        survey.unchanged.extend(_path(name, file) for file in folder.names)
    else:
        _compare_files(survey, name, folder.contents(), found)
    wanted = frozenset(folder.names)
    for file, standing in found.items():
        if file in wanted or not standing.is_file(follow_symlinks=False):
            continue
        content = _read(survey.out, _path(name, file))
        if generated_from(content) is not None:
            _drop(survey, _path(name, file), content)


def _stands_there(out: Path, name: str, folder: Folder, found: Mapping[str, os.DirEntry[str]]) -> bool:
    """Whether all files are there and hold, byte for byte, what they should: they are read, each time."""
    start, contents = f"{out}/{name}", []
    for file in folder.names:
        if (entry := found.get(file)) is None or not entry.is_file(follow_symlinks=False):
            return False
        contents.append(_read(start, file))
    return sealed(contents) == folder.digest


def _compare_files(
    survey: _Survey, name: str, wanted: Mapping[str, bytes], found: Mapping[str, os.DirEntry[str]]
) -> None:
    for file, content in wanted.items():
        path, entry = _path(name, file), found.get(file)
        if entry is None:
            survey.written.append(path)
        elif _is_plain_file(survey, path, entry):
            _compare_file(survey, path, content)


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
    entries = _entries(survey.out / folder)
    for name, file in _our_kind(entries).items():
        if file.is_file(follow_symlinks=False):
            content = _read(survey.out, f"{folder}/{name}")
            if generated_from(content) == spec_name:
                ours.add(name)
                _drop(survey, f"{folder}/{name}", content)
    if not ours:
        return
    others = [
        name
        for name, entry in sorted(entries.items())
        if name not in ours and not (name == TESTS and _only_ours(entry, ours))
    ]
    if others:
        survey.notes.append(kept(survey.out, f"{folder}/", others))


def _only_ours(entry: os.DirEntry[str], ours: set[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and all(f"{TESTS}/{name}" in ours for name in _entries(Path(entry.path)))


def _drop(survey: _Survey, path: str, content: bytes) -> None:
    if path.endswith(f"/{MARKER}") or path == MARKER:
        survey.leftovers.append(path)
    else:
        survey.pruned.append(path)
        survey.previous[path] = content


def _our_kind(entries: Mapping[str, os.DirEntry[str]]) -> dict[str, os.DirEntry[str]]:
    """Of what stands in a stack's folder, that under names like those of our files, by path in the folder."""
    found = {name: entry for name, entry in entries.items() if name.endswith(_SUFFIX)}
    tests = entries.get(TESTS)
    if tests is not None and tests.is_dir(follow_symlinks=False):
        inner = _entries(Path(tests.path))
        found |= {f"{TESTS}/{name}": entry for name, entry in inner.items() if name.endswith(_TEST_SUFFIX)}
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


def _read(out: Path | str, path: str) -> bytes:
    """A file's content, without the layers of ``open``: a fleet has thousands of these files."""
    handle = os.open(f"{out}/{path}", _READ)
    try:
        parts = []
        while part := os.read(handle, _CHUNK):
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)
    finally:
        os.close(handle)
