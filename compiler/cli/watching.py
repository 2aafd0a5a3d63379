"""``--watch``: run again whenever a file changes, until Ctrl-C.

Files are looked at a few times a second: that needs nothing of the system and works on any file system. What is
watched is what a run goes by: files and folders that were given, and what the last run has read because of them.
"""

from __future__ import annotations

import gc
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

import click

from compiler.cli import console
from compiler.cli.common import GUARDRAILS_VARIABLE, Outcome
from compiler.cli.failures import failure_text
from compiler.cli.signals import Terminated, terminable
from compiler.diagnostics.value import record
from compiler.source.files import STANDARD_INPUT, possible_files
from compiler.source.project_file import project_file_places, shown_path
from compiler.views.summary import by_level, counted
from compiler.views.terminal import ColorChoice

INTERRUPTED, TERMINATED = 130, 143
INTERVAL = 0.3
"""Seconds between two looks at the files."""
REST = 0.05
"""Seconds without a further change after which a change is complete."""
PATIENCE = 1.0
"""Seconds that a change may take: a file that is gone may come back as long (editors delete and write anew)."""

Stamp = tuple[int, int, int]
Stamps = dict[str, Stamp | None]
Run = Callable[[], Outcome]
Places = Callable[[], Iterable[str]]
_CHANGED = (-1, -1, -1)


@record(frozen=True, slots=True)
class Time:
    """What the loop knows of time; tests bring a time of their own."""

    sleep: Callable[[float], None] = time.sleep
    since_start: Callable[[], float] = time.monotonic
    since_epoch: Callable[[], float] = time.time


def refuse_unwatchable(paths: Sequence[str], command: str) -> None:
    """A usage error for what cannot be looked at again and again."""
    for path in paths:
        if path == STANDARD_INPUT:
            raise click.UsageError(
                "--watch looks at files, and standard input is none; "
                f"name the spec: `stackgrant {command} --watch stackgrant.yaml`"
            )
        with suppress(OSError, ValueError):
            mode = os.stat(path).st_mode  # noqa: PTH116 - as given
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise click.UsageError(f"--watch looks at files and folders, and `{path}` is neither")


def places(paths: Sequence[str], files: Sequence[str], config: str | None, *, no_config: bool) -> Places:
    """What to watch whatever is read: the spec, other files that were given, and where a project file may lie."""
    named = [*files, *os.environ.get(GUARDRAILS_VARIABLE, "").split(os.pathsep)]

    def look() -> Iterator[str]:
        yield from possible_files(paths)
        yield from filter(None, named)
        if config is not None:
            yield config
        elif not no_config:
            yield from map(str, project_file_places(paths))

    return look


def watch(run: Run, look: Places, color: ColorChoice = "auto", *, clock: Time | None = None) -> int:
    """Run, and run again after each change; the exit code of the signal that ends it."""
    try:
        with terminable():
            _rounds(run, look, color, clock or Time())
    except KeyboardInterrupt:
        if console.clears():
            console.clear_line()
        return INTERRUPTED
    except Terminated:
        return TERMINATED


def _rounds(run: Run, look: Places, color: ColorChoice, clock: Time) -> NoReturn:
    given = _stamps(look())
    read: Stamps = {}
    while True:
        began = clock.since_epoch()
        outcome, said = _round(run, color)
        if outcome is not None:
            now = _stamps(outcome.read)
            # What is read for the first time was not looked at before: it may have changed since it was read.
            late = {name for name in now.keys() - read.keys() - given.keys() if _is_younger(now[name], began)}
            read = {name: _CHANGED if name in late else read.get(name, now[name]) for name in now}
        count = sum(stamp is not None for stamp in {**read, **given}.values())
        console.err(f"[{_shown(clock)}] {said}. watching {counted(count, 'file')}.")
        del outcome
        gc.collect()  # the command line switches the collector off; here is the time for it
        changed, given, read = _next_change(look, given, read, clock)
        if console.clears():
            console.clear()
            console.err(f"[{_shown(clock)}] {_listed(changed)} changed")


def _round(run: Run, color: ColorChoice) -> tuple[Outcome | None, str]:
    """One run, and how it has ended in a few words. Nothing but a wrong command line ends the watch."""
    try:
        outcome = run()
    except (click.ClickException, BrokenPipeError):
        raise
    except Exception as error:
        console.err(failure_text(error))
        return None, "failed"
    return outcome, by_level(outcome.found, color=console.colored(sys.stderr, color))


def _next_change(look: Places, given: Stamps, read: Stamps, clock: Time) -> tuple[list[str], Stamps, Stamps]:
    """Wait until something is not as it was, and has come to rest: the names of the files, and how all are now."""
    pause = INTERVAL
    while True:
        clock.sleep(pause)
        began = clock.since_start()
        now = _stamps(look()), _stamps(read)
        # A folder with very many files takes its time: looking at them must not keep the machine busy.
        pause = max(INTERVAL, 10 * (clock.since_start() - began))
        if not _differing(given, now[0]) and not _differing(read, now[1]):
            continue
        while True:
            clock.sleep(REST)
            later = _stamps(look()), _stamps(read)
            changed = sorted({*_differing(given, later[0]), *_differing(read, later[1])})
            gone = any({**later[1], **later[0]}.get(name) is None for name in changed)
            if (later == now and not gone) or clock.since_start() - began >= PATIENCE:
                break
            now = later
        if changed:
            return changed, *later


def _stamps(names: Iterable[str]) -> Stamps:
    return {name: _stamp(name) for name in map(os.path.abspath, names)}


def _stamp(name: str) -> Stamp | None:
    """What changes with a file, or None where there is none (or it may not be looked at)."""
    try:
        found = os.stat(name)  # noqa: PTH116 - names are texts here
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_younger(stamp: Stamp | None, began: float) -> bool:
    return stamp is not None and stamp[0] >= int(began * 1e9)


def _differing(before: Mapping[str, Stamp | None], now: Mapping[str, Stamp | None]) -> list[str]:
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]


def _shown(clock: Time) -> str:
    return time.strftime("%H:%M:%S", time.localtime(clock.since_epoch()))


def _listed(names: Sequence[str]) -> str:
    first = shown_path(names[0])
    return first if len(names) == 1 else f"{first} and {counted(len(names) - 1, 'more file')}"
