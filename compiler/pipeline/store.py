"""The folder of the cache: records by key, each with the digest of what it holds.

Nothing in it is needed: whatever is missing, damaged or foreign is worked out anew. Nothing in it is trusted either
that is not this user's alone, because whoever can write a record can write permissions.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from compiler.diagnostics.value import record

VARIABLE = "STACKGRANT_CACHE_DIR"
_MAGIC = b"stackgrant cache 1\n"
_DIGEST = 32
_DAY = 24 * 60 * 60
_KEPT = 14 * _DAY
_MARK = "swept"


def default_folder() -> Path | None:
    """Where the cache is: ``STACKGRANT_CACHE_DIR``, else ``stackgrant`` in the user's folder for caches."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return Path(home or Path.home() / ".cache", "stackgrant")
    except RuntimeError:  # no home
        return None


def digest(*parts: bytes) -> str:
    """A name for content: equal for equal parts only (BLAKE2b, 256 bits)."""
    sized = [piece for part in parts for piece in (len(part).to_bytes(8, "little"), part)]
    return blake2b(b"".join(sized), digest_size=_DIGEST).hexdigest()


@record(frozen=True, slots=True)
class Store:
    """A folder of records. Whatever goes wrong with files is as if nothing was there."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """The record of a key, or None: there is none, it is damaged, or somebody else may have written it."""
        try:
            with (self.folder / key[:2] / key).open("rb") as file:
                if not _is_own(os.fstat(file.fileno())):
                    return None
                data = file.read()
        except OSError:
            return None
        start = len(_MAGIC) + _DIGEST
        body = data[start:]
        if not data.startswith(_MAGIC) or _seal(key, body) != data[len(_MAGIC) : start]:
            return None
        return body

    def put(self, key: str, body: bytes) -> None:
        """Keep a record; it stands there whole or not at all."""
        folder = self.folder / key[:2]
        temporary = folder / f".{key[:16]}-{os.getpid()}"
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.writelines((_MAGIC, _seal(key, body), body))
            temporary.replace(folder / key)

    def is_usable(self) -> bool:
        """Whether the folder is, or can become, this user's alone."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _is_own(self.folder.stat())
        except OSError:
            return False

    def sweep(self, used: Iterable[str], *, now: float | None = None) -> None:
        """Note what was used, and take away what nobody has used for two weeks; at most once a day."""
        now = time.time() if now is None else now
        with contextlib.suppress(OSError):
            mark = self.folder / _MARK
            if mark.exists() and now - mark.stat().st_mtime < _DAY:
                return
            mark.touch(mode=0o600)
            os.utime(mark, (now, now))
            for key in used:
                with contextlib.suppress(OSError):
                    os.utime(self.folder / key[:2] / key, (now, now))
            for file in self.folder.glob("[0-9a-f][0-9a-f]/*"):
                if now - file.stat().st_mtime > _KEPT:
                    file.unlink(missing_ok=True)


def _seal(key: str, body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST, person=bytes.fromhex(key[:32])).digest()


def _is_own(found: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
