"""SG521, SG524, SG706-SG711: what statements of one role say together."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import check_building as build
import pytest
import yaml
from test_checks_no_false_alarms import managed_policies

from compiler.checks import (
    covered_element,
    covered_statement,
    denied_allow,
    exact_wildcard,
    further_actions,
    idle_condition,
    idle_deny,
    impossible_value,
    operator_type,
    policy_variables,
    retired_service,
    set_operator,
    source_address,
)
from compiler.checks.covering import candidates, covers_statement, meets_statement
from tests.support.oracle import Request, allowed

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/public/*"}
DENY: dict[str, Any] = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::shop/*"}
TLS = {"Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize(
    ("allow", "deny", "killed"),
    [
        (ALLOW, DENY, True),
        (ALLOW, {"Effect": "Deny", "NotAction": "sqs:*", "Resource": "*"}, True),
        (ALLOW, {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::other/*"}, True),
        (ALLOW | {"Condition": TLS}, DENY | {"Condition": TLS}, True),
        (ALLOW, DENY | {"Condition": TLS}, False),
        (ALLOW, DENY | {"Resource": "arn:aws:s3:::shop/public/a*"}, False),
        (ALLOW, {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}, False),
        (ALLOW | {"Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "*"}, DENY, False),
    ],
)
def test_a_deny_that_takes_back_everything(allow: dict[str, Any], deny: dict[str, Any], killed: bool) -> None:
    assert bool(list(denied_allow.check(build.spec(allow, deny)))) is killed


def test_a_deny_of_one_layer_does_not_kill_what_another_may_do() -> None:
    policies = [build.policy(ALLOW), build.policy(DENY, label="layer-a", kind="layer")]
    both = build.role(policies=("app-web", "layer-a"))
    one = build.role(label="b", name="b", policies=("app-web",))
    assert list(denied_allow.check(build.program(build.stack(policies, [both, one])))) == []
    assert len(list(denied_allow.check(build.program(build.stack(policies, [both]))))) == 1


def test_covering_is_what_the_evaluator_says() -> None:
    rng = random.Random(7)
    actions = ["s3:GetObject", "s3:Get*", "s3:*", "*", "s3:PutObject"]
    resources = ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b*", "arn:aws:s3:::a/b", "arn:aws:s3:::c/*"]
    requests = [
        Request(action, resource, context)
        for action in ("s3:GetObject", "s3:PutObject", "s3:GetObjectAcl", "sqs:SendMessage")
        for resource in ("arn:aws:s3:::a/b", "arn:aws:s3:::a/bc", "arn:aws:s3:::a/x", "arn:aws:s3:::c/b", "*")
        for context in ({}, {"aws:SecureTransport": "true"})
    ]
    seen = set()
    for _ in range(1500):
        made = []
        for _ in range(2):
            body: dict[str, Any] = {"Effect": "Allow"}
            body[rng.choice(["Action", "Action", "NotAction"])] = rng.sample(actions, rng.randint(1, 2))
            body[rng.choice(["Resource", "Resource", "NotResource"])] = rng.sample(resources, rng.randint(1, 2))
            if rng.random() < 0.3:
                body["Condition"] = TLS
            made.append(body)
        general, specific = (build.statement(body) for body in made)
        hits = [[allowed([{"Version": "2012-10-17", "Statement": [body]}], item) for item in requests] for body in made]
        if covers_statement(general, specific):
            seen.add("covers")
            assert all(wide or not narrow for wide, narrow in zip(*hits, strict=True)), made
        if not meets_statement(general, specific):
            seen.add("apart")
            assert not any(wide and narrow for wide, narrow in zip(*hits, strict=True)), made
    assert seen == {"covers", "apart"}


def test_a_deny_where_nothing_is_allowed() -> None:
    other = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::shopp/*"}
    assert build.only(idle_deny.check, build.spec(ALLOW, other)).level.value == "note"
    assert list(idle_deny.check(build.spec(ALLOW, DENY))) == []
    assert list(idle_deny.check(build.spec(other))) == []  # a guard alone


@pytest.mark.parametrize(
    ("more", "covered"),
    [
        ({"Action": ["s3:Get*", "s3:GetObject"]}, ["s3:GetObject"]),
        ({"Action": ["S3:get*", "s3:GetObject"]}, ["s3:GetObject"]),
        ({"Resource": ["arn:aws:s3:::shop/*", "arn:aws:s3:::shop/a"]}, ["arn:aws:s3:::shop/a"]),
        ({"Resource": ["arn:aws:s3:::shop/*", "arn:aws:s3:::shop"]}, []),
        ({"Resource": ["arn:aws:s3:::shop-*", "arn:aws:s3:::shop-*/*"]}, []),
        ({"Condition": {"StringLike": {"aws:PrincipalTag/team": ["a*", "ab"]}}}, ["ab"]),
        ({"Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "ab"]}}}, []),
    ],
)
def test_covered_elements(more: dict[str, Any], covered: list[str]) -> None:
    tree = build.spec(ALLOW | more)
    assert [text for _, text in build.found(covered_element.check, tree)] == covered


def test_covered_statements() -> None:
    wide = ALLOW | {"Resource": "arn:aws:s3:::shop/*"}
    finding = build.only(covered_statement.check, build.spec(ALLOW, wide))
    assert finding.path == "apps.web.permissions[0]"
    assert build.only(covered_statement.check, build.spec(ALLOW, ALLOW)).message == "this statement stands here twice"
    assert (
        list(covered_statement.check(build.spec(ALLOW | {"Condition": TLS}, ALLOW | {"Action": "s3:PutObject"}))) == []
    )
    policies = [build.policy(ALLOW), build.policy(wide, label="app-b")]
    tree = build.program(build.stack(policies, [build.role(policies=("app-web", "app-b"))]))
    assert list(covered_statement.check(tree)) == []  # apps stand for themselves


def test_retired_services() -> None:
    old = {"Effect": "Allow", "Action": "opsworks:DescribeInstances", "Resource": "*"}
    assert build.only(retired_service.check, build.spec(old)).level.value == "warning"
    assert list(retired_service.check(build.spec(old | {"Effect": "Deny"}, ALLOW))) == []


def test_further_actions_count_over_all_policies_of_a_role() -> None:
    reboot = {"Effect": "Allow", "Action": "rds:RebootDBCluster", "Resource": "*"}
    assert build.only(further_actions.check, build.spec(reboot)).code.id == "SG710"
    policies = [build.policy(reboot), build.policy(reboot | {"Action": "rds:Reboot*"}, label="app-b")]
    tree = build.program(build.stack(policies, [build.role(policies=("app-web", "app-b"))]))
    assert list(further_actions.check(tree)) == []
    run = {"Effect": "Allow", "Action": "ecs:RegisterTaskDefinition", "Resource": "*"}
    assert build.only(further_actions.check, build.spec(run)).code.id == "SG711"
    passing = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
    assert list(further_actions.check(build.spec(run, passing))) == []


CORRECTNESS = (
    operator_type,
    exact_wildcard,
    set_operator,
    impossible_value,
    policy_variables,
    source_address,
    idle_condition,
    denied_allow,
    idle_deny,
    retired_service,
)


def test_what_is_said_of_managed_policies_has_been_reviewed() -> None:
    listed = Path(__file__).with_name("aws_managed_policies.yaml").read_text(encoding="utf-8")
    reviewed = {(entry["code"], name) for entry in yaml.safe_load(listed) for name in entry["policies"]}
    found = set()
    for name, bodies in managed_policies().items():
        tree = build.program(build.stack([build.policy(*bodies)]))
        found |= {(item.code.id, name) for rule in CORRECTNESS for item in rule.check(tree)}
    assert found == reviewed


def test_a_long_list_is_not_compared_pair_by_pair() -> None:
    """What is ruled out at once covers nothing, whatever wildcards, variables and negations there are."""
    draw = random.Random(7)
    actions = ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:*", "*", "s3:Put?bject", "sqs:*", "s?s:SendMessage"]
    resources = ["*", "arn:aws:s3:::shop/*", "arn:aws:s3:::shop/a", "arn:aws:s3:::sh?p/a", "arn:aws:s3:::*",
                 "arn:aws:s3:::${aws:PrincipalTag/b}/*", "arn:*:s3:::shop/a", "<<aws_s3_bucket.a.arn>>"]  # fmt: skip
    elements = [("Action", "Resource"), ("NotAction", "Resource"), ("Action", "NotResource")]
    statements = [
        build.statement({"Effect": "Allow", action: draw.sample(actions, draw.choice([1, 1, 2])),
                         resource: draw.sample(resources, draw.choice([1, 1, 2]))})
        for action, resource in draw.choices(elements, [8, 1, 1], k=200)
    ]  # fmt: skip
    index_of = candidates(statements)
    compared = 0
    for statement in statements:
        near = set(index_of(statement))
        compared += len(near)
        covering = {place for place, other in enumerate(statements) if covers_statement(other, statement)}
        assert covering <= near
    assert compared < 0.7 * len(statements) ** 2
