"""Where files are read from: the disk, or something that stands for it, such as the disk as it was at a commit."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class FileTree(Protocol):
    """Files and folders by their paths. What cannot be looked at or read is an ``OSError``, as on the disk."""

    def is_folder(self, path: Path) -> bool:
        """Whether a folder (or a link to one) is there."""

    def exists(self, path: Path) -> bool:
        """Whether anything is there."""

    def size(self, path: Path) -> int | None:
        """The bytes of the file there; None where there is none, or no ordinary one."""

    def read(self, path: Path) -> bytes:
        """The content of the file."""

    def real(self, path: Path) -> str:
        """The path after all links have been followed."""

    def walk(
        self, folder: Path, onerror: Callable[[OSError], None] | None = None
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        """Folder, names of folders and names of files, as ``os.walk`` gives them; links are not entered."""


class Disk:
    """The files as they are now."""

    def is_folder(self, path: Path) -> bool:
        """See ``FileTree``."""
        return path.is_dir()

    def exists(self, path: Path) -> bool:
        """See ``FileTree``."""
        return path.exists()

    def size(self, path: Path) -> int | None:
        """See ``FileTree``."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, path: Path) -> bytes:
        """See ``FileTree``."""
        return path.read_bytes()

    def real(self, path: Path) -> str:
        """See ``FileTree``."""
        # Unlike Path.resolve, realpath takes a link that leads to itself: reading it says what is wrong.
        return os.path.realpath(path)

    def walk(
        self, folder: Path, onerror: Callable[[OSError], None] | None = None
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        """See ``FileTree``."""
        return os.walk(folder, onerror=onerror)


DISK = Disk()
