"""What can only be said of all stacks together, and what several stacks say of one and the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.pipeline.stack import CompiledStack


def findings(stacks: Sequence[CompiledStack]) -> Iterator[Diagnostic]:
    """The findings of all stacks, in their order.

    An app that runs on many stacks is one cause. What templates fill in differs, the mistake does not: so the first
    stack with a finding of a rule at a place tells all that there is to tell, and the others nothing.
    """
    first: dict[object, str] = {}
    for stack in stacks:
        yield from stack.built
        for item in stack.checked:
            if item.span is None or first.setdefault((item.code.id, item.span), stack.name) == stack.name:
                yield item


def collisions(stacks: Sequence[CompiledStack]) -> Iterator[Diagnostic]:
    """Names that stacks of one account both claim."""
    from compiler.checks.name_collision import collisions as clashes

    return clashes((stack.partition, stack.account, stack.claims) for stack in stacks)
