"""What can only be said of all stacks together, and what several stacks say of one and the same place."""

from __future__ import annotations

from collections import defaultdict
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
    """Names that are claimed twice in one account. Only where there are such, all is fetched that is said of them."""
    accounts: dict[tuple[str, str], list[CompiledStack]] = defaultdict(list)
    for stack in stacks:
        accounts[stack.partition, stack.account].append(stack)
    for key, own in [*accounts.items()]:
        claimed = [name for stack in own for name in stack.claimed]
        if len(set(claimed)) == len(claimed):
            del accounts[key]
    if not accounts:
        return iter(())
    from compiler.checks.name_collision import collisions as clashes

    meeting = (stack for stack in stacks if (stack.partition, stack.account) in accounts)
    return clashes((stack.partition, stack.account, stack.claims) for stack in meeting)
