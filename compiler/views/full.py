"""Findings as people read them: headline, place, source excerpt with marks, and what to do about it.

::

    error[SG203]: unknown key `permisions` in layer `api`
      --> stacks/web.yaml:14:9
       |
    12 |     - name: api
    13 |       runtime: ec2
    14 |       permisions:
       |       ^^^^^^^^^^ not a key of a layer
       |
       = expected: one of `apps`, `permissions` or `profile`
       = help: did you mean `permissions`?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.views.cells import clean, wrap
from compiler.views.excerpt import marks_by_source, rows
from compiler.views.paint import Paint, painter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.diagnostics import Diagnostic

_NARROWEST = 40  # columns; on a narrower screen the terminal's own line breaks do less harm than ours


def render(diagnostics: Sequence[Diagnostic], *, color: bool, width: int) -> str:
    """All findings in the given order, a blank line between them; ``width`` is that of the screen in columns."""
    paint = painter(color)
    columns = max(width, _NARROWEST)
    return "\n\n".join("\n".join(_finding(diagnostic, columns, paint)) for diagnostic in diagnostics)


def _finding(diagnostic: Diagnostic, width: int, paint: Paint) -> Iterator[str]:
    level = diagnostic.level.value
    yield f"{paint(level, f'{level}[{diagnostic.code.id}]')}{paint('strong', f': {clean(diagnostic.message)}')}"
    gutter = 1
    if diagnostic.span is not None:
        groups = marks_by_source(diagnostic)
        gutter = len(str(max(mark.line for marks in groups.values() for mark in marks)))
        bar = f"{' ' * gutter} {paint('gutter', '|')}"
        for index, (source, marks) in enumerate(groups.items()):
            if index:
                yield bar
            first = marks[0]
            place = f"{clean(source.name)}:{first.line}:{first.start + 1}"
            yield f"{' ' * gutter}{paint('gutter', ':::' if index else '-->')} {place}"
            yield from rows(source, marks, gutter=gutter, width=width, style=level, paint=paint)
        if diagnostic.expected or diagnostic.notes or diagnostic.help:
            yield bar
    yield from _remarks(diagnostic, gutter, width, paint)


def _remarks(diagnostic: Diagnostic, gutter: int, width: int, paint: Paint) -> Iterator[str]:
    """What would have been right, why, and what to type, wrapped, one ``=`` each."""
    remarks = [("expected", diagnostic.expected)] if diagnostic.expected else []
    remarks += [("note", text) for text in diagnostic.notes]
    remarks += [("help", text) for text in diagnostic.help]
    for name, text in remarks:
        head = f"{' ' * gutter} {paint('gutter', '=')} {paint('help' if name == 'help' else 'strong', f'{name}:')} "
        indent = " " * (gutter + len(name) + 5)
        first, *others = wrap(text, width - len(indent))
        yield f"{head}{first}".rstrip()
        for line in others:
            yield f"{indent}{line}".rstrip()
