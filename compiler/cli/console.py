"""The only place that prints. Data goes to standard output, talk to standard error."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from compiler.views.terminal import ColorChoice, use_clearing, use_color


def out(text: str) -> None:
    """Data: what was asked for."""
    _write(sys.stdout, text)


def err(text: str) -> None:
    """Talk: what happened."""
    _write(sys.stderr, text)


def colored(stream: TextIO | None, choice: ColorChoice = "auto") -> bool:
    """Whether this stream takes colours; a stream that was closed before the start is None, and takes nothing."""
    return stream is not None and use_color(choice, os.environ, stream.isatty())


def unicode(stream: TextIO | None) -> bool:
    """Whether this stream takes more than ASCII: boxes and blocks, say."""
    return stream is not None and (stream.encoding or "").lower().startswith("utf")


def width() -> int:
    """Columns of the terminal, or 100 when nobody says."""
    import shutil

    return min(shutil.get_terminal_size((100, 24)).columns, 120)


def clears() -> bool:
    """Whether what a run prints goes to a screen, all of it, that can be wiped before the next."""
    return all(stream is not None and use_clearing(os.environ, stream.isatty()) for stream in (sys.stdout, sys.stderr))


def clear() -> None:
    """Wipe the screen; what has been scrolled away stays."""
    _control("\x1b[H\x1b[2J")


def clear_line() -> None:
    """Wipe the line of the cursor: the ``^C``, say, that the terminal prints there."""
    _control("\r\x1b[K")


def _control(sequence: str) -> None:
    sys.stderr.write(sequence)
    sys.stderr.flush()


def _write(stream: TextIO | None, text: str) -> None:
    if not text or stream is None:
        return
    try:
        stream.write(text if text.endswith("\n") else text + "\n")
        stream.flush()
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
