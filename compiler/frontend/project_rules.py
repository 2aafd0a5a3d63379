"""What a project file changes of the findings: entries of ``suppress`` accept some, ``rules`` makes others count more
or less. What stands in comments has been accepted before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from compiler.diagnostics import Diagnostic, Severity, SourceText
from compiler.frontend.project import is_firm
from compiler.frontend.suppressions import (
    SUPPRESSION_WITHOUT_REASON,
    UNUSED_SUPPRESSION,
    Accepted,
    can_be_accepted,
    has_all_said,
)
from compiler.ir.project import Exemption, Project
from compiler.source import Mapping, Node, Scalar
from compiler.source import Sequence as NodeSequence


def apply_project(
    project: Project,
    found: Iterable[Diagnostic],
    texts: Sequence[SourceText],
    roots: Collection[Node],
    *,
    documents: bool,
) -> tuple[list[Diagnostic], list[Accepted]]:
    """The findings that remain, as much as they count here, and those that the project accepts."""
    kept, accepted = _suppressed(project, found, texts, roots, documents=documents)
    return [item for one in kept for item in _at_level(project, one)], accepted


def _at_level(project: Project, item: Diagnostic) -> Iterator[Diagnostic]:
    if item.code.id not in project.levels:
        yield item
        return
    level = project.levels[item.code.id]
    weaker = level is None or level.rank > item.level.rank
    if weaker and item.level is Severity.ERROR and (is_firm(item.code) or not _is_judgement(item)):
        yield item
    elif level is not None:
        yield replace(item, severity=level)


def _is_judgement(item: Diagnostic) -> bool:
    """Whether a finding that is an error may become less: not in the blocks of what cannot be compiled."""
    return item.code.id[2] in "567"


def _suppressed(
    project: Project,
    found: Iterable[Diagnostic],
    texts: Sequence[SourceText],
    roots: Collection[Node],
    *,
    documents: bool,
) -> tuple[list[Diagnostic], list[Accepted]]:
    kept: list[Diagnostic] = []
    accepted: list[Accepted] = []
    used: dict[int, set[str]] = {}
    for item in found:
        able = can_be_accepted(item.code) or (documents and item.code.id[2] in "4567")
        entry = next((one for one in project.suppress if able and _speaks_of(project, one, item, roots)), None)
        if entry is None:
            kept.append(item)
        else:
            used.setdefault(id(entry), set()).add(item.code.id)
            accepted.append(Accepted(item, entry.reason, "external"))
    whole = has_all_said(kept)
    for entry in project.suppress:
        here = any(_is_in(project.folder, entry.files, text.file) for text in texts)
        kept += _about(entry, used.get(id(entry), set()), here=here and whole)
    return kept, accepted


def _speaks_of(project: Project, entry: Exemption, item: Diagnostic, roots: Collection[Node]) -> bool:
    if not entry.reason or item.code.id not in entry.rules or item.span is None:
        return False
    if not _is_in(project.folder, entry.files, item.span.source.file):
        return False
    if not entry.sid:
        return True
    mine = (root for root in roots if item.span and root.source is item.span.source)
    return any(node.start <= item.span.start < node.end for root in mine for node in _statements(root, entry.sid))


def _statements(node: Node, sid: str) -> Iterator[Mapping]:
    if isinstance(node, Mapping):
        own = node.get("Sid")
        if isinstance(own, Scalar) and own.text == sid:
            yield node
        for _, value in node.entries.values():
            yield from _statements(value, sid)
    elif isinstance(node, NodeSequence):
        for item in node.items:
            yield from _statements(item, sid)


def _about(entry: Exemption, used: set[str], *, here: bool) -> Iterator[Diagnostic]:
    if not entry.reason:
        yield Diagnostic(
            SUPPRESSION_WITHOUT_REASON,
            "the entry does not say why, so it has no effect",
            entry.span,
            help=("add `reason:`",),
        )
        return
    unused = [rule for rule in entry.rules if rule not in used]
    # A run that has not looked at the files cannot say.
    if unused and here:
        where = f"`{entry.files}`" + (f", statement `{entry.sid}`," if entry.sid else "")
        yield Diagnostic(
            UNUSED_SUPPRESSION,
            f"nothing in {where} gives {' or '.join(unused)}",
            entry.span,
            help=("delete the entry, or correct it",),
        )


def _is_in(folder: str, pattern: str, file: str) -> bool:
    """Whether a file is meant by a pattern that starts from a folder."""
    if "/" not in pattern:
        return bool(_compiled(pattern).fullmatch(file.replace("\\", "/").rpartition("/")[2]))
    head, name = os.path.split(os.path.abspath(file))  # noqa: PTH100 - a link to a file keeps its name
    path = os.path.relpath(os.path.join(os.path.realpath(head), name), folder).replace("\\", "/")  # noqa: PTH118
    return bool(_compiled(pattern.removeprefix("./")).fullmatch(path))


_PIECES = re.compile(r"\*\*/|\*\*|\*|\?")
_MEANINGS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    end = 0
    for match in _PIECES.finditer(pattern):
        parts += [re.escape(pattern[end : match.start()]), _MEANINGS[match.group()]]
        end = match.end()
    return re.compile("".join([*parts, re.escape(pattern[end:])]))
