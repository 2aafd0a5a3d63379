"""Findings as workflow commands of GitHub Actions, which shows them at the lines of a pull request.

Source: GitHub Actions, "Workflow commands": ``::error file=…,line=…,col=…,title=…::message``.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.diagnostics import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """One command for each finding, in the given order."""
    return "\n".join(map(_command, diagnostics))


def _command(item: Diagnostic) -> str:
    properties = {"title": f"{item.code.id} {item.code.name}"}
    message = item.message
    if (span := item.span) is not None:
        place = {"file": span.source.file}
        if not span.source.address:
            line, column = span.source.position(span.start)
            end_line, end_column = span.source.position(span.end)
            place |= {"line": str(line), "endLine": str(end_line)}
            if line == end_line:  # columns count only for what stands on one line
                place |= {"col": str(column), "endColumn": str(end_column)}
        else:
            message = f"{span.source.address}: {message}"
        properties = place | properties
    lines = [message, *((f"expected: {item.expected}",) if item.expected else ())]
    lines += [f"note: {note}" for note in item.notes]
    lines += [f"help: {line}" for line in item.help]
    shown = ",".join(f"{name}={_escaped(value, property_=True)}" for name, value in properties.items())
    return f"::{_COMMANDS[item.level]} {shown}::" + _escaped("\n".join(lines))


def _escaped(text: str, *, property_: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text
