"""Files of a spec apart from each other: taken from the cache where nothing has changed, and in several processes.

Which files many others depend on, the common ones, is a guess (from the last run, or from what files look like) that is
never trusted: a file that is compiled with the common ones alone either finds in them all that it uses, or gives an
error. After any error, and wherever the parts do not fit together, the answer is None, and the caller compiles the
whole spec at once. So all that can be wrong here is how long it takes.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from compiler.diagnostics import Diagnostics, SourceText
from compiler.frontend.policy_file import digest_of
from compiler.pipeline.apart import WORTH_A_PROCESS
from compiler.pipeline.index import read_index, write_index
from compiler.pipeline.parallel import can_fork, in_processes, joined, shares
from compiler.pipeline.stack import Made, Stopwatch
from compiler.pipeline.stages import Compiled, compile_texts
from compiler.pipeline.store import Store, digest
from compiler.pipeline.unit import Unit, common, fit_together, units

if TYPE_CHECKING:
    import datetime as dt

    from compiler.pipeline.options import Options, Source

Json = Any
_STACKS = re.compile(r"^[\"']?stacks[\"']?[ \t]*:", re.MULTILINE)
_GENERAL = re.compile(r"^[\"']?(?:values|defaults)[\"']?[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class _Made:
    """A unit as it was compiled, with its outline and record (empty where nobody asks for them)."""

    unit: Unit
    outline: Json = None
    record: bytes = b""


def compile_in_units(run: Run, watch: Stopwatch) -> dict[SourceText, Unit] | None:
    """The units of all files, or None when that is not to be had this way."""
    shared = _guess(run)
    general = {item.text for item in shared}
    own = [item for item in run.sources if item.text not in general]
    if run.store is None and len(own) < 2:
        return None
    keys = _keys(run, shared)
    index_key = run.index_key
    index = read_index(run.store, index_key) if run.store is not None else {}
    outlines, found = _kept(run, keys, shared, index, watch)
    missing = [item for item in run.sources if item.text not in found]
    # What is common is read for whatever is missing; alone it is not worth much.
    if len(missing) > len(run.sources) // 2 and run.jobs < 2 and found == {}:
        return None
    made = _compiled(run, shared, missing, watch) if missing else {}
    if made is None:
        return None
    found |= {text: item.unit for text, item in made.items()}
    if any(found[item.text].contents.general for item in own) or not fit_together(found.values()):
        return None
    if run.store is not None:
        for text, item in made.items():
            run.store.put(keys[text], item.record)
            outlines[keys[text]] = item.outline
        if made or outlines.keys() != index.keys():
            write_index(run.store, index_key, outlines)
        run.store.sweep((index_key, *keys.values()))
    watch.lap("cache")
    return found


def keep(run: Run, compiled: Compiled) -> None:
    """Keep what a compile of the whole spec has given, in units."""
    from compiler.pipeline.record import pack

    if run.store is None:
        return
    texts = {item.text for item in run.sources}
    made = units(compiled, texts)
    if made is None:
        return
    shared = common(compiled.contents)
    here = [item for item in run.sources if item.text in shared]
    run.store.put(run.common_key, orjson.dumps([item.text.name for item in here]))
    keys = _keys(run, here)
    outlines = {}
    for item in run.sources:
        outlines[keys[item.text]], record = pack(made[item.text], _texts(here, item))
        run.store.put(keys[item.text], record)
    write_index(run.store, run.index_key, outlines)
    run.store.sweep((run.index_key, *keys.values()))


def _guess(run: Run) -> list[Source]:
    """The files that are taken for common."""
    record = run.store.get(run.common_key) if run.store else None
    if record is not None:
        names = set(orjson.loads(record))
        return [item for item in run.sources if item.text.name in names or not _has_stacks(item)]
    return [item for item in run.sources if not _has_stacks(item) or _GENERAL.search(item.text.text)]


def _has_stacks(source: Source) -> bool:
    text = source.text.text
    return "\nstacks:" in text or _STACKS.search(text) is not None


def _keys(run: Run, shared: Sequence[Source]) -> dict[SourceText, str]:
    """The key of each file's unit: everything that the unit follows from."""
    base = digest(run.fingerprint, *(part for item in shared for part in _said(item))).encode()
    several = b"many" if len(run.sources) > 1 else b"one"
    return {item.text: digest(base, several, *_said(item)) for item in run.sources}


def _said(source: Source) -> tuple[bytes, ...]:
    text = source.text
    return (text.name.encode(), text.file.encode(), source.stable_name.encode(), text.text.encode())


