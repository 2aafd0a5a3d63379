"""``--fix``: mistyped words put right in the files of a spec, or shown as a diff."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.cli import console
from compiler.diagnostics import Diagnostic
from compiler.diagnostics.fix import edit_for, fixed
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Source
    from compiler.source.files import SpecFile

_ROUNDS = 10
_BOM = b"\xef\xbb\xbf"


def fixes(check: Callable[[Sequence[Source]], Iterable[Diagnostic]], sources: Sequence[Source]) -> dict[str, str]:
    """The texts of the files that change, by the name of the file.

    What ``check`` finds is put right and checked again, since one mistake often hides the next.
    """
    from compiler.source.files import source_text

    current = tuple(sources)
    for _ in range(_ROUNDS):
        edits = [edit for diagnostic in check(current) if (edit := edit_for(diagnostic)) is not None]
        if not edits:
            break
        current = tuple(
            replace(source, text=source_text(source.text.name, fixed(source.text, edits))) for source in current
        )
    pairs = zip(sources, current, strict=True)
    return {old.text.name: new.text.text for old, new in pairs if new.text.text != old.text.text}


def show_fixes(texts: dict[str, str], sources: Iterable[Source], color: ColorChoice) -> None:
    """Print what would change."""
    from compiler.views import unified_diff

    before = {source.text.name.lstrip("/"): source.text.text for source in sources}
    after = {name.lstrip("/"): text for name, text in texts.items()}
    console.out(unified_diff.render(before, {**before, **after}, color=console.colored(sys.stdout, color)))


def write_fixes(texts: dict[str, str], files: Sequence[SpecFile]) -> tuple[Diagnostic, ...]:
    """Write the files that change, each in one step and with its own line ends; gives what could not be written."""
    from compiler.terraform.writer import replace_file

    problems: list[Diagnostic] = []
    for file in files:
        if file.name not in texts:
            continue
        assert file.path is not None
        data = file.path.read_bytes()
        text = texts[file.name].replace("\n", "\r\n") if b"\r\n" in data else texts[file.name]
        problem = replace_file(file.path, (_BOM if data.startswith(_BOM) else b"") + text.encode())
        problems += [problem] if problem else []
        if problem is None:
            console.out(f"fixed {file.name}")
    return tuple(problems)
