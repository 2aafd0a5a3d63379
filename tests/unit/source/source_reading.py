"""The shape of the ``read`` fixture."""

from __future__ import annotations

from collections.abc import Callable

from compiler.diagnostics import Diagnostic
from compiler.source import Mapping

Read = Callable[[str], tuple[tuple[Mapping, ...], tuple[Diagnostic, ...]]]
