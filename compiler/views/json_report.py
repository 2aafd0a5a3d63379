"""Findings as JSON for programs, format version 1.

Every finding has all keys; what is not known is ``null``. Lines and columns count from 1, ``end_column`` is the column
behind the last character. ``help`` is one text: what would have been right (``expected: …``) and what to type, a line
each. The format only grows: a change that could break a reader gets a new ``format_version``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT_VERSION = 1


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """The report of all findings, in the given order."""
    levels = [diagnostic.level for diagnostic in diagnostics]
    report = {
        "format_version": FORMAT_VERSION,
        "findings": [_finding(diagnostic) for diagnostic in diagnostics],
        "summary": {
            "errors": levels.count(Severity.ERROR),
            "warnings": levels.count(Severity.WARNING),
            "notes": levels.count(Severity.NOTE),
        },
    }
    return json.dumps(report, indent=2)


def _finding(diagnostic: Diagnostic) -> dict[str, Any]:
    file = line = column = end_line = end_column = None
    if span := diagnostic.span:
        file = span.source.name
        line, column = span.source.position(span.start)
        end_line, end_column = span.source.position(span.end)
    advice = [f"expected: {diagnostic.expected}"] if diagnostic.expected else []
    advice += diagnostic.help
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.level.value,
        "message": diagnostic.message,
        "file": file,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "path": diagnostic.path or None,
        "help": "\n".join(advice) or None,
    }
