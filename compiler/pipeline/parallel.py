"""Work in several processes: each is a copy of this one, does its share, and answers questions about it afterwards.

The processes are forked, so that they have what was read and imported so far without copying it. What they make stays
with them until somebody asks: most of it nobody needs here. Where that cannot be done, everything is done here; what
comes out is the same.
"""

from __future__ import annotations

import contextlib
import os
import signal
import weakref
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

T = TypeVar("T")
Serve = Callable[[bytes], bytes]
"""The answer to a question."""
Work = Callable[[], "tuple[bytes, Serve] | None"]
"""What comes of a share, and who answers questions about it; None where it has to be done in another way."""
_CHUNK = 1 << 20
_LENGTH = 8
_ended: list[int] = []


def can_fork() -> bool:
    """Whether this system can copy a process."""
    return hasattr(os, "fork")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def shares(items: Sequence[T], weights: Sequence[int], number: int, *, first: float = 1.0) -> list[list[T]]:
    """The items in at most ``number`` consecutive shares of about the same weight, none of them empty.

    ``first`` is how much of a full share the first one gets.
    """
    total, done = sum(weights) or 1, 0
    unit = total / (number - 1 + first)
    result: list[list[T]] = []
    current: list[T] = []
    for item, weight in zip(items, weights, strict=True):
        # A share ends where the middle of the next item lies beyond its part of the whole.
        if current and len(result) < number - 1 and done + weight / 2 > unit * (len(result) + first):
            result.append(current)
            current = []
        current.append(item)
        done += weight
    return [*result, current] if current else result


class Child:
    """A process that has done its share. It ends when nobody can ask it any more, or this process is gone.

    ``questions`` and ``answers`` are this side's ends of the pipes; ``finalizer`` closes them, now.
    """

    def __init__(self, process: int, questions: int, answers: int) -> None:
        self.process, self.questions, self.answers = process, questions, answers
        self.finalizer = weakref.finalize(self, _leave, process, questions, answers)

    def send(self, question: bytes) -> None:
        """Ask; where the process is gone there will be no answer."""
        with contextlib.suppress(BrokenPipeError):
            _send(self.questions, question)

    def receive(self) -> bytes | None:
        """What came of the share, then the answers in the order of the questions; None: there will be no more."""
        return _receive(self.answers)


def in_processes(first: Callable[[], object], others: Sequence[Work]) -> list[tuple[bytes, Child] | None]:
    """Do the first work in this process while others do the other ones: what came of these, and whom to ask.

    None stands for a work that has no answer, or whose process has failed: whoever asks does it in another way.
    """
    _reap()
    children: list[Child] = []
    try:
        with contextlib.suppress(OSError):  # the system has no more processes or pipes for us
            for work in others:
                children.append(_start(work, children))
        first()
        answers = [child.receive() for child in children]
        missing = len(others) - len(children)
    except BaseException:  # an interruption above all: nobody waits for what the children would say
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child.process, signal.SIGKILL)
            child.finalizer()
        _reap(wait=True)
        raise
    found = [None if answer is None else (answer, child) for answer, child in zip(answers, children, strict=True)]
    return [*found, *[None] * missing]


def _start(work: Work, elder: Sequence[Child]) -> Child:
    pipes: list[int] = []
    try:
        pipes += os.pipe()
        pipes += os.pipe()
        process = os.fork()
    except OSError:
        for pipe in pipes:
            os.close(pipe)
        raise
    questions, ask, answers, answer = pipes
    if process == 0:
        for handle in (ask, answers, *(handle for child in elder for handle in (child.questions, child.answers))):
            os.close(handle)
        _live(work, questions, answer)
    os.close(questions)
    os.close(answer)
    return Child(process, ask, answers)


def _live(work: Work, questions: int, answers: int) -> NoReturn:
    """Do the work, answer, and end without anything that is done at the end of a program: the parent does that."""
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        done = work()
        if done is not None:
            # From now on the parent decides when this ends: what it has begun to write is written. Whoever reads what
            # the parent says does not have to wait for this one.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            answer, serve = done
            _send(answers, answer)
            while (question := _receive(questions)) is not None:
                _send(answers, serve(question))
            code = 0
    except BaseException:  # noqa: S110 - the parent does the work again and says what is wrong
        pass
    finally:
        os._exit(code)


def _send(pipe: int, data: bytes) -> None:
    for part in (len(data).to_bytes(_LENGTH, "little"), data):
        view = memoryview(part)
        while view:
            view = view[os.write(pipe, view) :]


def _receive(pipe: int) -> bytes | None:
    """What was sent; None where the other side has closed the pipe before it was all there."""
    length = _exactly(pipe, _LENGTH)
    return None if length is None else _exactly(pipe, int.from_bytes(length, "little"))


def _exactly(pipe: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(pipe, min(size, _CHUNK))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _leave(process: int, *pipes: int) -> None:
    """Close the pipes, which ends the process; taking its memory down takes it a moment, for which nobody waits."""
    for pipe in pipes:
        os.close(pipe)
    _ended.append(process)


def _reap(*, wait: bool = False) -> None:
    """Take note of the processes that have ended, so that none is left as a zombie where this one goes on."""
    for process in [*_ended]:
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(process, 0 if wait else os.WNOHANG)[0] == 0:
                continue
        _ended.remove(process)