def _texts(shared: Iterable[Source], own: Source) -> list[SourceText]:
    """The texts that a record of a file speaks of, in their order."""
    return [own.text, *(item.text for item in shared)]


def _kept(
    run: Run,
    keys: Mapping[SourceText, str],
    shared: Sequence[Source],
    index: Mapping[str, Json],
    watch: Stopwatch,
) -> tuple[dict[str, Json], dict[SourceText, Unit]]:
    """The outlines, by their keys, and the units that the cache has."""
    outlines: dict[str, Json] = {}
    found: dict[SourceText, Unit] = {}
    if run.store is None:
        return outlines, found
    from compiler.pipeline.record import outline_of, unit_of

    for item in run.sources:
        key = keys[item.text]
        try:
            outline = index.get(key)
            if outline is None:
                record = run.store.get(key)
                if record is None:
                    continue
                outline = outline_of(record)
            unit = unit_of(outline, _texts(shared, item), partial(_fetched, run, shared, item, key, outline))
        except (ValueError, TypeError, LookupError):  # of another time, in spite of all: worked out anew
            continue
        if all(digest_of(folder, name) == kept for folder, name, kept in unit.inputs):
            outlines[key], found[item.text] = outline, unit
    watch.lap("cache")
    return outlines, found


def _fetched(run: Run, shared: Sequence[Source], source: Source, key: str, outline: Json) -> Sequence[Made]:
    """What the stacks of a file make that was not compiled: from its record, or worked out where that is gone.

    Raises:
        OSError: a file that the spec names has changed since this run looked at it.
    """
    from compiler.pipeline.record import made_of, outline_of, seals_of

    record = run.store.get(key) if run.store is not None else None
    with contextlib.suppress(ValueError, TypeError, LookupError):
        # The same file beside another policy file has the same key: only what the outline speaks of is meant.
        if record is not None and outline_of(record) == outline:
            return made_of(record, _texts(shared, source))
    made = _part(run, shared, [source], Stopwatch(), packed=True)
    if made is None or seals_of(made[source.text].outline) != seals_of(outline):
        raise OSError(f"a file that `{source.text.name}` names has changed meanwhile: run it again")
    return [stack.made() for stack in made[source.text].unit.stacks]


def _compiled(
    run: Run, shared: Sequence[Source], missing: Sequence[Source], watch: Stopwatch
) -> dict[SourceText, _Made] | None:
    """The units of the missing files."""
    weights = [len(item.text.text) for item in missing]
    number = min(run.jobs, sum(weights) // WORTH_A_PROCESS + 1) if can_fork() else 1
    parts = shares(missing, weights, number)
    if len(parts) == 1:
        return _part(run, shared, parts[0], watch)
    here: dict[SourceText, _Made] | None = {}

    def first() -> bytes | None:
        nonlocal here
        here = _part(run, shared, parts[0], watch)
        return None if here is None else b""

    answers = joined(in_processes([first, *(_work(run, shared, part) for part in parts[1:])]))
    if answers is None or here is None:
        return None
    from compiler.pipeline.record import made_of, outline_of, unit_of

    for part, answer in zip(parts[1:], answers[1:], strict=True):
        sizes, _, records = answer.partition(b"\n")
        at = 0
        for item, size in zip(part, orjson.loads(sizes), strict=True):
            record = records[at : at + size]
            outline, texts = outline_of(record), _texts(shared, item)
            here[item.text] = _Made(unit_of(outline, texts, partial(made_of, record, texts)), outline, record)
            at += size
    watch.lap("wait")
    return here


def _work(run: Run, shared: Sequence[Source], part: Sequence[Source]) -> Callable[[], bytes | None]:
    def work() -> bytes | None:
        made = _part(run, shared, part, Stopwatch(), packed=True)
        if made is None:
            return None
        records = [made[item.text].record for item in part]
        return b"\n".join((orjson.dumps([len(record) for record in records]), b"".join(records)))

    return work


def _part(
    run: Run, shared: Sequence[Source], part: Sequence[Source], watch: Stopwatch, *, packed: bool = False
) -> dict[SourceText, _Made] | None:
    """The units of some files, compiled together with the common ones."""
    texts = {item.text for item in part}
    known = texts | {item.text for item in shared}
    read = [item for item in run.sources if item.text in known]
    found = Diagnostics()
    compiled = compile_texts(read, run.options, found, watch, spec_name=run.spec_name, today=run.today, only=texts)
    made = units(compiled, texts)
    if made is None:
        return None
    if not packed and run.store is None:
        return {text: _Made(unit) for text, unit in made.items()}
    from compiler.pipeline.record import pack

    return {item.text: _Made(made[item.text], *pack(made[item.text], _texts(shared, item))) for item in part}
