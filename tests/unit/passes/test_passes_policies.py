"""Sharing identical policies, dropping empty ones, and the order of all passes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.passes import (
    PASSES,
    combine_policies,
    drop_empty,
    merge_statements,
    run_passes,
    share_identical_policies,
    shrink_actions,
    split_policies,
)
from tests.unit.passes.builders import origin, policy, program, role, statement

READ, WRITE = statement("s3:GetObject", "arn:aws:s3:::a/*"), statement("s3:PutObject", "arn:aws:s3:::a/*")


def labels(result):
    """The labels of the policies, and those that each role names."""
    stack = result.stacks[0]
    return [item.label for item in stack.policies], {item.label: item.policies for item in stack.roles}


def test_the_first_label_stays_and_roles_name_it():
    policies = [policy("app-c", READ), policy("app-a", READ), policy("app-b", WRITE), policy("app-d", READ)]
    roles = [role("one", "app-b", "app-d"), role("two", "app-a", "app-c", "stack"), role("three", "app-b")]
    for order in (policies, policies[::-1]):
        assert labels(share_identical_policies(program(order, roles)))[1] == {
            "one": ("app-a", "app-b"),
            "two": ("app-a", "stack"),
            "three": ("app-b",),
        }
    assert labels(share_identical_policies(program(policies, roles)))[0] == ["app-a", "app-b"]


def test_statements_carry_the_origins_of_all():
    first = policy("app-a", replace(READ, origins=(origin("apps.a.permissions[0]"),)))
    other = policy("app-b", replace(READ, origins=(origin("apps.b.permissions[0]", 5),)))
    [shared] = share_identical_policies(program([other, first])).stacks[0].policies
    assert shared.label == "app-a"
    assert shared.statements[0].origins == (origin("apps.a.permissions[0]"), origin("apps.b.permissions[0]", 5))


NAMED = origin("apps.app-b.names.policy", 9)


@pytest.mark.parametrize(
    "other",
    [
        policy("app-b", WRITE),
        policy("app-b", READ, WRITE),
        policy("app-b", READ, kind="stack"),
        policy("app-b", READ, kind="layer"),
        policy("app-b", READ, path="/other/"),
        policy("app-b", READ, tags=(("owner", "b"),)),
        policy("app-b", READ, name_origin=NAMED),
    ],
    ids=["statements", "more statements", "stack", "layer", "path", "tags", "given name"],
)
def test_what_differs_stays(other):
    before = program([policy("app-a", READ), other], [role("one", "app-a", "app-b")])
    assert share_identical_policies(before) == before


def test_the_same_beginning_is_not_enough():
    other = statement("s3:DeleteObject", "arn:aws:s3:::a/*")
    before = program([policy("app-a", READ, WRITE), policy("app-b", READ, other)])
    assert share_identical_policies(before) == before


def test_policies_of_stack_and_layer_stay_even_when_all_are_the_same():
    before = program([policy("layer-a", READ, kind="layer"), policy("layer-b", READ, kind="layer")])
    assert share_identical_policies(before) == before


def test_a_naming_scheme_for_all_policies_is_no_given_name():
    scheme = origin("defaults.names.policy")
    before = program([policy("app-a", READ, name_origin=scheme), policy("app-b", READ, name_origin=scheme)])
    assert labels(share_identical_policies(before))[0] == ["app-a"]
    assert labels(share_identical_policies(program([policy("a", READ, name_origin=None), policy("b", READ)])))[0] == [
        "a"
    ]


def test_stacks_share_nothing_with_each_other():
    one = program([policy("app-a", READ)])
    both = replace(one, stacks=(*one.stacks, replace(program([policy("app-b", READ)]).stacks[0], name="other")))
    assert share_identical_policies(both) == both


def test_empty_policies_vanish():
    before = program(
        [policy("app-a"), policy("app-b", READ), policy("stack", kind="stack")],
        [role("one", "app-a", "app-b"), role("two", "stack"), role("three", "app-b")],
    )
    after = drop_empty(before)
    assert labels(after) == (["app-b"], {"one": ("app-b",), "two": (), "three": ("app-b",)})
    assert drop_empty(after) == after


def test_passes_run_in_the_order_in_which_each_helps_the_next():
    assert (
        drop_empty,
        shrink_actions,
        split_policies,
        combine_policies,
        merge_statements,
        share_identical_policies,
    ) == PASSES
    both = statement("s3:GetObject s3:PutObject", "arn:aws:s3:::a/*")
    before = program(
        [policy("app-a", WRITE, READ), policy("app-b", both), policy("app-c")],
        [role("one", "app-a", "app-b", "app-c"), role("two", "app-b")],
    )
    after = run_passes(before)
    assert labels(after) == (["app-a"], {"one": ("app-a",), "two": ("app-a",)})
    assert after.stacks[0].policies[0].statements == (both,)
    assert run_passes(before, ()) is before
