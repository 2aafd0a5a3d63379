"""Findings as JUnit XML, for servers that show test results: one suite per file, one failed case per finding.

JUnit knows no severities: errors and warnings are failures of that type, notes are cases that pass and say something.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from compiler.diagnostics import Diagnostic, Severity
from compiler.views.cells import clean


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """A report of all findings. Without any there is one case that passes, as an empty report counts as an error."""
    by_file: dict[str, list[Diagnostic]] = {}
    for item in diagnostics:
        by_file.setdefault(item.span.source.name if item.span else "stackgrant", []).append(item)
    suites = [line for file, items in by_file.items() for line in _suite(file, items)]
    if not suites:
        suites = [
            '  <testsuite name="stackgrant" tests="1" failures="0" errors="0">',
            '    <testcase classname="stackgrant" name="no findings"/>',
            "  </testsuite>",
        ]
    total, failed = max(len(diagnostics), 1), sum(map(_fails, diagnostics))
    head = f'<testsuites name="stackgrant" tests="{total}" failures="{failed}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"])


def _fails(item: Diagnostic) -> bool:
    return item.level is not Severity.NOTE


def _suite(file: str, items: list[Diagnostic]) -> list[str]:
    failed = sum(map(_fails, items))
    name = quoteattr(clean(file))
    lines = [f'  <testsuite name={name} tests="{len(items)}" failures="{failed}" errors="0">']
    for item in items:
        place = ":{}:{}".format(*item.span.source.position(item.span.start)) if item.span else ""
        title = quoteattr(clean(f"{item.code.id} {item.code.name}{place}"))
        lines.append(f"    <testcase classname={name} name={title}>")
        message, text = quoteattr(clean(item.message)), escape(_text(item, file + place))
        if _fails(item):
            lines.append(f'      <failure type="{item.level.value}" message={message}>{text}</failure>')
        else:
            lines.append(f"      <system-out>{text}</system-out>")
        lines.append("    </testcase>")
    lines.append("  </testsuite>")
    return lines


def _text(item: Diagnostic, place: str) -> str:
    lines = [f"{place}: {item.message}", *((f"expected: {item.expected}",) if item.expected else ())]
    lines += [f"note: {note}" for note in item.notes]
    lines += [f"help: {line}" for line in item.help]
    return "\n".join(map(clean, lines))
