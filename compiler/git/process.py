"""Running git: the only place that does. It is only ever asked, and never told to change anything."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from pathlib import Path


@record(frozen=True, slots=True)
class Answer:
    """What git said. ``code`` is None where it could not be started."""

    code: int | None
    out: str
    err: str


def ask(folder: Path, *arguments: str) -> Answer:
    """Run a git command to its end."""
    try:
        done = subprocess.run(  # noqa: S603 - git with arguments of ours, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the git of the PATH is the user's
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="surrogateescape",
            env=_environment(), check=False,
        )  # fmt: skip
    except OSError as error:
        return Answer(None, "", str(error))
    return Answer(done.returncode, done.stdout, done.stderr)


def _environment() -> dict[str, str]:
    """English messages, no lock for an index that may be refreshed, and no fetching for a partial clone (git 2.45)."""
    return {"GIT_NO_LAZY_FETCH": "1", **os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}


class Objects:
    """The content of git's objects, from one ``git cat-file --batch`` that answers one question after the other."""

    def __init__(self, folder: Path) -> None:
        """Start the process; ``close`` ends it."""
        self._process = subprocess.Popen(  # noqa: S603 - as above
            ["git", "-C", str(folder), "cat-file", "--batch"],  # noqa: S607 - as above
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip

    def read(self, name: str) -> bytes | None:
        """The content of an object; None where the clone does not have it."""
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None
        assert answers is not None
        questions.write(name.encode() + b"\n")
        questions.flush()
        head = answers.readline().split()
        if len(head) != 3 or not head[2].isdigit():  # `NAME missing`
            return None
        content = answers.read(int(head[2]))
        answers.readline()
        return content

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
