"""Findings one per line, ``file:line:column: error[SG402] headline``: for editors, problem matchers and ``grep``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.views.cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.diagnostics import Diagnostic


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings in the given order. One that has no place begins with its severity."""
    return "\n".join(map(_line, diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    text = f"{diagnostic.level.value}[{diagnostic.code.id}] {clean(diagnostic.message)}"
    if diagnostic.span is None:
        return text
    line, column = diagnostic.span.source.position(diagnostic.span.start)
    return f"{clean(diagnostic.span.source.name)}:{line}:{column}: {text}"
