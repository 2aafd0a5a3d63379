"""Running a command and measuring it: wall time, peak memory, what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
_LAUNCH = Path(__file__).parent / "launch.py"
# An installed package has its bytecode beside it, so a process that may not keep bytecode would measure compilation.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


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
    """The fastest of several runs of a command; ``FailedError`` where one of them fails.

    Memory is that of the largest process, where the command starts others and waits for them; processor seconds are
    those of all.
    """
    runs = []
    for _ in range(times):
        if before:
            before()
        runs.append(_once(command, environment, folder))
    return replace(min(runs, key=lambda run: run.wall), median=median(run.wall for run in runs))


def _once(command: Sequence[str], environment: Mapping[str, str] | None, folder: Path) -> Measured:
    with tempfile.NamedTemporaryFile() as result:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(_LAUNCH), result.name, *command],
            cwd=folder,
            env=ENVIRONMENT if environment is None else environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        output, errors = done.stdout.decode(), done.stderr.decode(errors="replace")
        cost = json.loads(result.read() or '{"code": 127}')
    if code := cost.pop("code"):
        raise FailedError(f"{' '.join(command)} ended with {code}:\n{errors or output}")
    return Measured(output=output, **cost)
