"""Work in several processes: nothing is lost, and what fails is known to have failed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.pipeline.parallel import can_fork, in_processes, joined, processors, shares

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


def test_one_heavy_item_leaves_the_others_together() -> None:
    assert shares("abcd", [1000, 1, 1, 1], 2) == [["a"], ["b", "c", "d"]]


@forked
def test_answers_come_in_order_and_from_other_processes() -> None:
    large = b"x" * 5_000_000  # more than a pipe holds
    answers = in_processes([lambda: b"%d" % os.getpid(), lambda: b"%d" % os.getpid(), lambda: large])
    assert answers[0] == b"%d" % os.getpid()
    assert answers[1] != answers[0]
    assert answers[2] == large
    assert joined(answers) == answers


@forked
def test_a_work_that_fails_has_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> bytes:
        raise ValueError("never seen")

    def dies() -> bytes:
        os._exit(7)

    answers = in_processes([lambda: b"a", fails, dies, lambda: None, lambda: b"e"])
    assert answers == [b"a", None, None, None, b"e"]
    assert joined(answers) is None
    assert capfd.readouterr() == ("", "")


@forked
def test_an_interruption_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    fork = os.fork

    def noted() -> int:
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", noted)

    def interrupted() -> bytes:
        raise KeyboardInterrupt

    def sleeps() -> bytes:
        while True:
            os.read(os.pipe()[0], 1)

    with pytest.raises(KeyboardInterrupt):
        in_processes([interrupted, sleeps, sleeps])
    assert len(started) == 2
    for process in started:
        with pytest.raises(ChildProcessError):  # it has ended, and somebody has waited for it
            os.waitpid(process, os.WNOHANG)


def test_nothing_to_do_is_no_answer() -> None:
    assert in_processes([]) == []
    assert shares([], [], 3) == []
    assert processors() >= 1
