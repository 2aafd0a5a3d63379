"""Work in several processes: nothing is lost, and what fails is known to have failed."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.pipeline.parallel import Work, can_fork, in_processes, processors, shares

forked = pytest.mark.skipif(not can_fork(), reason="processes cannot be forked here")


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 9))
def test_shares_are_the_items_in_their_order(weights: list[int], number: int) -> None:
    items = list(range(len(weights)))
    found = shares(items, weights, number)
    assert [item for share in found for item in share] == items
    assert len(found) <= number
    assert all(found)


@given(st.integers(1, 8), st.integers(8, 60))
def test_equal_items_are_shared_equally(number: int, count: int) -> None:
    sizes = [len(share) for share in shares(range(count), [1] * count, number)]
    assert len(sizes) == number
    assert max(sizes) - min(sizes) <= 1


def test_the_first_share_may_be_smaller() -> None:
    sizes = [len(share) for share in shares(range(300), [1] * 300, 3, first=0.5)]
    assert sizes == [60, 120, 120]


def test_one_heavy_item_leaves_the_others_together() -> None:
    assert shares("abcd", [1000, 1, 1, 1], 2) == [["a"], ["b", "c", "d"]]


def _echo(question: bytes) -> bytes:
    return b"%d says %s" % (os.getpid(), question)


def _says(answer: bytes) -> Work:
    return lambda: (answer, _echo)


def _fails() -> NoReturn:
    raise ValueError("never seen")


def _dies() -> NoReturn:
    os._exit(7)


def _ended(process: int) -> bool:
    """Whether a process of ours has ended, and somebody has waited for it."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@forked
def test_answers_come_in_order_and_from_other_processes() -> None:
    large = b"x" * 5_000_000  # more than a pipe holds
    done: list[int] = []
    found = in_processes(lambda: done.append(os.getpid()), [lambda: (b"%d" % os.getpid(), _echo), _says(large)])
    assert done == [os.getpid()]
    (first, one), (second, other) = [item for item in found if item is not None]
    assert first == b"%d" % one.process
    assert second == large
    assert len({os.getpid(), one.process, other.process}) == 3


@forked
def test_processes_answer_questions_until_nobody_asks() -> None:
    found = in_processes(lambda: None, [_says(b"a"), _says(b"b")])
    children = [item[1] for item in found if item is not None]
    large = b"y" * 3_000_000
    for child in children:
        child.send(b"one")
        child.send(b"two")
    for child in children:
        assert child.receive() == b"%d says one" % child.process
        assert child.receive() == b"%d says two" % child.process
        child.send(large)
        assert child.receive() == b"%d says %s" % (child.process, large)
    processes = [child.process for child in children]
    del found, children, child
    for process in processes:  # it ends by itself, whatever its brothers do
        with contextlib.suppress(ChildProcessError):
            assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


@forked
def test_processes_that_have_ended_are_waited_for_when_others_begin() -> None:
    (item,) = in_processes(lambda: None, [_says(b"a")])
    assert item is not None
    process = item[1].process
    del item
    for _ in range(200):
        in_processes(lambda: None, [])
        if _ended(process):
            break
        time.sleep(0.01)
    assert _ended(process)


@forked
def test_a_process_that_dies_has_no_further_answers() -> None:
    (item,) = in_processes(lambda: None, [lambda: (b"a", lambda _: _dies())])
    assert item is not None
    answer, child = item
    assert answer == b"a"
    child.send(b"die")
    assert child.receive() is None
    child.send(b"again")
    assert child.receive() is None


@forked
def test_a_work_that_fails_has_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    found = in_processes(lambda: None, [_fails, _dies, lambda: None, _says(b"e")])
    assert [item and item[0] for item in found] == [None, None, None, b"e"]
    assert capfd.readouterr() == ("", "")


def _open_handles() -> int:
    """How many there are, where the system tells."""
    told = Path("/proc/self/fd")
    return len([*told.iterdir()]) if told.is_dir() else 0


@forked
def test_where_no_process_is_to_be_had_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, started, done = os.fork, [0], [0]

    def refused() -> int:
        started[0] += 1
        if started[0] == 2:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return fork()

    before = _open_handles()

    def first() -> None:
        done[0] += 1

    monkeypatch.setattr(os, "fork", refused)
    found = in_processes(first, [_says(b"a"), _says(b"b"), _says(b"c")])
    assert [item and item[0] for item in found] == [b"a", None, None]
    assert (started, done) == ([2], [1])
    del found
    assert _open_handles() == before


@forked
def test_who_reads_the_output_does_not_wait_for_processes_that_stay() -> None:
    script = "\n".join(
        (
            "import os, sys",
            "from compiler.pipeline.parallel import in_processes",
            "found = in_processes(lambda: None, [lambda: (b'a', lambda question: b'b')])",
            "print(found[0][1].process, flush=True)",
            "os.read(0, 1)",
        )
    )
    root = Path(__file__).parents[3]
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(child, signal.SIGSTOP)  # it cannot end by itself
    try:
        parent.communicate(b"x", timeout=20)
        assert parent.returncode == 0
    finally:
        os.kill(child, signal.SIGKILL)


@forked
def test_an_interruption_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    fork = os.fork

    def noted() -> int:
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", noted)

    def interrupted() -> NoReturn:
        raise KeyboardInterrupt

    def sleeps() -> NoReturn:
        while True:
            os.read(os.pipe()[0], 1)

    with pytest.raises(KeyboardInterrupt):
        in_processes(interrupted, [sleeps, sleeps])
    assert len(started) == 2
    assert all(_ended(process) for process in started)


def test_nothing_to_do_is_no_answer() -> None:
    assert in_processes(lambda: None, []) == []
    assert shares([], [], 3) == []
    assert processors() >= 1
