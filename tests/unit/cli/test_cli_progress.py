"""Progress shows on a terminal when work takes long, and is gone afterwards; nobody else ever sees a byte of it."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.cli import compiling, progress
from compiler.cli.main import run
from compiler.diagnostics import Diagnostics
from compiler.driver import STAGES, Options, Source, compile_sources
from compiler.source.files import source_text

pty = pytest.importorskip("pty")
ROOT = Path(__file__).parents[3]
QUICKSTART = ROOT / "examples/quickstart/stackgrant.yaml"
LIMIT = 60


class Screen:
    """What a terminal has been sent."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.text = ""

    def until(self, wanted: str) -> None:
        end = time.monotonic() + LIMIT
        while wanted not in self.text:
            assert time.monotonic() < end, f"{wanted!r} did not come: {self.text!r}"
            self.read(0.2)

    def read(self, seconds: float = 0.0) -> str:
        while select.select([self._handle], [], [], seconds)[0]:
            self.text += os.read(self._handle, 65536).decode()
            seconds = 0.0
        return self.text


@pytest.fixture(name="terminal")
def _terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Screen]]:
    """Makes standard error a terminal; only while the test runs can that be done, since pytest has its own before."""
    import fcntl
    import termios

    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
    with os.fdopen(side, "w", encoding="utf-8") as stream:
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("CI", raising=False)

        def attach() -> Screen:
            monkeypatch.setattr(sys, "stderr", stream)
            return Screen(main)

        yield attach
        monkeypatch.undo()  # before the stream is closed
    os.close(main)


def test_long_work_shows_and_disappears(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    with progress.progress("compiling", moment=0.01) as tell:
        assert tell is not None
        tell("read", 0, 7)
        screen.until("compiling: read")
        tell("checks", 4, 7)
        screen.until("compiling: checks")
        screen.until("57%")
    text = screen.read(0.1)
    # The cursor is back, and so is the line: up to it, and wiped.
    assert text.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")
    assert "\x1b[38;5" not in text, "basic colours only"


def test_quick_work_shows_nothing(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    with progress.progress("compiling", moment=LIMIT) as tell:
        assert tell is not None
        tell("read", 0, 7)
    assert screen.read(0.1) == ""


def test_work_that_ends_while_the_line_comes_up_shows_nothing(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    line = progress._Line("compiling")
    line.close()
    line.show()
    assert screen.read(0.1) == ""


def test_work_that_is_interrupted_leaves_nothing(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    with pytest.raises(KeyboardInterrupt), progress.progress("compiling", moment=0.01):  # noqa: PT012
        screen.until("compiling")
        raise KeyboardInterrupt
    assert screen.read(0.1).endswith("\x1b[?25h\r\x1b[1A\x1b[2K")


@pytest.mark.parametrize("name", ["NO_COLOR=1", "CI=true", "TERM=dumb", "FORCE_COLOR=0"])
def test_nothing_where_it_is_not_wanted(
    terminal: Callable[[], Screen], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal()
    monkeypatch.setenv(*name.split("="))
    with progress.progress("compiling", moment=0.0) as tell:
        assert tell is None
    assert screen.read(0.1) == ""


def test_nothing_without_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.progress("compiling", "always", moment=0.0) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", None)
    with progress.progress("compiling", moment=0.0) as tell:
        assert tell is None
    assert capsys.readouterr() == ("", "")


def test_a_slow_compile_on_a_terminal(
    terminal: Callable[[], Screen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = terminal()
    import compiler.checks as checks

    fast = checks.run_checks

    def slow(*given: Any) -> Any:
        screen.until("compiling: stacks")
        return fast(*given)

    monkeypatch.setattr(checks, "run_checks", slow)
    monkeypatch.chdir(tmp_path)
    assert run(["compile", str(QUICKSTART)]) == 0
    shown = screen.read(0.1)
    after = shown.rpartition("\x1b[?25h\r\x1b[1A\x1b[2K")[2]
    assert "5 files changed: 2 roles" in after
    assert "compiling" not in after
    assert capsys.readouterr() == ("", "")


def test_the_stages_are_told_in_order() -> None:
    told: list[tuple[str, int, int]] = []
    source = Source(source_text("a.yaml", QUICKSTART.read_text()), "a.yaml")
    result = compile_sources(
        [source], Options(), Diagnostics(), on_stage=lambda name, done, total: told.append((name, done, total))
    )
    assert [name for name, _, _ in told] == ["read", "validate", "stacks", "stacks", "stacks", "stacks"]
    assert {total for _, _, total in told} == {100}
    # From within a single stack, too, which may be a large one.
    assert sorted({done for _, done, _ in told}) == [done for _, done, _ in told]
    assert tuple(name for name, _ in result.timings) == STAGES
    assert compiling.compiled([source], Options(), Diagnostics(), "auto").files == result.files


def test_a_usual_compile_does_not_load_rich(tmp_path: Path) -> None:
    script = (
        "import sys; from compiler.cli.main import run; code = run(sys.argv[1:]);"
        "assert not any(name.partition('.')[0] == 'rich' for name in sys.modules); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "compile", str(QUICKSTART), "-o", str(tmp_path / "build")]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_telling_costs_the_work_next_to_nothing(terminal: Callable[[], Screen]) -> None:
    """A fleet tells thousands of times; only what is drawn, a few times a second, is worth an update."""
    screen = terminal()
    with progress.progress("compiling", moment=0.0) as tell:
        assert tell is not None
        screen.until("compiling")
        for number in range(100_000):
            tell("stacks", number, 100_000)
        tell("finish", 100_000, 100_000)
        screen.until("compiling: finish")
    text = screen.read(0.1)
    assert text.count("compiling") < 1_000
    assert "\x1b[38;5" not in text, "basic colours only, when all is done, too"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be copied here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_process_is_copied_while_the_line_comes_up() -> None:
    """What another thread imports at that moment would never be imported in the copy."""
    held, up = threading.Event(), threading.Event()

    def come_up() -> None:
        with progress._COMING_UP:
            held.set()
            time.sleep(0.05)
            up.set()

    thread = threading.Thread(target=come_up)
    thread.start()
    assert held.wait(LIMIT)
    process = os.fork()
    if process == 0:
        os._exit(0 if up.is_set() and not progress._COMING_UP.locked() else 1)
    assert up.is_set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert not progress._COMING_UP.locked()
