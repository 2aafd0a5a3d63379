"""The command line of a plain compile, read without click, which takes as long to load as a small spec to compile.

Only what is beyond doubt is read here: paths, and a few options that are written in full. All else is left to click,
mistakes and requests for help among it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.cli.compile_run import Request

_FLAGS = {
    "--no-cache": "no_cache",
    "--check": "check",
    "--timings": "timings",
    "--verbose": "verbose",
    "-v": "verbose",
}
_WITH_VALUE = {"-o": "output", "--output": "output", "--jobs": "jobs"}


def run_plain(arguments: Sequence[str]) -> int | None:
    """Run a plain compile and return its exit code; None where click has to look at the command line."""
    given = plain_options(arguments)
    if given is None:
        return None
    from compiler.cli import console
    from compiler.cli.compile_run import compile_once
    from compiler.cli.failures import FINDINGS, INTERRUPTED, failed

    try:
        return compile_once(_request(given)).code
    except KeyboardInterrupt:
        console.err("\n")  # after the `^C` of the terminal
        return INTERRUPTED
    except BrokenPipeError:
        os._exit(FINDINGS)  # whoever read us is gone, and flushing would say so once more
    except Exception as error:
        return failed(error)


def plain_options(arguments: Sequence[str]) -> dict[str, Any] | None:
    """What the arguments of a plain compile say, as click would name it."""
    if not arguments or arguments[0] != "compile" or "_STACKGRANT_COMPLETE" in os.environ:
        return None
    given: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in _FLAGS:
            given[_FLAGS[argument]] = True
        elif argument in _WITH_VALUE:
            name, text = _WITH_VALUE[argument], next(rest, "")
            if not text or text.startswith("-") or (name == "jobs" and not _is_number(text)):
                return None
            given[name] = int(text) if name == "jobs" else text
        elif not argument or argument.startswith("-"):
            return None
        else:
            paths.append(argument)
    return {**given, "paths": tuple(paths)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < len(text) < 5 and text[0] != "0"


def _request(given: dict[str, Any]) -> Request:
    from compiler.cli.common import spec_paths
    from compiler.cli.compile_run import Request

    return Request(**{**given, "paths": spec_paths(given["paths"])})
