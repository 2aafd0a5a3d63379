"""What each verb allows and what it does not, judged by an evaluator that knows nothing of the compiler.

The cases are data, one file per grant in ``cases/``: a permission as people write it, requests that it has to allow,
and near misses that it must not allow (the neighbour's bucket, the object outside of the prefix, the verb next door,
the key without the service). A request is one action or several (``s3:GetObject|PutObject``), perhaps an ARN, and
context keys as ``key=value`` or ``key=one|two``. Every action that the permission allows has to be asked for, so each
verb is written down twice and nothing slips in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.catalog import grant_names, load_grant
from compiler.source.yaml_reader import load_plain
from tests.support.oracle import Request, allowed
from tests.unit.catalog.asking import STACK, document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Context

Json = Any
FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    grant: str
    name: str
    permission: dict[str, Json]
    allows: tuple[Request, ...]
    refuses: tuple[Request, ...]
    context: Context

    @property
    def verbs(self) -> tuple[str, ...]:
        body = self.permission[self.grant] or {}
        access = body.get("access", list(load_grant(self.grant).default_verbs))
        return tuple(listed(access))


def read_cases(grant: str) -> tuple[Case, ...]:
    cases = load_plain((FOLDER / f"{grant}.yaml").read_text(encoding="utf-8"))["cases"]
    return tuple(
        Case(
            grant=grant,
            name=case["name"],
            permission=case["permission"],
            allows=read_requests(case["allows"]),
            refuses=read_requests(case["refuses"]),
            context=replace(STACK, **case.get("stack", {})),
        )
        for case in cases
    )


def read_requests(lines: list[str]) -> tuple[Request, ...]:
    """Requests from their lines: ``s3:GetObject|PutObject arn:aws:s3:::shop/a`` are two."""
    return tuple(request for line in lines for request in _read_line(line))


def _read_line(line: str) -> Iterator[Request]:
    actions, *words = line.split(" ")
    service, _, names = actions.partition(":")
    resource = words.pop(0) if words and words[0].startswith("arn:") else "*"
    context = {
        key: value.split("|") if "|" in value else value for key, _, value in (word.partition("=") for word in words)
    }
    for name in names.split("|"):
        yield Request(f"{service}:{name}", resource, context)


CASES = tuple(case for name in grant_names() for case in read_cases(name))


def name_of(case: Case) -> str:
    return f"{case.grant}-{case.name.replace(' ', '-')}"


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_verb_allows_what_it_says_and_nothing_next_to_it(case: Case) -> None:
    documents = [document(case.permission, case.context)]
    assert [request for request in case.allows if not allowed(documents, request)] == []
    assert [request for request in case.refuses if allowed(documents, request)] == []


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_action_is_asked_for(case: Case) -> None:
    statements = document(case.permission, case.context)["Statement"]
    emitted = {action for item in statements for action in listed(item["Action"])}
    assert emitted == {request.action for request in case.allows}


@pytest.mark.parametrize("name", grant_names())
def test_every_verb_has_a_case_of_its_own(name: str) -> None:
    judged = {case.verbs[0] for case in CASES if case.grant == name and len(case.verbs) == 1}
    assert judged == {verb.name for verb in load_grant(name).verbs}


def test_every_case_has_requests_and_near_misses() -> None:
    assert [case.name for case in CASES if not case.allows or not case.refuses] == []


def test_cases_are_about_grants() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(grant_names())


def test_reading_requests() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/x"
    context = {"kms:ResourceAliases": ["alias/a", "alias/b"]}
    assert read_requests([f"kms:Decrypt|Sign {key} kms:ResourceAliases=alias/a|alias/b", "kms:ListKeys"]) == (
        Request("kms:Decrypt", key, context),
        Request("kms:Sign", key, context),
        Request("kms:ListKeys"),
    )
