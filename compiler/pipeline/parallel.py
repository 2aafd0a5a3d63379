"""Work in several processes: each is a copy of this one, does its share and sends bytes back.

The processes are forked, so that they have what was read and imported so far without copying it. Where that cannot be
done, everything is done here; what comes out is the same.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn, TypeVar

T = TypeVar("T")
_CHUNK = 1 << 20


def can_fork() -> bool:
    """Whether this system can copy a process."""
    return hasattr(os, "fork")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def shares(items: Sequence[T], weights: Sequence[int], number: int) -> list[list[T]]:
    """The items in at most ``number`` consecutive shares of about the same weight, none of them empty."""
    total, done = sum(weights) or 1, 0
    result: list[list[T]] = []
    current: list[T] = []
    for item, weight in zip(items, weights, strict=True):
        # A share ends where the middle of the next item lies beyond its part of the whole.
        if current and len(result) < number - 1 and (done + weight / 2) * number > total * (len(result) + 1):
            result.append(current)
            current = []
        current.append(item)
        done += weight
    return [*result, current] if current else result


def in_processes(works: Sequence[Callable[[], bytes | None]]) -> list[bytes | None]:
    """The answers of all works, the first of which is done in this process.

    None stands for a work that has no answer, or whose process has failed: whoever asks does it in another way.
    """
    children = [_start(work) for work in works[1:]]
    try:
        first = works[0]() if works else None
        return [first, *(_finish(child) for child in children)] if works else []
    except BaseException:  # an interruption above all: nobody waits for what the children would say
        for process, pipe in children:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
            os.close(pipe)
            os.waitpid(process, 0)
        raise


def _start(work: Callable[[], bytes | None]) -> tuple[int, int]:
    ours, theirs = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(ours)
        _answer(work, theirs)
    os.close(theirs)
    return process, ours


def _answer(work: Callable[[], bytes | None], pipe: int) -> NoReturn:
    """Do the work and end, without anything that is done at the end of a program: the parent does that."""
    code = 1
    try:
        answer = work()
        if answer is not None:
            view = memoryview(answer)
            while view:
                view = view[os.write(pipe, view) :]
            code = 0
    except BaseException:  # noqa: S110 - the parent does the work again and says what is wrong
        pass
    finally:
        os._exit(code)


def _finish(child: tuple[int, int]) -> bytes | None:
    process, pipe = child
    parts = []
    while part := os.read(pipe, _CHUNK):
        parts.append(part)
    os.close(pipe)
    _, status = os.waitpid(process, 0)
    return b"".join(parts) if os.waitstatus_to_exitcode(status) == 0 else None


def joined(answers: Iterable[bytes | None]) -> list[bytes] | None:
    """All answers, or None when one is missing."""
    found = []
    for answer in answers:
        if answer is None:
            return None
        found.append(answer)
    return found
