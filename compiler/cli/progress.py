"""Progress on a terminal: work that takes longer than a moment says how far it is, and leaves nothing on the screen.

Only here is ``rich`` used, and it is imported by a timer when the moment is over, so quick work never pays for it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from compiler.cli import console
from compiler.views.terminal import ColorChoice, use_progress

if TYPE_CHECKING:
    from rich.progress import Progress

MOMENT = 0.5
"""Seconds after which work is long enough to say how far it is."""

Tell = Callable[[str, int, int], None]
"""What begins, how much is done, and how much there is."""


@contextmanager
def progress(doing: str, color: ColorChoice = "auto", *, moment: float = MOMENT) -> Iterator[Tell | None]:
    """Show how far the work of the block is, as it tells; None where nobody looks.

    Nothing else may print inside of the block.
    """
    stream = sys.stderr
    if stream is None or not use_progress(color, os.environ, stream.isatty()):
        yield None
        return
    line = _Line(doing)
    timer = threading.Timer(moment, line.show)
    timer.daemon = True
    timer.start()
    try:
        yield line.tell
    finally:
        timer.cancel()
        line.close()


class _Line:
    """The line that may come up: the work tells from its own thread, the timer shows from another."""

    def __init__(self, doing: str) -> None:
        self._doing, self._began = doing, time.monotonic()
        self._now: tuple[str, int, int] = ("", 0, 1)
        self._lock = threading.Lock()
        self._shown: Progress | None = None
        self._closed = False

    def tell(self, name: str, done: int, total: int) -> None:
        self._now = (name, done, total)
        if self._shown is not None:
            self._shown.update(self._shown.task_ids[0], description=self._text(), completed=done, total=total)

    def show(self) -> None:
        drawn = _drawn()
        with self._lock:
            if self._closed:
                return
            _, done, total = self._now
            task = drawn.add_task(self._text(), completed=done, total=total)
            drawn.tasks[task].start_time = self._began
            drawn.start()
            self._shown = drawn
        self.tell(*self._now)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._shown is not None:
                self._shown.stop()

    def _text(self) -> str:
        return f"{self._doing}: {self._now[0]}" if self._now[0] else self._doing


def _drawn() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.theme import Theme

    # Basic colours only, as everywhere: they follow the terminal's own theme.
    theme = Theme({"progress.elapsed": "none", "bar.back": "bright_black", "bar.complete": "cyan"})
    return Progress(
        SpinnerColumn("dots" if console.unicode(sys.stderr) else "line", style="cyan"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.percentage:.0f}%", style="none"),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr, highlight=False, theme=theme),
        transient=True,
        # Standard output is somebody else's, and nobody prints meanwhile.
        redirect_stdout=False,
        redirect_stderr=False,
    )
