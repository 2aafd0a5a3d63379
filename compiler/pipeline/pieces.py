"""One large file in pieces that can be compiled apart: some of its stacks each, and the apps that these may run.

A piece is the whole text in which entries of other pieces are comments, so that every place stays where it is. Where an
entry begins is a guess by its indentation, which ``is_right_about`` holds against what was read: the keys of ``apps:``
and ``stacks:`` have to be the very ones that were guessed. A quote, a bracket or a block that does not end with its
entry would take in the key of the next one that the piece has, or the end of the text; nothing else carries over, since
texts with anchors have no pieces. So each entry is read in its piece as it is in the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence

from compiler.diagnostics import SourceText
from compiler.diagnostics.value import record
from compiler.pipeline.parallel import shares
from compiler.source import Mapping

_TOP = re.compile(r"^[^\s#].*$", re.MULTILINE)
_SECTION = re.compile(r"(apps|stacks):[ \t]*(?:#.*)?")
_FIRST = re.compile(r"^ +(?=[^\s#])", re.MULTILINE)
_NAME = re.compile(r"[\"']?([\w.-]+)[\"']?[ \t]*:")
_WORD = re.compile(r"[\w.-]+")


@record(frozen=True, slots=True, eq=False)
class _Entry:
    """An app or a stack: where its lines begin and end, where its key is, and what that says."""

    start: int
    end: int
    key: int
    name: str


@record(frozen=True, slots=True)
class Piece:
    """A share of the entries, all by the places of their keys.

    ``apps`` and ``stacks`` are those that it has, ``owned`` those of them that it answers for; ``top`` are the keys at
    the left margin; ``entries`` are those of all pieces. The ``first`` one answers for what is in no entry.
    """

    text: SourceText
    apps: frozenset[int]
    stacks: frozenset[int]
    owned: frozenset[int]
    top: frozenset[int]
    entries: tuple[_Entry, ...]
    first: bool

    def owns(self, place: int) -> bool:
        """Whether this piece answers for what is found at a place."""
        at = bisect_right(self.entries, place, key=lambda entry: entry.start) - 1
        if at >= 0 and place < self.entries[at].end:
            return self.entries[at].key in self.owned
        return self.first

    def is_right_about(self, documents: Sequence[Mapping]) -> bool:
        """Whether what was read has its keys where they were thought to be."""
        if len(documents) != 1 or _keys(documents[0]) != self.top:
            return False
        return all(
            isinstance(section := documents[0].entries[name][1], Mapping) and _keys(section) == keys
            for name, keys in (("apps", self.apps), ("stacks", self.stacks))
        )


def pieces(source: SourceText, number: int, first: float) -> list[Piece]:
    """At most ``number`` pieces, the first one ``first`` times as large; none where the text does not come apart."""
    text = source.text
    if _may_have_anchors(text):
        return []
    tops = [*_TOP.finditer(text)]
    sections = {found.group(1): (at, top) for at, top in enumerate(tops) if (found := _SECTION.fullmatch(top.group()))}
    if sections.keys() != {"apps", "stacks"}:
        return []
    begin = min(at for at, _ in sections.values())
    if any(top.group().startswith(("-", ".", "%")) for top in tops[begin:]):
        return []
    ends = [*(top.start() for top in tops[1:]), len(text)]
    places = ((sections[name][1].end(), ends[sections[name][0]]) for name in ("apps", "stacks"))
    apps, stacks = (tuple(_entries(text, start, end)) for start, end in places)
    top = frozenset(item.start() for item in tops if not item.group().startswith(("-", "%")))
    return list(_shared_out(source, apps, stacks, top, number, first))


def _may_have_anchors(text: str) -> bool:
    """Whether an ampersand stands anywhere but between letters."""
    at = text.find("&")
    while at >= 0:
        if not (text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()):
            return True
        at = text.find("&", at + 1)
    return False


def _entries(text: str, start: int, end: int) -> Iterator[_Entry]:
    begin = _FIRST.search(text, start, end)
    if begin is None:
        return
    width = len(begin.group())
    key = re.compile(rf"\n {{{width}}}(?=[^\s#-])")  # beginning with a character is searched for much faster
    starts = [item.start() + 1 for item in key.finditer(text, start, end)]
    for here, there in zip(starts, [*starts[1:], end], strict=False):
        name = _NAME.match(text, here + width)
        yield _Entry(here, there, here + width, name.group(1) if name else "")


def _shared_out(
    source: SourceText,
    apps: Sequence[_Entry],
    stacks: Sequence[_Entry],
    top: frozenset[int],
    number: int,
    first: float,
) -> Iterator[Piece]:
    by_name = {app.name: app for app in apps}
    runs = [
        {by_name[word] for word in {*_WORD.findall(source.text, stack.start, stack.end)} & by_name.keys()}
        for stack in stacks
    ]
    weights = [
        stack.end - stack.start + sum(app.end - app.start for app in own)
        for stack, own in zip(stacks, runs, strict=True)
    ]
    used = set().union(*runs)
    rest = {app for app in apps if app not in used}
    taken: set[_Entry] = set()
    entries = tuple(sorted((*apps, *stacks), key=lambda entry: entry.start))
    for at, part in enumerate(shares([*zip(stacks, runs, strict=True)], weights, number, first=first)):
        mine = rest.union(*(own for _, own in part)) if at == 0 else set().union(*(own for _, own in part))
        own_stacks = [stack for stack, _ in part]
        owned = (mine - taken).union(own_stacks)
        taken |= mine
        yield Piece(
            _without(source, entries, mine.union(own_stacks)),
            _places(mine),
            _places(own_stacks),
            _places(owned),
            top,
            entries,
            first=at == 0,
        )


def _without(source: SourceText, entries: Sequence[_Entry], kept: Collection[_Entry]) -> SourceText:
    """The text with all other entries as comments of the same length."""
    parts: list[str] = []
    at = 0
    for entry in entries:
        if entry not in kept:
            size = entry.end - entry.start
            line_end = "\n" if source.text[entry.end - 1] == "\n" else "#"
            parts += [source.text[at : entry.start], "#" * (size - 1), line_end]
            at = entry.end
    return SourceText(source.name, "".join((*parts, source.text[at:])), file=source.file, address=source.address)


def _places(entries: Collection[_Entry]) -> frozenset[int]:
    return frozenset(entry.key for entry in entries)


def _keys(mapping: Mapping) -> frozenset[int]:
    return frozenset(key.start for key, _ in mapping.entries.values())
