"""A policy that is larger than IAM takes becomes several, which are attached wherever the one would be.

After this pass every policy fits, unless a piece of it that cannot be divided is too large by itself. Policies that fit
as they are stay as they are.

The first part keeps the label and the name of the policy. A part that others were split from comes *after* them
(``Policy.after``): what it gives up is attached from its new place before it is taken away from the old one.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from compiler.aws.limits import DESCRIPTION_LENGTH
from compiler.frontend.names import MAX_LENGTH, shorten
from compiler.passes.measuring import may_exceed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.aws.statement import Statement
    from compiler.ir.program import Policy, Program, StackProgram


def split_policies(program: Program) -> Program:
    """The program with each policy that is too large in parts."""
    return replace(program, stacks=tuple(map(_stack, program.stacks)))


def _stack(stack: StackProgram) -> StackProgram:
    split = {policy.label: found for policy in stack.policies if (found := in_parts(policy)) != (policy,)}
    if not split:
        return stack
    labels = {label: tuple(part.label for part in found) for label, found in split.items()}
    return replace(
        stack,
        policies=tuple(sorted(_replaced(stack, split), key=lambda policy: policy.label)),
        roles=tuple(
            replace(
                role, policies=tuple(sorted(part for label in role.policies for part in labels.get(label, (label,))))
            )
            for role in stack.roles
        ),
    )


def _replaced(stack: StackProgram, split: dict[str, tuple[Policy, ...]]) -> Iterator[Policy]:
    for policy in stack.policies:
        yield from split.get(policy.label, (policy,))


def in_parts(policy: Policy) -> tuple[Policy, ...]:
    """The parts of a policy, lowest number first; the policy alone where it fits."""
    # The quota of inline policies is another one, and what is inline has been made to fit it.
    if policy.inline or not may_exceed(policy.statements):
        return (policy,)
    from compiler.passes.parts import parts  # few policies are that large

    return chained(part_of(policy, number, statements) for number, statements in parts(policy.statements).items())


def chained(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Policies each of which comes after the next: what moves out of one of them moves to a later one."""
    found = tuple(policies)
    return (*(replace(part, after=(later.label,)) for part, later in pairwise(found)), found[-1])


def part_of(policy: Policy, number: int, statements: tuple[Statement, ...]) -> Policy:
    """Part ``number`` (from 1) of a policy; the first has its label and its name."""
    if number == 1:
        return replace(policy, statements=statements)
    # No name of a spec contains two dashes, and no layer begins with a digit, so this label is nobody else's.
    name = f"{policy.name}--{number}"
    return replace(
        policy,
        label=f"{policy.label}--{number}",
        name=name if len(name) <= MAX_LENGTH["policy"] else shorten(name, MAX_LENGTH["policy"]),
        description=_described(policy.description, number),
        statements=statements,
        moved_from=f"{policy.moved_from}--{number}" if policy.moved_from else "",
        part=number,
    )


def _described(text: str, number: int) -> str:
    """The description of a part; what leaves no place for the number says it as well without."""
    described = f"{text} (part {number})" if text else ""
    return described if len(described) <= DESCRIPTION_LENGTH else text
