"""The loop of ``--watch`` with a time of its own: nothing here waits, and every change comes when it is due."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from compiler.cli import watching
from compiler.cli.common import Outcome
from compiler.cli.signals import held
from compiler.cli.watching import Time, places, refuse_unwatchable, watch
from compiler.diagnostics import Diagnostic
from compiler.frontend.codes import EMPTY_SPEC

BEGIN = 1_000.0
EPOCH = 4_000_000_000.0  # later than any file here, so that none counts as changed while it was read


class Script:
    """What happens at which second; Ctrl-C comes when all has happened and three seconds are over."""

    def __init__(self, *events: tuple[float, Callable[[], object]]) -> None:
        self.now = BEGIN
        self.pauses: list[float] = []
        self.runs: list[float] = []
        self._events = [*events, (max([at for at, _ in events], default=0.0) + 3, self._end)]
        self.outcome = Outcome(0)

    def run(self) -> Outcome:
        self.runs.append(round(self.now - BEGIN, 2))
        return self.outcome

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        while self._events and self._events[0][0] <= self.now - BEGIN:
            self._events.pop(0)[1]()

    @property
    def time(self) -> Time:
        return Time(self.sleep, lambda: self.now, lambda: EPOCH + self.now)

    @staticmethod
    def _end() -> None:
        raise KeyboardInterrupt


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STACKGRANT_GUARDRAILS", raising=False)
    (tmp_path / ".git").mkdir()
    file = tmp_path / "specs" / "a.yaml"
    file.parent.mkdir()
    file.write_text("version: 1\n")
    return file


def watched(script: Script, *paths: str, files: tuple[str, ...] = (), config: str | None = None) -> int:
    look = places(paths or ("specs",), files, config, no_config=False)
    return watch(script.run, look, "never", clock=script.time)


def test_nothing_happens_while_nothing_changes(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = Script()
    assert watched(script) == 130
    assert script.runs == [0]
    assert set(script.pauses) == {watching.INTERVAL}
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line[0] + line[9:] == "[] no findings. watching 1 file."
    assert line[3] == line[6] == ":"


def test_each_change_is_one_run(spec: Path) -> None:
    script = Script(
        (1, lambda: spec.write_text("version: 1 # longer\n")),
        (3, lambda: os.utime(spec, ns=(5, 5))),
        (5, lambda: spec.with_name("new.yml").write_text("")),
        (7, lambda: spec.with_name("new.yml").unlink()),
        (9, lambda: spec.with_name("notes.md").write_text("no spec")),
        (11, lambda: (spec.parent / "build").mkdir()),
        (13, lambda: (spec.parent / "build" / "generated.yaml").write_text("apps: {}\n")),
    )
    assert watched(script) == 130
    assert len(script.runs) == 5
    # A change is seen within a few tenths of a second; only of a file that is gone one waits whether it comes back.
    delays = [at - due for at, due in zip(script.runs[1:], (1, 3, 5, 7), strict=True)]
    assert max(delays[:3]) <= 0.45
    assert 1 <= delays[3] <= 1.5


def test_a_file_that_is_replaced_by_one_of_the_same_time_and_size(spec: Path) -> None:
    other = spec.with_name("other.txt")
    other.write_text("version: 2\n")
    before = spec.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    script = Script((1, lambda: other.replace(spec)))
    watched(script)
    assert len(script.runs) == 2


def test_a_file_that_is_gone_for_a_moment_is_not_gone(spec: Path) -> None:
    """Editors delete and write anew; with several files in a folder, output of stacks would be pruned in between."""
    seen: list[bool] = []
    script = Script((1, spec.unlink), (1.6, lambda: spec.write_text("version: 1\n\n")))
    run = script.run
    script.run = lambda: (seen.append(spec.exists()), run())[1]  # type: ignore[method-assign]
    watched(script)
    assert seen == [True, True]


def test_a_file_that_is_gone_for_longer_and_comes_back(spec: Path) -> None:
    seen: list[bool] = []
    script = Script((1, spec.unlink), (5, lambda: spec.write_text("version: 1\n")))
    run = script.run
    script.run = lambda: (seen.append(spec.exists()), run())[1]  # type: ignore[method-assign]
    watched(script, "specs/a.yaml")
    assert seen == [True, False, True]


def test_a_file_that_never_rests_is_run_all_the_same(spec: Path) -> None:
    def write(text: str) -> Callable[[], object]:
        return lambda: spec.write_text(text)

    script = Script(*((1 + n * 0.04, write("#" * n)) for n in range(50)))
    watched(script)
    assert 3 <= len(script.runs) <= 5
    assert script.runs[1] <= 2.5


def test_what_is_watched(spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACKGRANT_GUARDRAILS", os.pathsep.join(["env.yaml", ""]))
    script = Script(
        (1, lambda: (tmp_path / "values.yaml").write_text("a: 1\n")),
        (3, lambda: (tmp_path / "env.yaml").write_text("guardrails: {}\n")),
        (5, lambda: (tmp_path / ".stackgrant.yaml").write_text("rules: {}\n")),
        (7, lambda: (tmp_path / "specs" / ".stackgrant.yaml").write_text("rules: {}\n")),
        (9, lambda: (tmp_path / "policy.json").write_text("{}")),
        (11, lambda: (tmp_path / "other.json").write_text("{}")),
    )
    script.outcome = Outcome(0, read=("policy.json",))
    watched(script, files=("values.yaml",))
    assert len(script.runs) == 6


def test_a_project_file_that_was_named(spec: Path, tmp_path: Path) -> None:
    script = Script(
        (1, lambda: (tmp_path / ".stackgrant.yaml").write_text("rules: {}\n")),
        (3, lambda: (tmp_path / "mine.yaml").write_text("rules: {}\n")),
    )
    watched(script, config="mine.yaml")
    assert len(script.runs) == 2


def test_a_file_that_changes_while_it_is_read_for_the_first_time(spec: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text("{}")
    late = int((EPOCH + BEGIN + 0.1) * 1e9)
    script = Script()
    script.outcome = Outcome(0, read=("policy.json",))
    run = script.run
    script.run = lambda: (run(), os.utime(policy, ns=(late, late)))[0]  # type: ignore[method-assign]
    watched(script)
    assert len(script.runs) == 2


def test_a_change_during_a_run_is_not_lost(spec: Path) -> None:
    script = Script()
    run = script.run

    def change_once() -> Outcome:
        if not script.runs:
            spec.write_text("version: 1 # changed\n")
        return run()

    script.run = change_once  # type: ignore[method-assign]
    watched(script)
    assert len(script.runs) == 2


def test_a_failure_is_told_and_the_watch_goes_on(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = Script((1, lambda: spec.write_text("version: 1 # a\n")), (3, lambda: spec.write_text("version: 1 # ab\n")))
    run = script.run
    failures: list[Exception] = [ValueError("bad"), PermissionError(13, "Permission denied", "build")]

    def fail_twice() -> Outcome:
        outcome = run()
        if failures:
            raise failures.pop(0)
        return outcome

    script.run = fail_twice  # type: ignore[method-assign]
    assert watched(script) == 130
    text = capsys.readouterr().err
    assert "internal error: ValueError: bad" in text
    assert "error: Permission denied: build" in text
    assert [line.partition("] ")[2] for line in text.splitlines() if line.startswith("[")] == [
        "failed. watching 1 file.", "failed. watching 1 file.", "no findings. watching 1 file.",
    ]  # fmt: skip


@pytest.mark.parametrize("error", [click.UsageError("no such option"), BrokenPipeError()])
def test_what_cannot_get_better_ends_the_watch(spec: Path, error: Exception) -> None:
    def run() -> Outcome:
        raise error

    script = Script()
    script.run = run  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        watched(script)


def test_findings_are_counted(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = Script()
    script.outcome = Outcome(1, [Diagnostic(EMPTY_SPEC, "empty")] * 2, ("policy.json",))
    watched(script)
    assert "] 2 errors. watching 1 file.\n" in capsys.readouterr().err


def test_termination_ends_it_and_leaves_the_handler_as_it_was(spec: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    script = Script((1, lambda: os.kill(os.getpid(), signal.SIGTERM)))
    assert watched(script) == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_folder_that_is_slow_to_look_at_is_looked_at_less_often(spec: Path) -> None:
    script = Script((30, lambda: None))
    look = places(("specs",), (), None, no_config=True)

    def slowly() -> list[str]:
        script.now += 0.2
        return list(look())

    watch(script.run, slowly, "never", clock=script.time)
    assert max(script.pauses) == pytest.approx(2.0)


def test_what_cannot_be_watched_is_refused(spec: Path, tmp_path: Path) -> None:
    refuse_unwatchable(["specs", "specs/a.yaml", "not-there-yet.yaml", "a\0b"], "check")
    with pytest.raises(click.UsageError, match="standard input is none; name the spec"):
        refuse_unwatchable(["-"], "check")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(click.UsageError, match="`pipe` is neither"):
        refuse_unwatchable(["pipe"], "check")


@pytest.fixture
def _hears_interruptions() -> Iterator[None]:
    """A process that is started in the background of a shell ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_hears_interruptions")
def test_interruptions_wait_until_files_are_written() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the point is what happens inside
        with held():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("written")
        done.append("never")
    assert done == ["written"]
    with held():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
