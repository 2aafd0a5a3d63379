from __future__ import annotations

from dataclasses import fields
from itertools import permutations

import pytest

from compiler.aws.statement import Condition, Statement
from compiler.passes import merge_statements
from tests.unit.passes.builders import condition, origin, policy, program, statement

GET, PUT, LIST = "s3:GetObject", "s3:PutObject", "s3:ListBucket"
A, B = "arn:aws:s3:::a/*", "arn:aws:s3:::b/*"
VPC = (condition(),)


def merged(*statements: Statement) -> tuple[Statement, ...]:
    return merge_statements(program([policy("web", *statements)])).stacks[0].policies[0].statements


CASES = {
    "same resources": ([statement(PUT, A), statement(GET, A)], [statement(f"{GET} {PUT}", A)]),
    "same actions": ([statement(GET, B), statement(GET, A)], [statement(GET, f"{A} {B}")]),
    "duplicates": ([statement(GET, A), statement(GET, A)], [statement(GET, A)]),
    "nothing in common": ([statement(PUT, B), statement(GET, A)], [statement(GET, A), statement(PUT, B)]),
    "only overlapping": (
        [statement(f"{GET} {PUT}", A), statement(GET, f"{A} {B}")],
        [statement(GET, f"{A} {B}"), statement(f"{GET} {PUT}", A)],
    ),
    "a merge makes another possible": (
        [statement(GET, A), statement(GET, B), statement(PUT, f"{A} {B}")],
        [statement(f"{GET} {PUT}", f"{A} {B}")],
    ),
    "either merge is possible": (
        [statement(GET, A), statement(GET, B), statement(PUT, A)],
        [statement(GET, B), statement(f"{GET} {PUT}", A)],
    ),
    "conditions differ": (
        [statement(GET, A, conditions=VPC), statement(PUT, A)],
        [statement(GET, A, conditions=VPC), statement(PUT, A)],
    ),
    "same conditions": (
        [statement(GET, A, conditions=VPC), statement(PUT, A, conditions=VPC)],
        [statement(f"{GET} {PUT}", A, conditions=VPC)],
    ),
    "same conditions in another order": (
        [
            statement(GET, A, conditions=(condition("b:x"), condition("a:x"))),
            statement(PUT, A, conditions=(condition("a:x"), condition("b:x"))),
        ],
        [statement(f"{GET} {PUT}", A, conditions=(condition("a:x"), condition("b:x")))],
    ),
    "values of a condition are not united": (
        [
            statement(GET, A, conditions=(Condition("StringNotEquals", "a:x", ("1",)),)),
            statement(GET, A, conditions=(Condition("StringNotEquals", "a:x", ("2",)),)),
        ],
        [
            statement(GET, A, conditions=(Condition("StringNotEquals", "a:x", ("1",)),)),
            statement(GET, A, conditions=(Condition("StringNotEquals", "a:x", ("2",)),)),
        ],
    ),
    "effects differ": (
        [statement(GET, A, effect="Deny"), statement(PUT, A)],
        [statement(PUT, A), statement(GET, A, effect="Deny")],
    ),
    "effects differ on the same actions": (
        [statement(GET, A, effect="Deny"), statement(GET, B)],
        [statement(GET, B), statement(GET, A, effect="Deny")],
    ),
    "denials": (
        [statement(GET, A, effect="Deny"), statement(PUT, A, effect="Deny")],
        [statement(f"{GET} {PUT}", A, effect="Deny")],
    ),
    "a statement with a Sid is left whole": (
        [statement(GET, A, sid="Mine"), statement(PUT, A), statement(LIST, A)],
        [statement(GET, A, sid="Mine"), statement(f"{LIST} {PUT}", A)],
    ),
    "a Sid is there once": ([statement(GET, A, sid="Mine")] * 2, [statement(GET, A, sid="Mine")]),
    "different NotActions": (
        [statement("", A, not_actions=(GET,)), statement("", A, not_actions=(PUT,))],
        [statement("", A, not_actions=(GET,)), statement("", A, not_actions=(PUT,))],
    ),
    "equal NotActions": (
        [statement("", A, not_actions=(GET,)), statement("", B, not_actions=(GET,))],
        [statement("", f"{A} {B}", not_actions=(GET,))],
    ),
    "different NotResources": (
        [statement(GET, "", not_resources=(A,)), statement(GET, "", not_resources=(B,))],
        [statement(GET, "", not_resources=(A,)), statement(GET, "", not_resources=(B,))],
    ),
    "equal NotResources": (
        [statement(GET, "", not_resources=(A,)), statement(PUT, "", not_resources=(A,))],
        [statement(f"{GET} {PUT}", "", not_resources=(A,))],
    ),
    "an action beside the NotAction of the same name": (
        [statement("", A, not_actions=(GET,)), statement(GET, A)],
        [statement(GET, A), statement("", A, not_actions=(GET,))],
    ),
    "a resource beside the NotResource of the same name": (
        [statement(GET, "", not_resources=(A,)), statement(GET, A)],
        [statement(GET, A), statement(GET, "", not_resources=(A,))],
    ),
    "lists are sorted without duplicates": (
        [statement(f"{PUT} {GET} {PUT}", f"{B} {A}")],
        [statement(f"{GET} {PUT}", f"{A} {B}")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases_in_every_order(name):
    before, after = CASES[name]
    for order in permutations(before):
        assert list(merged(*order)) == after
    assert list(merged(*after)) == after


def test_origins_are_united_and_in_order():
    one = statement(PUT, A, origins=(origin("apps.web.permissions[1]", 7),), source="statement")
    two = statement(GET, A, origins=(origin("apps.web.permissions[0]", 3),), source="s3")
    for order in permutations([one, two, two]):
        [both] = merged(*order)
        assert both.origins == (origin("apps.web.permissions[0]", 3), origin("apps.web.permissions[1]", 7))
        assert both.source == "s3"


def test_policies_keep_to_themselves():
    both = program([policy("a", statement(GET, A)), policy("b", statement(PUT, A))])
    assert merge_statements(both) == both


def test_what_needs_no_change_is_not_copied():
    stack = program([policy("a", statement(GET, A), statement(PUT, B)), policy("b", statement(PUT, A))]).stacks[0]
    again = merge_statements(program(list(stack.policies))).stacks[0]
    assert all(new is old for new, old in zip(again.policies, stack.policies, strict=True))


def test_a_policy_with_other_statements_keeps_all_else():
    old = policy(
        "web",
        statement(GET, A),
        moved_from="old",
        name_origin=origin("apps.web.names"),
        settings=(("path", origin("apps.web.path")),),
        part=2,
        after=("web--3",),
        inline=True,
    )
    defaults = {item.name: item.default for item in fields(old)}
    assert [name for name, default in defaults.items() if getattr(old, name) == default] == []
    new = old.with_statements((statement(PUT, B),))
    assert [item.name for item in fields(old) if getattr(new, item.name) != getattr(old, item.name)] == ["statements"]
