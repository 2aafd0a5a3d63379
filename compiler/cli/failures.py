"""What is said of a run that failed for no fault of a spec: the system said no, or stackgrant has a bug."""

from __future__ import annotations

import os
from pathlib import Path

from compiler import __version__


def failure_text(error: Exception) -> str:
    """What to tell people about an exception that ended a run."""
    if isinstance(error, OSError):
        return f"error: {error.strerror or error}: {error.filename or ''}".rstrip(": ")
    import traceback

    if os.environ.get("STACKGRANT_DEBUG"):
        return "".join(traceback.format_exception(error))
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return (
        f"internal error: {type(error).__name__}: {error} (stackgrant {__version__}, {where})\n"
        "This is a bug in stackgrant, not in your spec, and nothing was written.\n"
        "Please report it with the spec that shows it; STACKGRANT_DEBUG=1 prints the details to send along."
    )
