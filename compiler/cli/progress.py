"""Progress on a terminal: work that takes longer than a moment says how far it is, and leaves nothing on the screen.

Only here is ``rich`` used, and it is imported by a timer when the moment is over, so quick work never pays for it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from compiler.cli import console
from compiler.views.terminal import ColorChoice, use_progress

if TYPE_CHECKING:
    from rich.progress import Progress

MOMENT = 0.5
"""Seconds after which work is long enough to say how far it is."""

# A process that is copied while another thread imports would wait for that thread, which it does not have.
_COMING_UP = threading.Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_COMING_UP.acquire, after_in_parent=_COMING_UP.release, after_in_child=_COMING_UP.release
    )

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

    def show(self) -> None:
        with _COMING_UP:
            drawn = _drawn(self)
            drawn.add_task(self._doing)
            drawn.tasks[0].start_time = self._began
            with self._lock:
                if not self._closed:
                    drawn.start()
                    self._shown = drawn

    def update(self, drawn: Progress) -> None:
        """Bring what is drawn up to date; whoever draws asks for it, so telling costs the work next to nothing."""
        name, done, total = self._now
        text = f"{self._doing}: {name}" if name else self._doing
        for task in drawn.task_ids:
            drawn.update(task, description=text, completed=done, total=total)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._shown is not None:
                self._shown.stop()


def _drawn(line: _Line) -> Progress:
    from rich.console import Console, RenderableType
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.theme import Theme

    # Basic colours only, as everywhere: they follow the terminal's own theme.
    theme = Theme(
        {"progress.elapsed": "none", "bar.back": "bright_black", "bar.complete": "cyan", "bar.finished": "cyan"}
    )

    class Drawn(Progress):
        def get_renderables(self) -> Iterable[RenderableType]:
            line.update(self)
            return super().get_renderables()

    return Drawn(
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
