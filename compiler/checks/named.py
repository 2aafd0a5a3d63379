"""The roles, instance profiles and policies of a program as things with a name: what the naming rules look at."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.diagnostics import Origin
from compiler.diagnostics.value import value
from compiler.ir.program import Policy, Program, Role, StackProgram


@value(frozen=True, slots=True)
class Named:
    """One named resource: ``kind`` is the key under ``names:``, ``what`` the words for it.

    ``origin`` is what it is made for (a layer, an app), ``name_origin`` where its name comes from, ``owner`` what knows
    where its settings are written.
    """

    kind: str
    what: str
    name: str
    path: str
    description: str
    origin: Origin
    name_origin: Origin
    owner: Role | Policy
    existing: bool = False


_last: tuple[Program, list[tuple[StackProgram, Named]]] | None = None


def named_things(program: Program) -> list[tuple[StackProgram, Named]]:
    """Every role, instance profile and policy, with its stack. The last ones are kept, since several rules ask."""
    global _last
    if _last is None or _last[0] is not program:
        _last = program, list(_named(program))
    return _last[1]


def _named(program: Program) -> Iterator[tuple[StackProgram, Named]]:
    for stack in program.stacks:
        for role in stack.roles:
            where = role.name_origin or role.origin
            description = "" if role.existing else role.description
            yield (
                stack,
                Named("role", "role", role.name, role.path, description, role.origin, where, role, role.existing),
            )
            if (profile := role.profile) is not None:
                what = "instance profile"
                yield (
                    stack,
                    Named("profile", what, profile.name, profile.path, "", role.origin, profile.name_origin, role),
                )
        for policy in stack.policies:
            where = policy.name_origin or policy.origin
            text = policy.description
            yield stack, Named("policy", "policy", policy.name, policy.path, text, policy.origin, where, policy)
