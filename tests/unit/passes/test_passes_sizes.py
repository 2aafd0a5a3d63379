"""Merging, factoring, leaving out, splitting, filling and combining keep exactly what is allowed, and make it fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.aws.reference import reference
from compiler.aws.statement import Condition, Statement, document_json, document_size
from compiler.ir.program import Program, Quotas
from compiler.passes import combine_policies, run_passes
from compiler.passes.atoms import atoms, reunited
from compiler.passes.covered import without_covered
from compiler.passes.factoring import factored
from compiler.passes.fitting import fitted
from compiler.passes.measuring import may_exceed, measured
from compiler.passes.merge_statements import merged
from compiler.passes.parts import filled, parts
from tests.unit.passes.builders import policy, program, role, statement
from tests.unit.passes.sizing import managed_policies, requests_beside, some_statements, statements, verdicts

Documents = list[tuple[Statement, ...]]
TINY = 420
MANAGED = dict(islice(managed_policies().items(), None, None, 40))
MEANS: dict[str, Any] = {
    "factored": lambda found: [factored(found)],
    "factored when merged": lambda found: [factored(merged(found))],
    "without covered": lambda found: [without_covered(found)],
    "fitted": lambda found: [fitted(found, 1)],
    "in pieces": lambda found: [(atom.statement,) for atom in atoms(found)],
    "reunited": lambda found: [reunited(atoms(found))],
    "parts": lambda found: list(parts(found, TINY).values()),
    "least parts": lambda found: list(parts(found, 1).values()),
    "filled": lambda found: filled(found, [2 * TINY] * 99),
}
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("means", MEANS)
@settings(max_examples=60)
@given(found=some_statements(), seed=seeds)
def test_what_is_allowed_stays(means: str, found: tuple[Statement, ...], seed: int) -> None:
    asked = requests_beside(found, Random(seed), 60)
    documents = MEANS[means](found)
    for request, before, after in zip(asked, verdicts([found], asked), verdicts(documents, asked), strict=True):
        assert before == after, request


@pytest.mark.parametrize(("name", "found"), MANAGED.items(), ids=list(MANAGED))
def test_policies_of_aws_say_the_same(name: str, found: tuple[Statement, ...]) -> None:
    random = Random(name)
    # An evaluation takes its time in documents of a thousand actions.
    texts = sum(len(s.actions) + len(s.resources) for s in found)
    asked = requests_beside(found, random, max(4, 2000 // texts))
    whole = verdicts([found], asked)
    limit = max(measured(found) // 4, 300)
    for documents in ([fitted(found, 1)], list(parts(found, limit).values()), filled(found, [limit] * 99)):
        assert documents is None or verdicts(documents, asked) == whole
    assert all(measured(part) <= limit or _is_indivisible(part) for part in parts(found, limit).values())


def _is_indivisible(document: tuple[Statement, ...]) -> bool:
    return len({(atom.key, atom.detail) for atom in atoms(document)}) == 1


@settings(max_examples=80)
@given(found=some_statements(12), limit=st.integers(150, 900))
def test_each_part_fits_unless_it_cannot_be_divided(found: tuple[Statement, ...], limit: int) -> None:
    split = parts(found, limit)
    assert min(split) == 1, "the first part keeps the name of the policy"
    for number, part in split.items():
        assert measured(part) <= limit or _is_indivisible(part), number
        assert merged(part) == part, "merging must not make it larger"
        assert fitted(part, limit) == part
        sids = Counter(item.sid for item in part if item.sid)
        assert all(count == 1 for count in sids.values()), sids
    for document in filled(found, [limit] * 99) or []:
        assert measured(document) <= limit
        assert merged(document) == document


@settings(max_examples=80)
@given(found=some_statements(12), random=st.randoms(use_true_random=False), limit=st.integers(150, 900))
def test_the_order_does_not_matter(found: tuple[Statement, ...], random: Random, limit: int) -> None:
    other = tuple(random.sample(found, len(found)))
    assert parts(other, limit) == parts(found, limit)
    assert filled(other, [limit] * 99) == filled(found, [limit] * 99)


@given(found=some_statements(4), sid=st.text("aB1", max_size=400), text=st.text(max_size=200))
def test_the_bound_of_a_size_is_one(found: tuple[Statement, ...], sid: str, text: str) -> None:
    value = Condition("StringEquals", "aws:username", (text,))
    special = replace(found[0], sid=sid, conditions=(value,), resources=(reference("a.b"), reference("var.partition")))
    for document in (found, (special,), (*found, special)):
        size = measured(document)
        assert size >= document_size(document_json(document))
        assert not may_exceed(document, limit=10**9)
        assert may_exceed(document, size - 1)


def test_references_are_measured_as_what_they_become() -> None:
    def size(name: str) -> int:
        return measured((statement("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{name}:orders"),))

    assert size(reference("var.account_id")) == size("123456789012")
    assert size(reference("aws_sqs_queue.a.arn")) > size("123456789012") + 60


# --- whole roles ----------------------------------------------------------------------------------------------------


@st.composite
def crowded(draw: st.DrawFn) -> Program:
    """Roles over a small quota, with statements so long that several documents are needed."""
    padding = draw(st.sampled_from([0, 500, 1200]))
    labels = [f"app-{name}" for name in "abcdefgh"[: draw(st.integers(4, 7))]]
    policies = [
        policy(
            label,
            *draw(st.lists(statements(padding), max_size=4)),
            kind=draw(st.sampled_from(["app", "app", "layer"])),
        )
        for label in labels
    ]
    roles = [
        replace(role(f"role-{number}", *sorted(draw(st.sets(st.sampled_from(labels), min_size=2)))), existing=existing)
        for number, existing in enumerate(draw(st.lists(st.booleans(), min_size=1, max_size=2)))
    ]
    built = program(policies, roles)
    quotas = Quotas(managed_policies_per_role=draw(st.integers(3, 6)))
    return replace(built, stacks=(replace(built.stacks[0], quotas=quotas),))


def _documents(built: Program) -> dict[str, Documents]:
    [stack] = built.stacks
    found = {item.label: item.statements for item in stack.policies if item.statements}
    return {
        item.label: [found[label] for label in (*item.policies, *item.inline) if label in found] for item in stack.roles
    }


@pytest.mark.parametrize("passes", [(combine_policies,), None], ids=["combine", "all"])
@settings(max_examples=30)
@given(built=crowded(), seed=seeds)
def test_every_role_may_do_what_it_could(passes: Any, built: Program, seed: int) -> None:
    after = run_passes(built, passes) if passes else run_passes(built)
    asked = requests_beside(
        [s for item in built.stacks[0].policies for s in item.statements] or [ANY], Random(seed), 30
    )
    left, right = _documents(built), _documents(after)
    for name, documents in left.items():
        assert verdicts(documents, asked) == verdicts(right[name], asked), name
    _is_sound(after)
    again = run_passes(after, passes) if passes else run_passes(after)
    assert again == after


ANY = statement("s3:GetObject")


def _is_sound(after: Program) -> None:
    """Labels and names are there once, Sids once in a document, and every label that is named is there."""
    [stack] = after.stacks
    labels = [item.label for item in stack.policies]
    assert len(set(labels)) == len(labels)
    assert len({item.name for item in stack.policies}) == len(labels)
    for item in stack.policies:
        sids = [s.sid for s in item.statements if s.sid]
        if "combined" in item.label or item.part > 1 or item.after:
            assert len(set(sids)) == len(sids)
    for item in stack.roles:
        assert {*item.policies, *item.inline} <= set(labels)
    inline = {item.label for item in stack.policies if item.inline}
    assert inline == {label for item in stack.roles for label in item.inline}
    _has_no_cycle({item.label: item.after for item in stack.policies})


def _has_no_cycle(after: dict[str, tuple[str, ...]]) -> None:
    left = dict(after)
    while left:
        free = [label for label, others in left.items() if not any(other in left for other in others)]
        assert free, left
        for label in free:
            del left[label]
