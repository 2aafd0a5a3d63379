"""The one place where commands compile, and where that shows on a terminal how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler.cli.progress import progress
from compiler.diagnostics import Diagnostics
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Options, Result, Source


def compiled(
    sources: Sequence[Source], options: Options, diagnostics: Diagnostics, color: ColorChoice, doing: str = "compiling"
) -> Result:
    """Compile, with progress on the terminal when it takes long."""
    from compiler.driver import compile_sources

    with progress(doing, color) as on_stage:
        return compile_sources(sources, options, diagnostics, on_stage=on_stage)
