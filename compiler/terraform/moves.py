"""``moved`` blocks: what a rename in the spec means for every address that it touches.

Without them Terraform destroys the old attachment beside the new one, and in the end the policy may be detached.
They stay in the output for as long as the spec says ``moved:``; after the first apply they do nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from compiler.ir.program import Policy, Role
from compiler.terraform.attachments import ORDER, Policies, attachment_label
from compiler.terraform.target import Target


def add_policy_moves(target: Target, policy: Policy) -> None:
    """Add the move of a renamed policy, inline ones among them."""
    if policy.moved_from:
        kind = "aws_iam_role_policy" if policy.inline else "aws_iam_policy"
        target.document.moved(policy.file, f"{kind}.{policy.moved_from}", f"{kind}.{policy.label}")


def add_role_moves(target: Target, role: Role, policies: Policies) -> None:
    """Add the moves of a renamed role, of what hangs on it, and of the attachments of renamed policies."""
    if role.moved_from:
        for kind in _kinds(role):
            target.document.moved(role.file, f"{kind}.{role.moved_from}", f"{kind}.{role.label}")
    for label in role.policies:
        _add_attachment_moves(target, role, label, policies[label].moved_from)
    for managed in role.managed:
        _add_attachment_moves(target, role, managed.label, "")


def _kinds(role: Role) -> Iterator[str]:
    if role.existing:
        return
    yield "aws_iam_role"
    if role.profile:
        yield "aws_iam_instance_profile"
    if role.exclusive:
        yield "aws_iam_role_policies_exclusive"
        yield "aws_iam_role_policy_attachments_exclusive"
    elif role.policies or role.managed or role.inline:
        yield ORDER


def _add_attachment_moves(target: Target, role: Role, policy_label: str, policy_before: str) -> None:
    """Lead every address that the attachment can have had to the one it has now.

    When both its role and its policy were renamed, the state may know either rename or none. Terraform takes only one
    move to an address, so the four addresses are a chain.
    """
    labels = [attachment_label(role.label, policy_label)]
    if policy_before:
        labels.insert(0, attachment_label(role.label, policy_before))
    if role.moved_from:
        labels.insert(0, attachment_label(role.moved_from, policy_before or policy_label))
        if policy_before:
            labels.insert(0, attachment_label(role.moved_from, policy_label))
    for before, after in pairwise(labels):
        kind = "aws_iam_role_policy_attachment"
        target.document.moved(role.file, f"{kind}.{before}", f"{kind}.{after}")
