"""Running a command and measuring it: wall time, peak memory, what it printed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
# An installed package has its bytecode beside it, so a process that may not keep bytecode would measure compilation.
_UNWANTED = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a process: wall time in milliseconds, peak resident memory in MiB, standard output."""

    wall: float
    memory: float
    output: str


def best(times: int, command: Sequence[str], before: Callable[[], object] | None = None) -> Measured:
    """The fastest of several runs of ``python COMMAND…``; ``before`` runs ahead of each, outside of the time.

    The fastest, because noise only ever adds time.
    """
    runs = []
    for _ in range(times):
        if before:
            before()
        runs.append(_once(command))
    return min(runs, key=lambda run: run.wall)


def _once(command: Sequence[str]) -> Measured:
    began = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != _UNWANTED}
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    output = process.stdout.read().decode()
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)  # unlike RUSAGE_CHILDREN this is the peak of this very process
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{errors or output}")
    kilobytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Measured(wall * 1000, kilobytes / 1024, output)
