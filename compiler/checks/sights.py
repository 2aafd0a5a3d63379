"""What there is in a program for the rules to look at: most programs have little of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.aws.partitions import service_principal
from compiler.aws.statement import Statement
from compiler.checks.named import unusual_names
from compiler.checks.survey import survey

if TYPE_CHECKING:
    from compiler.ir.program import Program

OF_SURVEY = (
    *("suspects", "risky", "unusual", "typed", "passed_to", "passing", "beyond_ascii", "with_sids", "large"),
    *("conditioned", "paired", "variables", "denying", "own"),
)
"""The lists of the survey."""
TRUSTS, ATTACHED, NAMES = "trusts", "attached", "names"
"""Roles that are not just for EC2 instances; managed policies, boundaries and profiles that are made elsewhere; names,
paths and descriptions that are not as they mostly are.
"""

_last: tuple[Program, frozenset[str]] | None = None


def sights(program: Program) -> frozenset[str]:
    """The names of what a program has. The last answer is kept, because all rules ask."""
    global _last
    if _last is None or _last[0] is not program:
        _last = program, frozenset(_found(program))
    return _last[1]


def _found(program: Program) -> Iterator[str]:
    found = survey(program)
    if unusual_names(program):
        yield NAMES
    for name in OF_SURVEY:
        if getattr(found, name):
            yield name
    for stack in program.stacks:
        ec2 = service_principal("ec2", stack.partition)
        usual = (Statement(actions=("sts:AssumeRole",), principals=(("Service", (ec2,)),)),)
        if any(role.trust != usual and (role.trust or not role.existing) for role in stack.roles):
            yield TRUSTS
        named = any(role.managed or role.permissions_boundary for role in stack.roles)
        if named or any(layer.profile_arn for layer in stack.layers):
            yield ATTACHED
