"""The survey: one examination for each shape, whatever the names; one report for a mistake in many stacks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import check_building as build
import pytest

from compiler.aws.reference import reference
from compiler.aws.service_data import resource_types_of
from compiler.aws.statement import Condition, Statement
from compiler.checks import run_checks
from compiler.checks.examination import examine
from compiler.checks.place import Place
from compiler.checks.shapes import action_facts, resource_shape
from compiler.checks.survey import survey
from compiler.ir.program import Program

HERE = Place("aws", "eu-west-1", "123456789012")


def shape(action: str, resource: str) -> str:
    return resource_shape(resource, action_facts((action,)).words)


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::shop-assets/public/*", "aws:s3:::~/~/*"),
        ("s3:GetObject", "arn:aws:s3:::shop-*", "aws:s3:::~*"),
        ("s3:GetObject", "arn:aws:s3:::acc*", "aws:s3:::acc*"),  # may grow into `accesspoint`
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:123456789012:table/carts/index/*",
         "aws:dynamodb:eu-west-1:#:table/~/index/*"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:12345:q", "aws:sqs:eu-west-1:12345:~"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:123456789012:secret:db/x-??????",
         "aws:secretsmanager:*:#:secret:~/~??????"),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/x}/*", "arn:aws:s3:::${aws:PrincipalTag/x}/*"),
        ("*", "arn:aws:s3:::shop", "arn:aws:s3:::shop"),
        ("s3:NoSuch", "arn:aws:s3:::shop", "arn:aws:s3:::shop"),
        ("organizations:DescribeAccount", "arn:aws:organizations::1:account/o-1/2",
         "arn:aws:organizations::1:account/o-1/2"),
        ("s3:GetObject", "shop", "shop"),
        ("s3:GetObject", "x:y:z:a:b:c", "x:y:z:a:b:c"),
    ],
)  # fmt: skip
def test_shapes(action: str, resource: str, expected: str) -> None:
    assert shape(action, resource) == expected


def test_a_module_has_the_shapes_of_a_literal_stack() -> None:
    partition, account = reference("var.partition"), reference("var.account_id")
    marked = f"arn:{partition}:sqs:eu-west-1:{account}:orders"
    assert shape("sqs:SendMessage", marked) == "@:sqs:eu-west-1:#:~"
    other = f"arn:aws:sqs:eu-west-1:{reference('aws_sqs_queue.a.name')}"
    assert shape("sqs:SendMessage", other) == other


def _resources(service: str, rng: random.Random) -> Iterator[str]:
    """ARNs of all templates of a service with random names, some cut off, some with wildcards."""
    for kind in resource_types_of(service).values():
        for template in kind.arns:
            text = template.replace("${Partition}", "aws").replace("${Region}", rng.choice(["eu-west-1", "*", "eu-*"]))
            text = text.replace("${Account}", rng.choice(["123456789012", "*"]))
            while "${" in text:
                head, _, rest = text.partition("${")
                name = "".join(rng.choices("abtkeyinstance-_.*?", k=rng.randint(1, 9)))
                text = head + name + rest.partition("}")[2]
            yield text
            yield text[: rng.randint(len(text) // 2, len(text))] + rng.choice(["", "*", "/", "/*", ":*"])


@pytest.mark.parametrize("service", ["s3", "dynamodb", "sqs", "kms", "ec2", "logs", "iam", "secretsmanager", "ecr"])
def test_statements_of_one_shape_are_sound_or_unsound_together(service: str) -> None:
    rng = random.Random(service)
    actions = (f"{service}:*",)
    seen: dict[str, bool] = {}
    for _ in range(6):
        for resource in _resources(service, rng):
            clean = examine(Statement(actions=actions, resources=(resource,)), HERE, False).is_clean
            key = resource_shape(resource, action_facts(actions).words)
            assert seen.setdefault(key, clean) is clean, (key, resource)
    assert set(seen.values()) == {True, False}


def fleet(apps: int, layers: int = 1) -> Program:
    """Apps whose statements are alike but for the names."""
    policies = []
    for number in range(apps):
        table = f"arn:aws:dynamodb:eu-west-1:123456789012:table/t{number}"
        statements = (
            Statement(actions=("s3:GetObject",), resources=(f"arn:aws:s3:::b{number}/p{number}/*",)),
            Statement(
                actions=("s3:ListBucket",),
                resources=(f"arn:aws:s3:::b{number}",),
                conditions=(Condition("StringLike", "s3:prefix", (f"p{number}/*",)),),
            ),
            Statement(actions=("dynamodb:Query",), resources=(table, f"{table}/index/*")),
            Statement(actions=("sqs:SendMessage",), resources=(f"arn:aws:sqs:eu-west-1:123456789012:q{number}",)),
        )
        policies.append(build.policy(statements=statements, label=f"app-{number}"))
    roles = [build.role(policies=tuple(item.label for item in policies), label=str(number)) for number in range(layers)]
    return build.program(build.stack(policies, roles))


def test_a_fleet_needs_one_examination_for_each_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.checks.survey._sound", {})
    tree = fleet(500)
    before = examine.cache_info()
    assert list(survey(tree).suspects) == []
    after = examine.cache_info()
    assert after.hits + after.misses - before.hits - before.misses == 4


def test_one_bad_name_among_many_good_ones_is_found() -> None:
    good = fleet(50)
    bad = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::b7",))
    stack = build.stack([*good.stacks[0].policies, build.policy(statements=(bad,), label="bad")])
    assert [site.statement for site in survey(build.program(stack)).suspects] == [bad]


BAD: dict[str, Any] = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::shop/*"}


def test_an_app_on_many_stacks_is_reported_once() -> None:
    policy = build.policy(BAD)
    stacks = [build.stack([policy], [build.role()], name=name) for name in ("a", "b", "c")]
    assert [item.code.id for item in run_checks(build.program(*stacks)) if item.code.id != "SG404"] == ["SG504"]


def test_what_templates_fill_in_does_not_make_it_another_mistake() -> None:
    where = build.origin("Resource: arn:aws:sqs:{{ stack.region }}:account_id:q")
    stacks = []
    for name, region in (("a", "eu-west-1"), ("b", "us-east-1")):
        body = {"Action": "sqs:SendMessage", "Resource": [f"arn:aws:sqs:{region}:account_id:q", "*"]}
        policy = build.policy(statements=(build.statement(body, where),))
        stacks.append(build.stack([policy], name=name, region=region))
    # The ARN, the star and the policy's name, each once.
    assert [item.code.id for item in run_checks(build.program(*stacks))] == ["SG404", "SG503", "SG606"]


def test_statements_of_one_permission_are_all_reported() -> None:
    where = build.origin("- s3: {bucket: a, access: read}")
    made = [build.statement(BAD | {"Resource": f"arn:aws:s3:::{name}/*"}, where) for name in ("a", "b")]
    tree = build.program(build.stack([build.policy(statements=tuple(made))]))
    assert len(survey(tree).suspects) == 2


def test_statements_without_an_origin_are_never_merged() -> None:
    stacks = [build.stack([build.policy(statements=(build.statement(BAD),))], name=name) for name in ("a", "b")]
    assert len(survey(build.program(*stacks)).suspects) == 2


def test_a_value_that_counts_belongs_to_the_shape() -> None:
    def signed_in(value: str) -> dict[str, Any]:
        condition = {"StringEquals": {"aws:MultiFactorAuthPresent": value}}
        return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*", "Condition": condition}

    findings = list(run_checks(build.spec(signed_in("false"), signed_in("true"))))
    assert [item.path for item in findings] == ["apps.web.permissions[1]"]


def test_what_is_sound_negated_is_not_sound_plain() -> None:
    condition = {"StringEquals": {"s3:prefix": "a"}}
    negated = {"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": "*", "Condition": condition}
    plain = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}
    assert [item.code.id for item in run_checks(build.spec(negated, plain))] == ["SG506"]
