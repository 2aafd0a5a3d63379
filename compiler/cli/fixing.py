"""``--fix``: what can be put right without asking is put right in the files, or shown as a diff."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli import console
from compiler.diagnostics import Diagnostic, Diagnostics, SourceText
from compiler.diagnostics.fix import Edit, apart, edit_for, fixed
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from compiler.driver import Source

Check = Callable[[Sequence[SourceText]], Iterable[Diagnostic]]
_ROUNDS = 20
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\r|\n")


def fixes(check: Check, texts: Sequence[SourceText]) -> dict[str, str]:
    """The texts of the files that change, by the name of the file.

    What ``check`` finds is put right and checked again, since one mistake often hides the next. A mistyped word comes
    first; any other repair that would bring up a new finding is not made.
    """

    def found_in(now: Sequence[SourceText]) -> tuple[Diagnostic, ...]:
        # What is compiled is put right in the spec.
        return tuple(item for item in check(now) if not (item.span and item.span.source.name.endswith(".tf.json")))

    current = tuple(texts)
    found = found_in(current)
    for _ in range(_ROUNDS):
        words = [edit for item in found if (edit := edit_for(item)) is not None]
        changed = _changed(current, words)
        if changed == current:
            changed, found = _repaired(found_in, current, found)
            if changed == current:
                break
        else:
            found = found_in(changed)
        current = changed
    return {old.name: new.text for old, new in zip(texts, current, strict=True) if new.text != old.text}


def _repaired(
    check: Check, texts: tuple[SourceText, ...], found: tuple[Diagnostic, ...]
) -> tuple[tuple[SourceText, ...], tuple[Diagnostic, ...]]:
    """The texts with all repairs made that leave nothing new to find, and what is found then."""
    from compiler.frontend.repairs import edits_of

    groups = apart(edits_of(found))
    together = _changed(texts, [edit for group in groups for edit in group])
    if together == texts:
        return texts, found
    after = tuple(check(together))
    if _nothing_new(found, after):
        return together, after
    kept: list[Edit] = []
    for group in groups if len(groups) > 1 else ():
        one = _changed(texts, [*kept, *group])
        if _nothing_new(found, tuple(check(one))):
            kept += group
    changed = _changed(texts, kept)
    return (changed, tuple(check(changed))) if kept else (texts, found)


def _nothing_new(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> bool:
    old = Counter(item.code.id for item in before)
    new = Counter(item.code.id for item in after)
    return new <= old and new != old


def _changed(texts: tuple[SourceText, ...], edits: Sequence[Edit]) -> tuple[SourceText, ...]:
    if not any(edit.span.source is text for text in texts for edit in edits):
        return texts
    return tuple(
        SourceText(text.name, new, file=text.file, address=text.address)
        if (new := fixed(text, edits)) != text.text
        else text
        for text in texts
    )


def fixed_sources(sources: Sequence[Source], texts: Sequence[SourceText]) -> tuple[Source, ...]:
    """The sources of a spec with other texts."""
    from dataclasses import replace

    return tuple(replace(source, text=text) for source, text in zip(sources, texts, strict=True))


def show_fixes(texts: Mapping[str, str], before: Iterable[SourceText], color: ColorChoice) -> None:
    """Print what would change."""
    from compiler.views import unified_diff

    old = {text.name.lstrip("/"): text.text for text in before}
    new = {name.lstrip("/"): text for name, text in texts.items()}
    console.out(unified_diff.render(old, {**old, **new}, color=console.colored(sys.stdout, color)))


def write_fixes(texts: Mapping[str, str], files: Mapping[str, Path]) -> tuple[Diagnostic, ...]:
    """Write the files that change, each in one step and with its own line ends; gives what could not be written."""
    from compiler.source.files import read_text
    from compiler.terraform.writer import replace_file

    problems = Diagnostics()
    for name, text in texts.items():
        path = files[name]
        before = read_text(path, name, problems)
        if before is None:
            continue
        data = path.read_bytes()
        start = _BOM if data.startswith(_BOM) else b""
        content = _with_line_ends(data.removeprefix(_BOM).decode(), before.text, text)
        problem = replace_file(path, start + content.encode())
        if problem is None:
            console.out(f"fixed {name}")
        else:
            problems.add(problem)
    return tuple(problems)


def _with_line_ends(raw: str, before: str, after: str) -> str:
    """A text with the line ends of the file: lines that stay keep theirs, others take the one that is most used."""
    ends = _LINE_END.findall(raw)
    usual = Counter(ends).most_common(1)[0][0] if ends else "\n"
    if set(ends) <= {usual}:
        return after.replace("\n", usual)
    old, new = before.split("\n"), after.split("\n")
    result = [usual] * len(new)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            result[block.b + offset] = [*ends, ""][block.a + offset]
    return "".join(line + end for line, end in zip(new, [*result[:-1], ""], strict=True))
