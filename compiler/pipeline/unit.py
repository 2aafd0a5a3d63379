"""A unit: what one file of a spec contributes to the result, as far as that follows from it and the common files.

Most fleets keep a file for each stack, beside a few files that many stacks share. What a stack's file gives then
follows from that file and the common ones alone, so it can be worked out apart from the others, in another process or
in an earlier run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Severity, SourceText
from compiler.diagnostics.value import record
from compiler.frontend.contents import Contents

if TYPE_CHECKING:
    from compiler.pipeline.stack import CompiledStack
    from compiler.pipeline.stages import Compiled


@record(frozen=True, slots=True)
class Unit:
    """One file: what it defines and uses, what was found in it, its stacks with all their findings and files.

    ``names`` are all names that it defines, as texts. Of one that was kept, ``contents`` are reduced to what has to be
    held against other files (see ``reduced``).
    """

    contents: Contents
    names: tuple[str, ...]
    found: tuple[Diagnostic, ...]
    stacks: tuple[CompiledStack, ...]

    @property
    def inputs(self) -> Iterator[tuple[str, str, str]]:
        """The files besides those of the spec that its stacks have read: folder, name in it, digest."""
        return (item for stack in self.stacks for item in stack.inputs)


def units(compiled: Compiled, texts: Collection[SourceText]) -> dict[SourceText, Unit] | None:
    """The units of these texts, or None when they do not stand for all that there is to say.

    That is so after any error (what is left out then may be missed anywhere) and for findings that belong to no file.
    """
    findings = [*compiled.found, *(item for stack in compiled.stacks for item in (*stack.built, *stack.checked))]
    if any(item.level is Severity.ERROR for item in findings):
        return None
    found: dict[SourceText, list[Diagnostic]] = defaultdict(list)
    for item in compiled.found:
        if item.span is None or item.span.source not in compiled.contents:
            return None
        found[item.span.source].append(item)
    stacks: dict[SourceText, list[CompiledStack]] = defaultdict(list)
    for stack in compiled.stacks:
        if stack.files is None:
            return None
        stacks[compiled.settings.spec.stacks[stack.name].name.source].append(stack)
    return {
        text: Unit(
            (held := compiled.contents.get(text, Contents())),
            tuple(f"{item.kind} {item.name}" for item in held.defines),
            tuple(found[text]),
            tuple(stacks[text]),
        )
        for text in texts
    }


def common(held: dict[SourceText, Contents]) -> frozenset[SourceText]:
    """The texts on which other files depend: the common ones. Everything that they use is common as well."""
    homes = {(item.kind, item.name): text for text, own in held.items() for item in own.defines}
    kinds = {"app", "bundle", "resource"}
    # Of a name that only a stack's values tell nobody knows the file: all that define any of its kind may be meant.
    unclear = {kind for own in held.values() for kind in own.unclear}
    found = {
        text
        for text, own in held.items()
        if own.general
        or not any(item.kind == "stack" for item in own.defines)
        or any(item.kind in unclear for item in own.defines)
    }
    for text, own in held.items():
        for kind, name in own.uses:
            home = homes.get((kind, name))
            if home is not None and home is not text and kind in kinds:
                found.add(home)
    while True:
        more = {
            home
            for text in found
            for use in held[text].uses
            if (home := homes.get(use)) is not None and home not in found
        }
        if not more:
            return frozenset(found)
        found |= more


def reduced(held: Contents) -> Contents:
    """What a file says of names as far as it is not settled in the file itself: ``unused`` says the same with it."""
    own = {(item.kind, item.name) for item in held.defines}
    open_ones = [item for item in held.defines if item.kind == "stack" or (item.kind, item.name) not in held.uses]
    return Contents(open_ones, held.uses - own, held.unclear, held.general)


def fit_together(found: Iterable[Unit]) -> bool:
    """Whether no name is defined twice."""
    names = [name for unit in found for name in unit.names]
    return len(names) == len(set(names))
