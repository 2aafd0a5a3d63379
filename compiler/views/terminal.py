"""Whether a screen is coloured, decided in one place.

Sources: no-color.org (``NO_COLOR`` counts when it is present and not empty), force-color.org, and the Command Line
Interface Guidelines ("Disable color if your program is not in a terminal or the user requested it").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

ColorChoice = Literal["auto", "always", "never"]


def use_color(choice: ColorChoice, environ: Mapping[str, str], isatty: bool) -> bool:
    """Whether to colour what goes to a stream.

    What was asked for on the command line wins; then ``NO_COLOR``, ``FORCE_COLOR`` (``0`` means no, as Node.js has
    it), a terminal that says it is dumb, and last whether the stream is a terminal at all.

    >>> use_color("auto", {"NO_COLOR": "1"}, isatty=True)
    False
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if forced := environ.get("FORCE_COLOR"):
        return forced != "0"
    return isatty and not _is_dumb(environ)


def use_progress(choice: ColorChoice, environ: Mapping[str, str], isatty: bool) -> bool:
    """Whether to draw on a stream how far work is, and to take that away again.

    Only on a terminal that somebody looks at: not in CI (``CI``), and not where colours are unwanted or impossible.

    >>> use_progress("auto", {"TERM": "xterm", "CI": "true"}, isatty=True)
    False
    """
    in_ci = environ.get("CI", "").lower() not in ("", "0", "false")
    return isatty and not in_ci and not _is_dumb(environ) and use_color(choice, environ, isatty)


def use_clearing(environ: Mapping[str, str], isatty: bool) -> bool:
    """Whether a screen can be wiped: it is a terminal that knows how."""
    return isatty and not _is_dumb(environ)


def _is_dumb(environ: Mapping[str, str]) -> bool:
    return environ.get("TERM") == "dumb"
