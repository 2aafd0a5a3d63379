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
    return isatty and environ.get("TERM") != "dumb"
