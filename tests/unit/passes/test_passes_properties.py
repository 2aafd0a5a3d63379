"""No pass changes what any role may do, says an evaluator that shares no code with the compiler."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.statement import Condition, Statement, document_json
from compiler.passes import PASSES, run_passes
from tests.support.oracle import Request, allowed
from tests.unit.passes.builders import origin, policy, program, role

if TYPE_CHECKING:
    from compiler.ir.program import Program

ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:Get*", "s3:*", "sqs:SendMessage", "s3:getobject", "*")
RESOURCES = (
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/public/*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::${aws:PrincipalTag/team}/*",
    "arn:aws:sqs:*:123456789012:orders",
    "*",
)
CONDITIONS = (
    Condition("StringEquals", "aws:SourceVpc", ("vpc-1",)),
    Condition("StringEquals", "aws:SourceVpc", ("vpc-1", "vpc-2")),
    Condition("StringNotEquals", "aws:PrincipalTag/team", ("a",)),
    Condition("Null", "aws:SourceVpc", ("false",)),
)

some_actions = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3).map(tuple)
some_resources = st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=3).map(tuple)
labels = st.sampled_from(["app-a", "app-b", "app-c", "app-d"])


@st.composite
def statements(draw):
    negative_action, negative_resource = draw(st.sampled_from([(False, False)] * 4 + [(True, False), (False, True)]))
    actions, resources = draw(some_actions), draw(some_resources)
    return Statement(
        effect=draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        actions=() if negative_action else actions,
        not_actions=actions if negative_action else (),
        resources=() if negative_resource else resources,
        not_resources=resources if negative_resource else (),
        conditions=tuple(draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique_by=lambda c: c.operator))),
        sid=draw(st.sampled_from(["", "", "", "Mine"])),
        origins=(origin(f"apps[{draw(st.integers(0, 9))}]", draw(st.integers(0, 9))),),
        source=draw(st.sampled_from(["s3", "statement"])),
    )


# A small stock of statements per program, so that policies come out alike often enough.
@st.composite
def programs(draw):
    stock = st.sampled_from(draw(st.lists(statements(), min_size=1, max_size=6)))
    policies = [
        policy(label, *draw(st.lists(stock, max_size=5)), kind=draw(st.sampled_from(["app", "app", "app", "layer"])))
        for label in draw(st.lists(labels, unique=True, max_size=4))
    ]
    known = [item.label for item in policies]
    attached = st.lists(st.sampled_from(known), unique=True).map(sorted) if known else st.just([])
    return program(policies, [role(f"role-{number}", *draw(attached)) for number in range(draw(st.integers(0, 3)))])


@st.composite
def requests(draw):
    """Requests at the borders of the patterns: exactly on one, just beside it, in other letters."""
    action = draw(st.sampled_from(["s3:GetObject", "s3:GETOBJECT", "s3:Get", "s3:PutObject", "sqs:SendMessage", "a:B"]))
    resource = draw(
        st.sampled_from(
            [
                *(pattern.replace("*", "").replace("::123", ":eu-west-1:123") for pattern in RESOURCES[:3]),
                "arn:aws:s3:::a/x",
                "arn:aws:s3:::a/public/x",
                "arn:aws:s3:::team/x",
                "arn:aws:s3:::b/",
                "arn:aws:sqs:eu-west-1:123456789012:orders",
                "arn:aws:sqs:eu-west-1:123456789012:orders2",
            ]
        )
    )
    context = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "aws:SourceVpc": st.sampled_from(["vpc-1", "vpc-2", "vpc-3"]),
                "aws:PrincipalTag/team": st.sampled_from(["a", "team"]),
            },
        )
    )
    return Request(action, resource, context)


def documents_by_role(built: Program) -> dict[str, list[object]]:
    """The policy documents that each role has, as AWS gets them; policies without statements give none."""
    [stack] = built.stacks
    documents = {item.label: document_json(item.statements) for item in stack.policies if item.statements}
    return {item.label: [documents[label] for label in item.policies if label in documents] for item in stack.roles}


@pytest.mark.parametrize("passes", [*([one] for one in PASSES), PASSES], ids=lambda passes: str(len(passes)))
@given(built=programs(), asked=st.lists(requests(), min_size=1, max_size=10))
def test_every_role_may_do_what_it_could_before(passes, built, asked):
    before, after = documents_by_role(built), documents_by_role(run_passes(built, passes))
    assert before.keys() == after.keys()
    for name, documents in before.items():
        for request in asked:
            assert allowed(documents, request) == allowed(after[name], request), (name, request)


@pytest.mark.parametrize("passes", [*([one] for one in PASSES), PASSES], ids=lambda passes: str(len(passes)))
@given(built=programs())
def test_running_again_changes_nothing(passes, built):
    once = run_passes(built, passes)
    again = run_passes(once, passes)
    assert again == once
    assert _origins(again) == _origins(once)


@given(built=programs(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(built, random):
    def shuffled(items):
        return tuple(random.sample(items, len(items)))

    [stack] = built.stacks
    mixed = replace(
        stack,
        policies=shuffled([replace(item, statements=shuffled(item.statements)) for item in stack.policies]),
        roles=shuffled(stack.roles),
    )
    one, other = (_in_order(run_passes(item)) for item in (built, replace(built, stacks=(mixed,))))
    assert one == other
    assert _origins(one) == _origins(other)


def _in_order(built: Program) -> Program:
    """The program with policies and roles by label; the statements stay as the passes left them."""
    [stack] = built.stacks
    by_label = {name: tuple(sorted(getattr(stack, name), key=lambda i: i.label)) for name in ("policies", "roles")}
    return replace(built, stacks=(replace(stack, **by_label),))


def _origins(built: Program) -> list[object]:
    """What equality leaves out: where each statement was asked for, and which grant made it."""
    [stack] = built.stacks
    return [[(s.origins, s.source) for s in item.statements] for item in stack.policies]
