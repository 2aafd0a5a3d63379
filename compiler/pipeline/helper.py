"""Another process that has compiled a share: it tells the outlines, and keeps the rest until somebody asks for it.

Output that goes into new folders never comes here: the process writes it itself, where the writer says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from compiler.diagnostics import SourceText
    from compiler.pipeline.parallel import Child, Serve
    from compiler.pipeline.record import Packed
    from compiler.pipeline.stack import Made

Json = Any
_MADE, _KEEP, _STAGE = "made", "keep", "stage"


@record(frozen=True, slots=True)
class Helper:
    """The process, as it is asked from here."""

    child: Child

    def made(self, number: int, texts: Sequence[SourceText]) -> Sequence[Made]:
        """What the stacks of one of its units make, by the number in its share; nothing where the process is gone."""
        from compiler.pipeline.record import made_of

        self._ask(_MADE, number)
        record = self.child.receive()
        return made_of(record, texts) if record is not None else ()

    def begin_to_keep(self) -> None:
        """Have it put its records into the store; ``finish`` waits for it."""
        self._ask(_KEEP)

    def begin(self, staging: str, folders: Sequence[str], marker: bytes) -> None:
        """See ``Elsewhere``."""
        self._ask(_STAGE, staging, folders, marker.decode())

    def finish(self) -> None:
        """See ``Elsewhere``."""
        answer = self.child.receive()
        if answer is None:
            raise OSError("a process of this compile has ended before its time")
        if answer:
            raise OSError(*orjson.loads(answer))

    def _ask(self, *question: Json) -> None:
        self.child.send(orjson.dumps(question))


def served(units: Sequence[Packed], parent: int, keep: Callable[[], None] | None = None) -> tuple[bytes, Serve]:
    """What the process tells by itself, and how it answers what a ``Helper`` asks.

    ``parent`` is the process that asks; ``keep`` puts the records into the store.
    """

    def serve(question: bytes) -> bytes:
        what, *rest = orjson.loads(question)
        if what == _MADE:
            return units[int(rest[0])].record
        if what == _KEEP:
            if keep is not None:
                keep()
            return b""
        return _staged(units, parent, *rest)

    return orjson.dumps([unit.outline for unit in units]), serve


def _staged(units: Sequence[Packed], parent: int, staging: str, folders: Sequence[str], marker: str) -> bytes:
    from compiler.terraform.writer import stage_elsewhere

    wanted = set(folders)
    contents = {name: files for unit in units for name, files in unit.folders.items() if name in wanted}
    try:
        stage_elsewhere(staging, contents, marker.encode(), parent)
    except OSError as error:
        return orjson.dumps([error.errno, error.strerror])
    return b""
