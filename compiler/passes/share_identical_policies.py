"""App policies of a stack that say the same are emitted once, and every role that named one of them names that one.

After this pass no two app policies of a stack have equal statements, unless their tags, path or given names differ.

An app whose permissions speak of the layer has a policy per layer; where these come out alike, one is enough. Apps
that ask for the same share one in the same way. The policy with the first label in sorted order stays, so the result
does not depend on any order; its statements carry the origins of all that asked for them.

What differs beyond the statements keeps policies apart: tags (who pays, who owns) and paths (what other policies
match) have a meaning of their own. So does a name that the app was given in the spec: somebody refers to it. The
policies of a stack and of a layer are left alone: they belong to one place each, where people look for them, and
sharing them would save no attachment and no quota.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.aws.statement import Statement
    from compiler.ir.program import Policy, Program, Role, StackProgram


def share_identical_policies(program: Program) -> Program:
    """The program with identical app policies replaced by the first of them."""
    return replace(program, stacks=tuple(map(_stack, program.stacks)))


def _stack(stack: StackProgram) -> StackProgram:
    kept: dict[str, Policy] = {}
    renamed: dict[str, str] = {}
    for first, *others in _identical(stack.policies):
        kept[first.label] = replace(first, statements=_with_all_origins(first, others))
        renamed.update({policy.label: first.label for policy in others})
    if not renamed:
        return stack
    return replace(
        stack,
        policies=tuple(kept.get(policy.label, policy) for policy in stack.policies if policy.label not in renamed),
        roles=tuple(_role(role, renamed) for role in stack.roles),
    )


def _identical(policies: Iterable[Policy]) -> Iterator[list[Policy]]:
    """Groups of two or more app policies that may be one, each in the order of their labels."""
    # Hashing whole statements of all policies would cost more than the rest of the pass; one statement tells most.
    alike: dict[object, list[Policy]] = {}
    for policy in policies:
        if policy.kind == "app" and policy.statements and not _is_named(policy) and not _is_part(policy):
            first = policy.statements[0]
            key = (first.actions, first.resources, len(policy.statements), policy.path, policy.tags)
            alike.setdefault(key, []).append(policy)
    for group in alike.values():
        if len(group) > 1:
            same: dict[tuple[Statement, ...], list[Policy]] = {}
            for policy in sorted(group, key=lambda policy: policy.label):
                same.setdefault(policy.statements, []).append(policy)
            yield from (members for members in same.values() if len(members) > 1)


def _is_part(policy: Policy) -> bool:
    """Whether others depend on where this one is: parts are moved in a certain order."""
    return policy.part > 1 or bool(policy.after)


def _is_named(policy: Policy) -> bool:
    """Whether the app itself says how its policy is called (a naming scheme for all policies is no such name)."""
    path = policy.name_origin.path if policy.name_origin else ""
    return path.startswith("apps.") and path.endswith(".names.policy")


def _with_all_origins(first: Policy, others: list[Policy]) -> tuple[Statement, ...]:
    columns = zip(first.statements, *(policy.statements for policy in others), strict=True)
    return tuple(
        replace(
            same[0],
            origins=tuple(dict.fromkeys(origin for statement in same for origin in statement.origins)),
            release=max(statement.release for statement in same),
        )
        for same in columns
    )


def _role(role: Role, renamed: dict[str, str]) -> Role:
    if renamed.keys().isdisjoint(role.policies):
        return role
    return replace(role, policies=tuple(sorted({renamed.get(label, label) for label in role.policies})))
