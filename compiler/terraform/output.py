"""The output before it is written: a folder for each stack, and contents only where somebody asks for them.

What an earlier run has worked out is known by a digest. Where the disk holds just that, nobody needs the contents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from compiler.diagnostics.value import record


class Elsewhere(Protocol):
    """Another process that has the contents of folders, and can write them where this one says."""

    def begin(self, staging: str, folders: Sequence[str], marker: bytes) -> None:
        """Have it write some folders into the one that new contents are staged in, each with the marker (if any)."""

    def finish(self) -> None:
        """Wait until that is done; ``OSError`` says why it could not be done."""


@record(frozen=True, slots=True)
class Folder:
    """What the folder of a stack is to hold.

    ``names`` are paths in the folder, with slashes; ``contents`` gives their bytes; ``digest`` is what ``sealed`` says
    of these in the order of the names (nothing: not known, the contents are at hand). ``elsewhere`` has the contents
    if this process does not.
    """

    names: tuple[str, ...]
    contents: Callable[[], Mapping[str, bytes]]
    digest: str = ""
    elsewhere: Elsewhere | None = None


def sealed(contents: Iterable[bytes]) -> str:
    """A digest of contents one after the other: equal for equal ones only (SHA-256)."""
    from hashlib import sha256  # takes 3 ms to load, and only the cache and other processes ask

    parts = tuple(contents)
    sizes = b"%s\n" % " ".join(map(str, map(len, parts))).encode()
    return sha256(b"".join((sizes, *parts))).hexdigest()


def at_hand(files: Mapping[str, bytes]) -> Folder:
    """A folder of files whose contents are there."""
    return Folder(tuple(files), partial(_same, files))


def in_folders(files: Mapping[str, bytes]) -> dict[str, Folder]:
    """Files by ``<stack>/<file>``, as folders by name; what lies in no folder is in one without a name."""
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, content in files.items():
        name, slash, rest = path.partition("/")
        found[name if slash else ""][rest if slash else name] = content
    return {name: at_hand(own) for name, own in found.items()}


def _same(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return files
