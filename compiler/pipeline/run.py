"""One compile of files apart from each other: what it is given, and the keys of what comes of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record
from compiler.pipeline.store import Store, digest

if TYPE_CHECKING:
    import datetime as dt

    from compiler.diagnostics import SourceText
    from compiler.pipeline.options import Options, Source


@record(frozen=True, slots=True)
class Run:
    """One compile: what it is given, and where answers are kept (None: nowhere)."""

    sources: Sequence[Source]
    options: Options
    spec_name: str
    today: dt.date
    fingerprint: bytes
    store: Store | None
    jobs: int

    @property
    def common_key(self) -> str:
        """Where the names of the common files are kept: by where the spec lies, since it is a guess anyway."""
        folder = min((os.path.dirname(item.text.file) for item in self.sources), default="")  # noqa: PTH120
        return digest(b"common", os.getcwd().encode(), folder.encode())  # noqa: PTH109

    @property
    def index_key(self) -> str:
        """Where the outlines are kept; they go by their own keys, so this is no more than a place."""
        return digest(b"index", self.common_key.encode(), self.fingerprint)


def keys_of(run: Run, shared: Sequence[Source]) -> dict[SourceText, str]:
    """The key of each file's unit: everything that the unit follows from."""
    base = digest(run.fingerprint, *(part for item in shared for part in _said(item))).encode()
    several = b"many" if len(run.sources) > 1 else b"one"
    return {item.text: digest(base, several, *_said(item)) for item in run.sources}


def _said(source: Source) -> tuple[bytes, ...]:
    text = source.text
    return (text.name.encode(), text.file.encode(), source.stable_name.encode(), text.text.encode())


def texts_of(shared: Iterable[Source], own: Source) -> list[SourceText]:
    """The texts that a record of a file speaks of, in their order."""
    return [own.text, *(item.text for item in shared)]
