"""Files of a spec apart from each other: taken from the cache where nothing has changed, and in several processes.

Which files many others depend on, the common ones, is a guess (from the last run, or from what files look like) that is
never trusted: a file that is compiled with the common ones alone either finds in them all that it uses, or gives an
error. After any error, and wherever the parts do not fit together, the answer is None, and the caller compiles the
whole spec at once. So all that can be wrong here is how long it takes.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from compiler.diagnostics import SourceText
from compiler.frontend.policy_file import digest_of
from compiler.pipeline.index import read_index, write_index
from compiler.pipeline.missing import compile_again, compile_files
from compiler.pipeline.run import Run, keys_of, texts_of
from compiler.pipeline.stack import Made, Stopwatch
from compiler.pipeline.stages import Compiled
from compiler.pipeline.unit import Unit, common, fit_together, units

if TYPE_CHECKING:
    from compiler.pipeline.options import Source

Json = Any
_STACKS = re.compile(r"^[\"']?stacks[\"']?[ \t]*:", re.MULTILINE)
_GENERAL = re.compile(r"^[\"']?(?:values|defaults)[\"']?[ \t]*:", re.MULTILINE)


def compile_in_units(run: Run, watch: Stopwatch) -> dict[SourceText, Unit] | None:
    """The units of all files, or None when that is not to be had this way."""
    shared = _guess(run)
    general = {item.text for item in shared}
    own = [item for item in run.sources if item.text not in general]
    if run.store is None and len(own) < 2 and (len(run.sources) > 1 or run.jobs < 2):
        return None
    keys = keys_of(run, shared)
    index_key = run.index_key
    index = read_index(run.store, index_key) if run.store is not None else {}
    outlines, found = _kept(run, keys, shared, index, watch)
    missing = [item for item in run.sources if item.text not in found]
    # What is common is read for whatever is missing; alone it is not worth much.
    if len(missing) > len(run.sources) // 2 and run.jobs < 2 and found == {}:
        return None
    done = compile_files(run, shared, missing, keys, watch) if missing else ({}, [])
    if done is None:
        return None
    made, helpers = done
    found |= {text: item.unit for text, item in made.items()}
    if any(found[item.text].contents.general for item in own) or not fit_together(found.values()):
        return None
    if run.store is not None:
        for helper in helpers:
            helper.begin_to_keep()
        for text, item in made.items():
            outlines[keys[text]] = item.outline
            if item.packed is not None:
                run.store.put(keys[text], item.packed.record)
        for helper in helpers:
            with contextlib.suppress(OSError):  # what is not kept is worked out anew
                helper.finish()
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
    keys = keys_of(run, here)
    outlines = {}
    for item in run.sources:
        packed = pack(made[item.text], texts_of(here, item))
        outlines[keys[item.text]] = packed.outline
        run.store.put(keys[item.text], packed.record)
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
            unit = unit_of(outline, texts_of(shared, item), partial(_fetched, run, shared, item, key, outline))
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
    from compiler.pipeline.record import made_of, outline_of

    record = run.store.get(key) if run.store is not None else None
    with contextlib.suppress(ValueError, TypeError, LookupError):
        # The same file beside another policy file has the same key: only what the outline speaks of is meant.
        if record is not None and outline_of(record) == outline:
            return made_of(record, texts_of(shared, source))
    return compile_again(run, shared, source, outline)
