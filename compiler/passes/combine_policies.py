"""A role with more managed policies than the account's quota gets some of them as one policy of its own.

After this pass every role has two places free below its quota, or one where two are too many to ask. Two, because what
moves is attached in its new place before it leaves the old one: when one app more makes a role change over, the app's
own policy and the combined one come before anything goes. In their order:

1. As few app policies as it takes are combined, chosen by a hash of their labels, so that one app more moves one app
   more and no edit of what an app may do moves any. Combined policies that are too large are split like others; the
   parts of one policy stay together.
2. Where that is not enough, all documents of the role are filled up one after the other.
3. What remains goes into the role as inline policies, up to their quota.

Roles below the quota keep the policies that they share with other roles. Policies that hold Terraform references are
never combined with others: they would hide in a plan what is known.

Source: IAM User Guide, "IAM and AWS STS quotas" (managed policies per role; 10,240 characters of inline policies).
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from compiler.aws.limits import INLINE_POLICIES_LENGTH, MANAGED_POLICY_LENGTH, POLICY_PATH_PATTERN
from compiler.aws.reference import references
from compiler.diagnostics.value import record
from compiler.passes.split_policies import chained, part_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.aws.statement import Statement
    from compiler.ir.program import Policy, Program, Role, StackProgram

Statements = tuple["Statement", ...]
COMBINED = "combined"
# Places that stay free below the quota.
_FREE = 2


def combine_policies(program: Program) -> Program:
    """The program with the policies of each role that has too many of them combined."""
    return replace(program, stacks=tuple(map(_stack, program.stacks)))


def _stack(stack: StackProgram) -> StackProgram:
    most = stack.quotas.managed_policies_per_role - _FREE
    crowded = [role for role in stack.roles if _count(role) > most and not _is_combined(role)]
    if not crowded:
        return stack
    policies = {policy.label: policy for policy in stack.policies}
    combined = {role.label: found for role in crowded if (found := _combined(stack, role, policies)) is not None}
    if not combined:
        return stack
    roles = tuple(_carrying(role, combined.get(role.label)) for role in stack.roles)
    carried = {label for role in roles for label in (*role.policies, *role.inline)}
    # A policy that only combined roles had is not emitted; one that nobody had before stays what it was.
    dropped = {label for role in crowded for label in role.policies} - carried
    kept = [policy for policy in stack.policies if policy.label not in dropped]
    made = [policy for found in combined.values() for policy in found.made]
    return replace(stack, policies=tuple(sorted((*kept, *made), key=lambda p: p.label)), roles=roles)


def _count(role: Role) -> int:
    return len(role.policies) + len(role.managed) if role.policies else 0


def _is_combined(role: Role) -> bool:
    """Whether this pass has been here: where one place less had to do, it would do it all over."""
    return any(_label(role.file) in (label, label.rpartition("--")[0]) for label in (*role.policies, *role.inline))


@record(frozen=True, slots=True)
class _Combined:
    """The policies that a role keeps, and those that are made for it alone."""

    kept: tuple[str, ...]
    made: tuple[Policy, ...] = field(default=())


def _carrying(role: Role, combined: _Combined | None) -> Role:
    if combined is None:
        return role
    managed = [policy.label for policy in combined.made if not policy.inline]
    inline = [policy.label for policy in combined.made if policy.inline]
    return replace(role, policies=tuple(sorted((*combined.kept, *managed))), inline=tuple(sorted(inline)))


def _combined(stack: StackProgram, role: Role, policies: dict[str, Policy]) -> _Combined | None:
    """What the role carries instead; None where nothing makes it fit, or it fits as it is."""
    own = [policies[label] for label in role.policies]
    apart = [policy for policy in own if _has_references(policy)]
    candidates = sorted((policy for policy in own if not _has_references(policy)), key=_rank)
    for free in range(_FREE, 0, -1):
        places = stack.quotas.managed_policies_per_role - free - len(role.managed)
        if len(own) <= places:
            return None
        found = _some_combined(role, apart, candidates, places) or _all_filled(role, apart, candidates, places)
        if found:
            return found
    return None


def _some_combined(role: Role, apart: Sequence[Policy], candidates: Sequence[Policy], places: int) -> _Combined | None:
    """The first candidates in policies of the role's own, as few as it takes."""
    from compiler.passes.parts import parts

    for count in range(len(apart) + len(candidates) - places + 1, len(candidates) + 1):
        chosen, others = candidates[:count], candidates[count:]
        if others and _whole(chosen[-1]) == _whole(others[0]):
            continue
        documents = parts(_statements(chosen))
        if len(documents) + len(others) + len(apart) <= places:
            kept = tuple(policy.label for policy in (*others, *apart))
            return _Combined(kept, _made(role, chosen, documents, kept))
    return None


def _all_filled(role: Role, apart: Sequence[Policy], candidates: Sequence[Policy], places: int) -> _Combined | None:
    """All candidates in as few documents as there can be, the last one inline."""
    from compiler.passes.parts import filled

    room = places - len(apart)
    if room < 1 or not candidates:
        return None
    limits = [MANAGED_POLICY_LENGTH] * room + ([] if role.existing else [INLINE_POLICIES_LENGTH])
    packed = filled(_statements(candidates), limits)
    if packed is None:
        return None
    kept = tuple(policy.label for policy in apart)
    made = _made(role, candidates, dict(enumerate(packed, 1)), kept)
    return _Combined(kept, tuple(replace(p, inline=True) if p.part > room else p for p in made))


def _made(
    role: Role, chosen: Sequence[Policy], documents: dict[int, Statements], kept: tuple[str, ...]
) -> tuple[Policy, ...]:
    """The role's own policies with these documents.

    They change after the policies that the role keeps are attached: one of them may have been here before.
    """
    like = chosen[0]
    whole = replace(
        like,
        label=_label(role.file),
        name=f"{role.name}--{COMBINED}",
        # A role's path may hold characters that a policy's may not.
        path=role.path if POLICY_PATH_PATTERN.fullmatch(role.path) else "/",
        description=f"Permissions of {role.name}, combined",
        tags=role.tags,
        origin=role.origin,
        file=role.file,
        kind="layer",
        moved_from=_label(role.file.removesuffix(role.label) + role.moved_from) if role.moved_from else "",
        name_origin=None,
        settings=role.settings,
        part=1,
        after=(),
    )
    made = chained(part_of(whole, number, statements) for number, statements in documents.items())
    return (*made[:-1], replace(made[-1], after=kept))


def _label(file: str) -> str:
    return f"{file}--{COMBINED}"


def _statements(policies: Sequence[Policy]) -> Statements:
    ordered = sorted(policies, key=lambda policy: policy.label)
    return tuple(statement for policy in ordered for statement in policy.statements)


def _rank(policy: Policy) -> tuple[bool, bytes]:
    """App policies first, in an order that follows from their labels and is no order of anything else."""
    from hashlib import blake2b  # takes 3 ms to load, and few stacks come here

    return policy.kind != "app", blake2b(_whole(policy).encode(), digest_size=8).digest()


def _whole(policy: Policy) -> str:
    """The label of the policy that this one is a part of."""
    return policy.label.rpartition("--")[0] if policy.part > 1 else policy.label


def _has_references(policy: Policy) -> bool:
    """Whether it holds what a plan may not know; variables are always known."""
    return any(
        not name.startswith("var.")
        for statement in policy.statements
        for text in (
            *statement.resources,
            *statement.not_resources,
            *(value for condition in statement.conditions for value in condition.values),
        )
        for name in references(text)
    )
