"""Layer 6: arguments → run → exit code. Nothing is imported here but what starts the command line."""

from __future__ import annotations

import gc
import os
import sys


def entry() -> None:
    """The ``stackgrant`` command."""
    # One short run allocates much and frees nothing: looking for garbage would be a fifth of its time.
    gc.disable()
    from compiler.cli.main import run

    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed before the start (`>&-`)
            stream.flush()
    # A fleet leaves a million objects behind, and taking them down one by one takes longer than many a compile.
    os._exit(code)
