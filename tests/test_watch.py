"""``--watch`` as people run it: a process of its own, on a terminal and in a pipe."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.cli.main import run

pty = pytest.importorskip("pty")
ROOT = Path(__file__).parent.parent
QUICKSTART = (ROOT / "examples/quickstart/stackgrant.yaml").read_text()
LIMIT = 60
CLEAR = "\x1b[H\x1b[2J"
STATUS = r"^\[\d\d:\d\d:\d\d\] {}\. watching {}\.\r?$"
# A terminal sends Ctrl-C to those that it controls.
# A process that is started in the background of a shell ignores Ctrl-C, and so do those that it starts.
_HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
_PIPED = f"{_HEARS}; from compiler.cli import entry; entry()"
_ON_TERMINAL = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {_PIPED}"

Start = Callable[..., "Watched"]


class Watched:
    """A running ``--watch``: what it has printed, and since the last look."""

    def __init__(
        self, folder: Path, arguments: tuple[str, ...], *, terminal: bool, environment: dict[str, str]
    ) -> None:
        self.text = ""
        self._looked = 0
        self.handle, side = pty.openpty() if terminal else os.pipe()
        if terminal:
            import fcntl
            import termios

            fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _ON_TERMINAL if terminal else _PIPED, *arguments], cwd=folder,
            stdin=side if terminal else subprocess.DEVNULL, stdout=side, stderr=side, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environment},
        )  # fmt: skip
        os.close(side)

    def until(self, pattern: str) -> str:
        """What has come since the last look, when the pattern has come."""
        end = time.monotonic() + LIMIT
        while not (match := re.compile(pattern, re.MULTILINE).search(self.text, self._looked)):
            assert self._read(0.2) or self.process.poll() is None, f"ended: {self.text!r}"
            assert time.monotonic() < end, f"{pattern!r} did not come: {self.text[self._looked :]!r}"
        begin, self._looked = self._looked, match.end()
        return self.text[begin : match.end()]

    def status(self, found: str, files: str = "1 file") -> str:
        return self.until(STATUS.format(found, files))

    def end(self, send: bytes = b"", number: int = 0) -> tuple[int, str]:
        """Exit code, and what came after the last look."""
        if send:
            os.write(self.handle, send)
        else:
            self.process.send_signal(number)
        code = self.process.wait(LIMIT)
        while self._read(0.2):
            pass
        return code, self.text[self._looked :].removeprefix("\r").removeprefix("\n")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.handle)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.handle], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.handle, 65536)
        except OSError:  # a terminal that nobody has open any more
            return False
        self.text += data.decode()
        return bool(data)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    (tmp_path / "stackgrant.yaml").write_text(QUICKSTART)
    (tmp_path / ".git").mkdir()
    running: list[Watched] = []

    def begin(*arguments: str, terminal: bool = False, **environment: str) -> Watched:
        running.append(Watched(tmp_path, arguments, terminal=terminal, environment=environment))
        return running[-1]

    yield begin
    for item in running:
        item.close()


def write(file: Path, text: str) -> None:
    """As editors do it: the new text takes the place of the old one in one step."""
    file.with_name(".new").write_text(text)
    file.with_name(".new").replace(file)


def test_a_day_at_a_terminal(start: Start, tmp_path: Path) -> None:
    spec, output = tmp_path / "stackgrant.yaml", tmp_path / "build/shop-prod/app-storefront.tf.json"
    watched = start("compile", "--watch", terminal=True)
    first = watched.status("no findings")
    assert CLEAR not in first, "what stood on the screen before stays"
    assert "5 files changed" in first
    assert "sqs:ReceiveMessage" not in output.read_text()

    write(spec, QUICKSTART.replace("access: send", "access: consume"))
    again = watched.status("no findings")
    assert again.partition(CLEAR)[2].startswith("[")
    assert "] stackgrant.yaml changed" in again
    assert "1 file changed, 4 unchanged" in again
    compiled = output.read_text()
    assert "sqs:ReceiveMessage" in compiled

    write(spec, QUICKSTART.replace("access: send", "access: sned"))
    broken = watched.status("\x1b\\[1;31m1 error\x1b\\[0m")
    assert "did you mean `send`?" in broken
    write(spec, "version: 1\napps: {")
    assert "SG101" in watched.status("\x1b\\[1;31m1 error\x1b\\[0m")
    spec.unlink()
    assert "`stackgrant.yaml` does not exist" in watched.status("\x1b\\[1;31m1 error\x1b\\[0m", "0 files")
    assert output.read_text() == compiled

    spec.write_text(QUICKSTART)
    assert "1 file changed, 4 unchanged" in watched.until("1 file changed, 4 unchanged")
    watched.status("no findings")
    assert "sqs:ReceiveMessage" not in output.read_text()
    assert watched.end(send=b"\x03") == (130, "^C\r\x1b[K")


def test_without_colours_and_on_a_dumb_terminal(start: Start) -> None:
    watched = start("check", "--watch", terminal=True, TERM="dumb")
    watched.status("no findings")
    assert "\x1b" not in watched.text
    assert watched.end(number=signal.SIGINT) == (130, "")


def test_in_a_pipe(start: Start, tmp_path: Path) -> None:
    spec = tmp_path / "stackgrant.yaml"
    watched = start("check", "--watch", "--format", "concise")
    watched.status("no findings")
    write(spec, QUICKSTART.replace("access: send", "access: sned"))
    assert watched.status("1 error").startswith("\nstackgrant.yaml:7:38: error[SG204]")
    write(spec, QUICKSTART)
    watched.status("no findings")
    assert watched.end(number=signal.SIGINT) == (130, "")
    assert "\x1b" not in watched.text
    assert "changed" not in watched.text


def test_termination(start: Start) -> None:
    watched = start("compile", "--watch")
    watched.status("no findings")
    assert watched.end(number=signal.SIGTERM) == (143, "")


def test_output_in_the_folder_that_is_watched(start: Start, tmp_path: Path) -> None:
    watched = start("compile", "--watch", ".", "-o", "generated")
    watched.status("no findings")
    write(tmp_path / "stackgrant.yaml", QUICKSTART.replace("access: send", "access: consume"))
    assert "1 file changed, 4 unchanged" in watched.status("no findings")
    write(tmp_path / "more.yaml", "version: 1\nvalues: {a: b}\n")
    watched.status("no findings", "2 files")
    assert watched.end(number=signal.SIGTERM) == (143, "")
    assert watched.text.count("watching") == 3


def test_files_that_the_spec_and_the_project_name(start: Start, tmp_path: Path) -> None:
    policy = '{"Statement": [{"Effect": "Allow", "Action": "sns:%s", "Resource": "*"}], "Version": "2012-10-17"}'
    spec = tmp_path / "stackgrant.yaml"
    spec.write_text(QUICKSTART.replace("      - sqs:", "      - policy: notify.json\n      - sqs:"))
    watched = start("check", "--watch", "--format", "concise")
    assert "SG328" in watched.status("1 error")
    write(tmp_path / "notify.json", policy % "ListTopics")
    watched.status("no findings", "2 files")
    write(tmp_path / "notify.json", policy % "ListTopcs")
    assert "notify.json:1:" in watched.status("1 error", "2 files")
    write(tmp_path / "notify.json", policy % "ListTopics")
    watched.status("no findings", "2 files")
    write(tmp_path / ".stackgrant.yaml", "guardrails: [limits.yaml]\n")
    assert "SG801" in watched.status("1 error", "3 files")
    limits = "guardrails:\n  quiet:\n    reason: no topics\n    forbid_actions: ['sns:*']\n"
    write(tmp_path / "limits.yaml", "version: 1\n" + limits)
    assert "SG630" in watched.status("1 error", "4 files")
    assert watched.end(number=signal.SIGTERM) == (143, "")


def test_what_would_change(start: Start, tmp_path: Path) -> None:
    watched = start("compile", "--watch", "--diff")
    assert "+++ b/build/shop-prod/stack.tf.json" in watched.status("no findings")
    write(tmp_path / "stackgrant.yaml", QUICKSTART.replace("access: send", "access: consume"))
    assert '+            "sqs:ReceiveMessage"' in watched.status("no findings")
    assert not (tmp_path / "build").exists()
    assert watched.end(number=signal.SIGINT)[0] == 130


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("compile --watch -o -", "name a folder: `-o build`"),
        ("compile --watch --check", "`stackgrant compile --watch --diff` shows what would change"),
        ("compile --watch -", "name the spec: `stackgrant compile --watch stackgrant.yaml`"),
        ("check --watch -", "name the spec: `stackgrant check --watch stackgrant.yaml`"),
        ("check --watch --fix", "type `stackgrant check --fix` whenever you want it"),
        ("check --watch --baseline a --write-baseline", "write it before"),
        ("check --watch --format sarif", "`--format sarif` is one report for programs"),
        ("check --watch --config a --no-config", "exclude each other"),
        ("compile --watch /dev/null", "`/dev/null` is neither"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert "watching" not in captured.err
