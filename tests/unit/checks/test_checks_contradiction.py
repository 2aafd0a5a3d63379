"""SG522: conditions that no request meets together, held against the independent evaluator."""

from __future__ import annotations

import random
from typing import Any

import check_building as build
import pytest

from compiler.checks import contradiction
from tests.support.oracle import Request, allowed

TEAM, TIME, AGE, TLS = "aws:PrincipalTag/team", "aws:CurrentTime", "s3:max-keys", "aws:SecureTransport"


def statement(conditions: dict[str, Any], effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:ListBucket", "Resource": "*", "Condition": conditions}


def contradicts(conditions: dict[str, Any]) -> bool:
    return bool(list(contradiction.check(build.spec(statement(conditions)))))


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {TEAM: "web"}, "StringNotEquals": {TEAM: "web"}},
        {"StringEquals": {TEAM: ["web", "ops"]}, "StringNotLike": {TEAM.lower(): ["w*", "o?s"]}},
        {"StringEquals": {TEAM: "web"}, "StringLike": {TEAM: "ops*"}},
        {"StringEqualsIgnoreCase": {TEAM: "Web"}, "StringNotEqualsIgnoreCase": {TEAM: "wEB"}},
        {"StringEquals": {TEAM: "web"}, "Null": {TEAM: "true"}},
        {"NumericLessThan": {AGE: "5"}, "NumericGreaterThanEquals": {AGE: "5"}},
        {"DateGreaterThan": {TIME: "2027-02-01"}, "DateLessThan": {TIME: "2027-01-31T23:00:00Z"}},
        {"Bool": {TLS: "true"}, "BoolIfExists": {TLS: "false"}},
    ],
)
def test_what_excludes_itself(conditions: dict[str, Any]) -> None:
    finding = build.only(contradiction.check, build.spec(statement(conditions)))
    assert finding.label == "never allows anything"
    deny = build.only(contradiction.check, build.spec(statement(conditions, "Deny")))
    assert deny.label == "never denies anything"


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {TEAM: ["web", "ops"]}, "StringNotLike": {TEAM: "w*"}},
        {"StringEqualsIfExists": {TEAM: "web"}, "Null": {TEAM: "true"}},
        {"StringEquals": {TEAM: "web"}, "Null": {TEAM: "false"}},
        {"StringNotEquals": {TEAM: "web"}, "StringNotLike": {TEAM: "*"}},
        {"StringEquals": {TEAM: "${aws:PrincipalTag/other}"}, "StringNotEquals": {TEAM: "web"}},
        {"StringEquals": {TEAM: "<<var.team>>"}, "StringNotEquals": {TEAM: "web"}},
        {"StringEqualsIgnoreCase": {TEAM: "Web"}, "StringNotEquals": {TEAM: "Web"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}, "ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}, "ForAllValues:StringEquals": {"aws:TagKeys": "b"}},
        {"NumericLessThanEquals": {AGE: "5"}, "NumericGreaterThanEquals": {AGE: "5"}},
        {"DateGreaterThan": {TIME: "2027-01-31"}, "DateLessThan": {TIME: "2027-02-01"}},
        {"StringEquals": {TEAM: "web"}, "StringNotEquals": {"aws:PrincipalTag/other": "web"}},
    ],
)
def test_what_some_request_meets(conditions: dict[str, Any]) -> None:
    assert not contradicts(conditions)


def test_whatever_contradicts_itself_never_allows() -> None:
    """Random conditions on one key; each value that could make a difference is put to the evaluator."""
    draw = random.Random(22)
    words = ["web", "ops", "w*", "?ps", "*", "WEB"]
    operators = [
        f"{name}{suffix}"
        for name in ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
                     "StringNotEqualsIgnoreCase")
        for suffix in ("", "IfExists")
    ]  # fmt: skip
    numbers = [f"Numeric{name}" for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan",
                                             "GreaterThanEquals")]  # fmt: skip
    found = 0
    for _ in range(3_000):
        textual = draw.random() < 0.7
        key, pool = (TEAM, words) if textual else (AGE, ["1", "2", "3"])
        chosen = draw.sample([*(operators if textual else numbers), "Null"], draw.choice([2, 2, 3]))
        conditions = {
            name: {key: draw.sample(["true", "false"] if name == "Null" else pool, draw.choice([1, 1, 2]))}
            for name in chosen
        }
        tried = [*words, "wax", "Ops", "zzz", ""] if textual else ["0", "1", "1.5", "2", "2.5", "3", "4"]
        contexts: list[dict[str, Any]] = [{}, *({key: text} for text in tried)]
        document = {"Version": "2012-10-17", "Statement": [statement(conditions)]}
        is_met = any(allowed([document], Request("s3:ListBucket", "arn:aws:s3:::a", item)) for item in contexts)
        if contradicts(conditions):
            found += 1
            assert not is_met, conditions
    assert found > 300
