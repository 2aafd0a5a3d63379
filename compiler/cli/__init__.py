"""Layer 6: arguments → run → exit code. Nothing is imported here but what starts the command line."""

from __future__ import annotations

import sys


def entry() -> None:
    """The ``stackgrant`` command."""
    from compiler.cli.main import run

    sys.exit(run(sys.argv[1:]))
