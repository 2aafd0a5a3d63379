"""Policies without statements vanish: IAM refuses an empty ``Statement`` list, and a role needs none to do nothing.

After this pass every policy has a statement, and no role names a policy that is gone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.ir.program import Program, StackProgram


def drop_empty(program: Program) -> Program:
    """The program without policies that say nothing."""
    return replace(program, stacks=tuple(map(_stack, program.stacks)))


def _stack(stack: StackProgram) -> StackProgram:
    empty = {policy.label for policy in stack.policies if not policy.statements}
    if not empty:
        return stack
    return replace(
        stack,
        policies=tuple(policy for policy in stack.policies if policy.label not in empty),
        roles=tuple(
            role
            if empty.isdisjoint(role.policies)
            else replace(role, policies=tuple(label for label in role.policies if label not in empty))
            for role in stack.roles
        ),
    )
