"""The one place where commands compile, and where that shows on a terminal how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler.cli.progress import progress
from compiler.diagnostics import Diagnostics
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Options, Result, Source


# The last result, with all that it was made from: a fleet is a million objects, and taking them down one by one takes
# longer than many a compile. The process ends without that.
_held: list[Result] = []


def compiled(
    sources: Sequence[Source], options: Options, diagnostics: Diagnostics, color: ColorChoice, doing: str = "compiling"
) -> Result:
    """Compile, with progress on the terminal when it takes long."""
    from compiler.driver import compile_sources

    _held.clear()
    with progress(doing, color) as on_stage:
        result = compile_sources(sources, options, diagnostics, on_stage=on_stage)
    _held.append(result)
    return result
