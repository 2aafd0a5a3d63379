"""The names that a stack claims in its account: all there is to know of the stack once its files are made.

Names are the one thing in which stacks can get into each other's way, and the one thing in which a stack can get into
its own former self's way. So this is what is kept of a stack that was compiled elsewhere or earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.diagnostics import Origin
from compiler.diagnostics.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.ir.program import StackProgram

ClaimKind = Literal["role", "profile", "policy"]


@value(frozen=True, slots=True)
class Claim:
    """One named AWS object of a stack.

    ``kind`` is the key under ``names:``; ``label`` its Terraform label and ``moved_from`` the one before a rename;
    ``origin`` is what it is made for (a layer, an app), ``name_origin`` where its name comes from.
    """

    kind: ClaimKind
    label: str
    moved_from: str
    name: str
    path: str
    description: str
    origin: Origin
    name_origin: Origin

    @property
    def key(self) -> str:
        """Equal for two objects of an account that IAM takes for one: case is ignored."""
        return f"{self.kind} {self.name.lower()}"

    @property
    def noun(self) -> str:
        """What people call it."""
        return "instance profile" if self.kind == "profile" else self.kind


def claims(stack: StackProgram) -> Iterator[Claim]:
    """What the stack makes: roles, instance profiles and managed policies; not what is made elsewhere."""
    for role in stack.roles:
        if role.existing:
            continue
        where = role.name_origin or role.origin
        yield Claim("role", role.label, role.moved_from, role.name, role.path, role.description, role.origin, where)
        if (made := role.profile) is not None:
            yield Claim("profile", role.label, role.moved_from, made.name, made.path, "", role.origin, made.name_origin)
    for policy in stack.policies:
        if not policy.inline:
            yield Claim(
                "policy",
                policy.label,
                policy.moved_from,
                policy.name,
                policy.path,
                policy.description,
                policy.origin,
                policy.name_origin or policy.origin,
            )
