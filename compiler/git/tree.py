"""The files of a repository as they were at a commit, read from git's objects and from nowhere else.

Paths are those of the work tree. What lies outside of the repository has no earlier state and is read from the disk.
Contents are what was committed: filters of attributes (``eol``, LFS) are not run.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record
from compiler.git.process import Objects
from compiler.git.repository import Commit, relative_to_top
from compiler.source.tree import DISK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER, _LINK, _SUBMODULE = "40000", "120000", "160000"
_MOST_LINKS = 40  # as many as Linux follows


@record(frozen=True, slots=True)
class _Entry:
    mode: str
    id: str

    @property
    def is_folder(self) -> bool:
        return self.mode in (_FOLDER, _SUBMODULE)


@record(slots=True)
class GitTree:
    """See ``compiler.source.tree.FileTree``; ``close`` when done.

    ``incomplete`` is whether the clone lacked something that was asked for, which no answer can be built on.
    """

    commit: Commit
    _objects: Objects
    _root: _Entry
    incomplete: bool = False
    _folders: dict[str, dict[str, _Entry]] = field(default_factory=dict)

    @classmethod
    def at(cls, commit: Commit) -> GitTree:
        """The files at a commit."""
        return cls(commit, Objects(commit.top), _Entry(_FOLDER, f"{commit.id}^{{tree}}"))

    def close(self) -> None:
        """Let go of git."""
        self._objects.close()

    def is_folder(self, path: Path) -> bool:
        """See ``FileTree``."""
        if (inside := relative_to_top(self.commit.top, path)) is None:
            return DISK.is_folder(path)
        entry = self._follow(inside)[1]
        return entry is not None and entry.is_folder

    def exists(self, path: Path) -> bool:
        """See ``FileTree``."""
        if (inside := relative_to_top(self.commit.top, path)) is None:
            return DISK.exists(path)
        return self._follow(inside)[1] is not None

    def size(self, path: Path) -> int | None:
        """See ``FileTree``."""
        if (inside := relative_to_top(self.commit.top, path)) is None:
            return DISK.size(path)
        entry = self._follow(inside)[1]
        return None if entry is None or entry.is_folder else len(self._content(entry, path))

    def read(self, path: Path) -> bytes:
        """See ``FileTree``."""
        if (inside := relative_to_top(self.commit.top, path)) is None:
            return DISK.read(path)
        entry = self._follow(inside)[1]
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if entry.is_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        return self._content(entry, path)

    def real(self, path: Path) -> str:
        """See ``FileTree``."""
        if (inside := relative_to_top(self.commit.top, path)) is None:
            return DISK.real(path)
        return str(self.commit.top / self._follow(inside)[0])

    def walk(
        self, folder: Path, onerror: Callable[[OSError], None] | None = None
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        """See ``FileTree``."""
        inside = relative_to_top(self.commit.top, folder)
        if inside is None:
            yield from DISK.walk(folder, onerror)
            return
        try:
            entries = self._entries(inside)
            folders = [name for name in entries if self.is_folder(folder / name)]
        except OSError as error:
            if onerror is not None:
                onerror(error)
            return
        yield str(folder), folders, [name for name in entries if name not in folders]
        for name in folders:
            if entries[name].mode == _FOLDER:
                yield from self.walk(folder / name, onerror)

    def _entries(self, inside: Path) -> dict[str, _Entry]:
        entry = self._follow(inside)[1]
        return self._children(entry) if entry is not None and entry.is_folder else {}

    def _children(self, folder: _Entry) -> dict[str, _Entry]:
        if folder.mode == _SUBMODULE:  # another repository: empty, as where it has not been fetched
            return {}
        if folder.id not in self._folders:
            data = self._content(folder, self.commit.top)
            # All ids of a repository have one length: that of the commit's.
            self._folders[folder.id] = _parse(data, len(self.commit.id) // 2)
        return self._folders[folder.id]

    def _content(self, entry: _Entry, path: Path) -> bytes:
        content = self._objects.read(entry.id)
        if content is None:
            self.incomplete = True
            raise OSError(errno.EIO, f"the clone lacks a part of {self.commit.name}", str(path))
        return content

    def _follow(self, inside: Path) -> tuple[Path, _Entry | None]:
        """Where a path leads after all links, and what is there."""
        names: list[str] = []
        chain = [self._root]
        pending = list(reversed(inside.parts))
        links = 0
        while pending:
            name = pending.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if not names:
                    return inside, None  # out of the repository
                names.pop()
                chain.pop()
                continue
            entry = self._children(chain[-1]).get(name) if chain[-1].is_folder else None
            if entry is None:
                return Path(*names, name, *reversed(pending)), None
            if entry.mode != _LINK:
                names.append(name)
                chain.append(entry)
                continue
            links += 1
            target = os.fsdecode(self._content(entry, inside))
            if target.startswith("/") or links > _MOST_LINKS:
                return inside, None
            pending.extend(reversed(target.split("/")))
        return Path(*names), chain[-1]


def _parse(data: bytes, id_length: int) -> dict[str, _Entry]:
    """The entries of git's tree object: mode, space, name, NUL, id in binary."""
    entries: dict[str, _Entry] = {}
    at = 0
    with suppress(ValueError):  # the end
        while True:
            name_end = data.index(b"\0", at)
            mode, _, name = data[at:name_end].partition(b" ")
            at = name_end + 1 + id_length
            entries[os.fsdecode(name)] = _Entry(mode.decode(), data[name_end + 1 : at].hex())
    return entries
