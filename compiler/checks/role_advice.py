"""What there is to say about a role that is full, or nearly: what is largest in it, and what would help."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import MAX_MANAGED_POLICIES_PER_ROLE
from compiler.checks.role_size import RoleSize
from compiler.checks.wording import characters
from compiler.ir.program import StackProgram

_LARGEST = 3


def what_is_in(size: RoleSize) -> Iterator[str]:
    """What takes the places of a role, and what is largest in it."""
    apart = [item for item in size.managed if item.apart]
    if foreign := len(size.role.managed):
        yield f"{_policies(foreign, 'is', 'are')} made elsewhere, one place each"
    if apart:
        yield f"{_policies(len(apart), 'holds', 'hold')} Terraform references and cannot be combined with others"
    largest = sorted((*size.managed, *size.inline), key=lambda item: (-item.characters, item.policy.label))
    if largest:
        yield "largest: " + ", ".join(f"`{p.policy.label}` with {characters(p.characters)}" for p in largest[:_LARGEST])


def what_helps(stack: StackProgram, size: RoleSize, quota: int) -> Iterator[str]:
    """What to type; ``quota`` is one that would be enough."""
    if stack.quotas.managed_policies_per_role < quota <= MAX_MANAGED_POLICIES_PER_ROLE:
        setting = f"quotas: {{managed_policies_per_role: {quota}}}"
        yield f"write `{setting}` if AWS has raised the quota of account {stack.account}"
    if len(size.role.managed) > 1:
        yield "name fewer `managed_policy` entries: grant here what the role needs of them"
    if size.role.file != "stack" and any(item.policy.kind == "stack" for item in size.managed):
        yield "write `profile: replace` at the layer if it can do without the permissions of the stack"
    if size.managed:
        yield "grant fewer or shorter resources, or run some of the apps on another layer"


def _policies(count: int, one: str, more: str) -> str:
    return f"1 policy {one}" if count == 1 else f"{count} policies {more}"
