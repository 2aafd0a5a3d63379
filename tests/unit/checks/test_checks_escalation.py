"""SG601: each known set of actions, alone and less one action, on everything and on ARNs that are limited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import check_building as build
import orjson
import pytest

from compiler.checks import privilege_escalation
from compiler.checks.escalation import Way, escalations
from compiler.ir.program import Program

_DATA = Path(privilege_escalation.__file__).with_name("data") / "privilege_escalation.json"
PATHS: list[dict[str, Any]] = orjson.loads(_DATA.read_bytes())["paths"]
SETS = [frozenset(name.lower() for name in path["actions"]) for path in PATHS]
EACH = pytest.mark.parametrize("path", PATHS, ids=[path["id"] for path in PATHS])
ROLE = f"arn:aws:iam::{build.ACCOUNT}:role/"


def allow(actions: list[str], resource: Any = "*") -> Program:
    return build.spec({"Effect": "Allow", "Action": actions, "Resource": resource})


def ways(program: Program) -> list[Way]:
    return [way for found in escalations(program) for way in found.ways]


def test_there_are_as_many_as_are_known() -> None:
    assert len(SETS) == len(set(SETS)) == 76


@EACH
def test_a_whole_set_is_one_finding(path: dict[str, Any]) -> None:
    program = allow(path["actions"])
    finding = build.only(privilege_escalation.check, program)
    assert finding.code is privilege_escalation.PRIVILEGE_ESCALATION
    assert finding.span is not None
    assert finding.span.text in path["actions"]
    assert any(set(way.route.names) <= set(path["actions"]) for way in ways(program))
    assert any(note.startswith("confidence: ") for note in finding.notes)


@EACH
def test_a_set_whose_actions_stand_in_several_policies(path: dict[str, Any]) -> None:
    policies = [
        build.policy({"Effect": "Allow", "Action": name, "Resource": "*"}, label=f"app-{index}")
        for index, name in enumerate(path["actions"])
    ]
    role = build.role(policies=tuple(policy.label for policy in policies))
    assert list(privilege_escalation.check(build.program(build.stack(policies, [role]))))
    # Judged alone, no policy has more than the ways that its one action opens.
    for policy in policies if len(policies) > 1 else ():
        alone = build.program(build.stack([policy], [build.role(policies=(policy.label,))]))
        lower = {name.lower() for item in policy.statements for name in item.actions}
        assert bool(list(privilege_escalation.check(alone))) == any(known <= lower for known in SETS)


@EACH
def test_less_one_action_it_is_none_unless_another_set_is_whole(path: dict[str, Any]) -> None:
    for gone in path["actions"]:
        rest = [name for name in path["actions"] if name != gone]
        lower = {name.lower() for name in rest}
        found = list(privilege_escalation.check(allow(rest))) if rest else []
        assert bool(found) == any(known <= lower for known in SETS), gone


@EACH
def test_what_is_denied_closes_it(path: dict[str, Any]) -> None:
    every = {"Effect": "Allow", "Action": path["actions"], "Resource": "*"}
    for gone in path["actions"]:
        lower = {name.lower() for name in path["actions"] if name != gone}
        if not any(known <= lower for known in SETS):
            deny = {"Effect": "Deny", "Action": gone, "Resource": "*"}
            assert list(privilege_escalation.check(build.spec(every, deny))) == [], gone


@pytest.mark.parametrize("path", [path for path in PATHS if path["target"] == "role"], ids=lambda path: str(path["id"]))
def test_it_is_said_whether_the_role_itself_is_reached(path: dict[str, Any]) -> None:
    for resource, scope in ((f"{ROLE}shop-web", "itself"), (f"{ROLE}shop-*", "itself"), (f"{ROLE}tenant-*", "many"),
                            (f"{ROLE}tenant", "named"), (f"{ROLE}*", "itself")):  # fmt: skip
        # What else the set needs has other resources, which are not the question here.
        others = [name for name in path["actions"] if name != path["decisive"]]
        program = build.spec(
            {"Effect": "Allow", "Action": path["decisive"], "Resource": resource},
            *({"Effect": "Allow", "Action": name, "Resource": "*"} for name in others),
        )
        found = [way.scope for way in ways(program) if way.route.id == path["id"]]
        # A set that lies within another one is told as that one.
        assert found in ([scope], []), resource
        assert found or ways(program)
