"""Running a command and measuring it: wall time, peak memory, what it printed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
# An installed package has its bytecode beside it, so a process that may not keep bytecode would measure compilation.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class FailedError(Exception):
    """A command ended with an error; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs of a process: wall time in milliseconds, peak resident memory in MiB, standard output, processor seconds.

    The fastest run, with the median of all runs' wall times.
    """

    wall: float
    memory: float
    output: str
    median: float = 0
    processor: float = 0


def best(times: int, command: Sequence[str], before: Callable[[], object] | None = None) -> Measured:
    """The fastest of several runs of ``python COMMAND…``; ``before`` runs ahead of each, outside of the time.

    The fastest, because noise only ever adds time.
    """
    try:
        return fastest(times, [sys.executable, *command], before)
    except FailedError as error:
        sys.exit(str(error))


def fastest(
    times: int,
    command: Sequence[str],
    before: Callable[[], object] | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> Measured:
    """The fastest of several runs of a command; ``FailedError`` where one of them fails."""
    runs = []
    for _ in range(times):
        if before:
            before()
        runs.append(_once(command, environment, folder))
    return replace(min(runs, key=lambda run: run.wall), median=median(run.wall for run in runs))


def _once(command: Sequence[str], environment: Mapping[str, str] | None, folder: Path) -> Measured:
    began = time.perf_counter()
    # A file takes what is said on standard error: two pipes that are read in turn can block the process.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**_ENVIRONMENT, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        assert process.stdout is not None
        output = process.stdout.read().decode()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)  # unlike RUSAGE_CHILDREN this is the peak of this very process
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors = said.read().decode(errors="replace")
    if process.returncode:
        raise FailedError(f"{' '.join(command)} ended with {process.returncode}:\n{errors or output}")
    kilobytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Measured(wall * 1000, kilobytes / 1024, output, processor=usage.ru_utime + usage.ru_stime)
