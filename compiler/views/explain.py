"""The page of a diagnostic code, for the terminal and as Markdown for the documentation, and the list of all codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.views.cells import wrap
from compiler.views.paint import Paint, painter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.diagnostics import Code

_TERM = 15  # columns of the terms on the left
_NARROWEST, _WIDEST = 40, 100  # columns: running text is hard to read in longer lines


def render(code: Code, *, color: bool, width: int) -> str:
    """The page of a code for a screen of ``width`` columns."""
    paint = painter(color)
    columns = min(max(width, _NARROWEST), _WIDEST)
    level = code.severity.value
    gap = " " * max(1, columns - len(f"{code.id} {code.name}{level}"))
    lines = [f"{paint('strong', code.id)} {code.name}{gap}{paint(level, level)}", ""]
    lines += _section("What it does", [code.what], columns, paint)
    lines += _section("Why", [code.why], columns, paint)
    for title, example in (("Example", code.bad), ("Instead", code.good)):
        if example:
            lines += ["", paint("strong", title), ""]
            lines += [f"    {line}".rstrip() for line in example.strip("\n").split("\n")]
    if code.references:
        lines += ["", *_section("References", code.references, columns, paint)]
    return "\n".join(lines)


def render_markdown(code: Code, *, level: int = 2) -> str:
    """The page of a code as a Markdown section; ``level`` is that of its heading."""
    parts = [f"{'#' * level} {code.id} {code.name}", f"*{code.severity.value}*", code.what, f"**Why:** {code.why}"]
    for title, example in (("Example", code.bad), ("Instead", code.good)):
        if example:
            body = example.strip("\n")
            parts.append(f"**{title}:**\n\n```yaml\n{body}\n```")
    if code.references:
        parts.append("**References:**\n\n" + "\n".join(f"- {_linked(reference)}" for reference in code.references))
    return "\n\n".join(parts) + "\n"


def render_list(codes: Iterable[Code], *, color: bool) -> str:
    """All codes by id, one a line: id, severity and name."""
    paint = painter(color)
    return "\n".join(
        f"{paint('strong', code.id)}  {paint(code.severity.value, f'{code.severity.value:7}')}  {code.name}"
        for code in sorted(codes, key=lambda code: code.id)
    )


def _section(title: str, texts: Iterable[str], width: int, paint: Paint) -> Iterator[str]:
    """A term with its text beside it, wrapped."""
    head = paint("strong", title) + " " * (_TERM - len(title))
    for text in texts:
        for line in wrap(text, width - _TERM):
            yield (head + line).rstrip()
            head = " " * _TERM


def _linked(reference: str) -> str:
    return f"<{reference}>" if reference.startswith("https://") else reference
