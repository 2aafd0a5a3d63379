"""Renames: whatever Terraform's state knows, the moves lead it to the addresses of now."""

from __future__ import annotations

import json
from itertools import product

import pytest

from compiler.ir.program import StackProgram
from compiler.terraform.emit import emit_stack
from compiler.terraform.errors import EmitError
from tests.support.stacks import SPEC, managed, policy, relabelled, role, stack

SSM = managed("ssm", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")


def moves_of(program: StackProgram) -> dict[str, str]:
    files = emit_stack(program, layout="root", spec_name=SPEC)
    return {move["from"]: move["to"] for content in files.values() for move in json.loads(content).get("moved", ())}


def addresses_of(program: StackProgram) -> set[str]:
    files = emit_stack(program, layout="root", spec_name=SPEC)
    return {
        f"{kind}.{label}"
        for content in files.values()
        for kind, labels in json.loads(content).get("resource", {}).items()
        for label in labels
    }


def moved(state: set[str], moves: dict[str, str]) -> set[str]:
    """The state's addresses after Terraform has followed the moves, as far as each goes."""

    def end(address: str) -> str:
        while address in moves:
            address = moves[address]
        return address

    return {end(address) for address in state}


def before(**settings: object) -> StackProgram:
    policies = [policy("app-a"), policy("app-b")]
    return stack(policies, [role("web", "app-a", "app-b", managed=(SSM,), **settings), role("api", "app-a")])


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize(
    ("roles", "policies"),
    [
        ({"web": "site"}, {}),
        ({}, {"app-a": "app-z"}),
        ({"web": "site"}, {"app-a": "app-z"}),
        ({"web": "site", "api": "backend"}, {"app-a": "app-z", "app-b": "app-y"}),
    ],
)
def test_every_history_ends_at_the_addresses_of_now(
    roles: dict[str, str], policies: dict[str, str], exclusive: bool
) -> None:
    """The state may have seen none of the renames, all of them, or any part in an earlier apply."""
    now = relabelled(before(exclusive=exclusive), roles, policies)
    for some_roles, some_policies in product(_parts(roles), _parts(policies)):
        state = addresses_of(relabelled(before(exclusive=exclusive), some_roles, some_policies))
        assert moved(state, moves_of(now)) == addresses_of(now), (some_roles, some_policies)


def _parts(renames: dict[str, str]) -> list[dict[str, str]]:
    return [
        {name: renames[name] for name, taken in zip(renames, chosen, strict=True) if taken}
        for chosen in product([True, False], repeat=len(renames))
    ]


def test_no_rename_no_move() -> None:
    assert moves_of(before()) == {}


def test_the_moves_of_one_role() -> None:
    now = relabelled(before(), {"api": "backend"}, {})
    assert moves_of(now) == {
        "aws_iam_role.api": "aws_iam_role.backend",
        "aws_iam_instance_profile.api": "aws_iam_instance_profile.backend",
        "aws_iam_role_policies_exclusive.api": "aws_iam_role_policies_exclusive.backend",
        "aws_iam_role_policy_attachments_exclusive.api": "aws_iam_role_policy_attachments_exclusive.backend",
        "aws_iam_role_policy_attachment.api--app-a": "aws_iam_role_policy_attachment.backend--app-a",
    }


def test_a_role_made_elsewhere_moves_its_attachments_only() -> None:
    legacy = role("old", "app-a", existing=True, profile=None)
    now = relabelled(stack([policy("app-a")], [legacy]), {"old": "new"}, {})
    assert moves_of(now) == {"aws_iam_role_policy_attachment.old--app-a": "aws_iam_role_policy_attachment.new--app-a"}


def test_a_move_from_a_name_that_is_still_in_use_is_a_bug() -> None:
    """Terraform says "Moved object still exists"; the spec has been checked for it long before."""
    with pytest.raises(EmitError, match="there still is"):
        moves_of(stack([policy("app-a"), policy("app-b", moved_from="app-a")], []))
