"""Statements are canonical whatever is asked for, and nothing that was asked for is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.reference import display, reference
from compiler.aws.statement import Condition
from compiler.catalog import Context, Grant, expand, grant_names, load_grant, plan
from compiler.catalog.loader import parse_grant
from compiler.catalog.plan import parse_text
from tests.unit.catalog.asking import KEY, KEY_ARN, STACK, bodies, statements

Json = Any
GRANTS = [load_grant(name) for name in grant_names()]
BUCKET = "arn:aws:s3:::shop"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"


@st.composite
def requests(draw: st.DrawFn) -> tuple[Grant, dict[str, Json]]:
    """A grant with any of its verbs, in any order, and any parameters that may be given together."""
    grant = draw(st.sampled_from(GRANTS))
    body: dict[str, Json] = dict(draw(st.sampled_from(list(bodies(grant)))))
    for name in list(body):
        parameter = grant.parameter(name)
        assert parameter is not None
        if parameter.many and draw(st.booleans()):
            body[name] = [body[name]] * 2
    if len(grant.verbs) > 1:
        names = [verb.name for verb in grant.verbs]
        body["access"] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    if grant.parameter("kms_key") and draw(st.booleans()):
        body["kms_key"] = draw(st.sampled_from([KEY, [KEY, KEY_ARN], [KEY, KEY_ARN.replace("eu-west-1", "us-east-1")]]))
    return grant, body


class TestEveryStatement:
    @given(requests())
    def test_is_canonical(self, request: tuple[Grant, dict[str, Json]]) -> None:
        grant, body = request
        for statement in statements(grant, body):
            assert statement.effect == "Allow"
            assert statement.source == grant.name
            assert statement.origins == ()
            assert statement.actions == tuple(sorted(set(statement.actions)))
            assert statement.actions
            assert statement.resources == tuple(sorted(set(statement.resources)))
            assert statement.resources
            assert statement.conditions == tuple(sorted(set(statement.conditions)))
            assert all(c.values == tuple(sorted(set(c.values))) and c.values for c in statement.conditions)
            assert not any("*" in action or "?" in action for action in statement.actions)
            assert not any("{" in text for text in statement.resources)

    @given(requests())
    def test_stands_for_resources_and_conditions_of_its_own(self, request: tuple[Grant, dict[str, Json]]) -> None:
        grant, body = request
        scopes = [(statement.resources, statement.conditions) for statement in statements(grant, body)]
        assert len(scopes) == len(set(scopes))

    @given(requests(), st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_writing(self, request: tuple[Grant, dict[str, Json]], random: Any) -> None:
        grant, body = request
        mixed = {name: list(reversed(value)) if isinstance(value, list) else value for name, value in body.items()}
        keys = list(mixed)
        random.shuffle(keys)
        assert statements(grant, {name: mixed[name] for name in keys}) == statements(grant, body)

    @given(requests())
    def test_of_several_verbs_is_that_of_each(self, request: tuple[Grant, dict[str, Json]]) -> None:
        grant, body = request
        if "access" in body:
            together = pairs(statements(grant, body))
            apart = set().union(*(pairs(statements(grant, {**body, "access": verb})) for verb in body["access"]))
            assert together == apart


def pairs(found: Any) -> set[Any]:
    """What statements allow, one action on one resource at a time."""
    return {
        (action, resource, statement.conditions)
        for statement in found
        for action in statement.actions
        for resource in statement.resources
    }


class TestMerging:
    def test_statements_on_the_same_resources_are_one(self) -> None:
        found = statements(load_grant("s3"), {"bucket": "shop", "access": ["put", "delete", "get"]})
        assert len(found) == 1
        assert "s3:DeleteObject" in found[0].actions
        assert "s3:GetObject" in found[0].actions

    def test_two_parameters_may_name_the_same_resource(self) -> None:
        found = statements(load_grant("ssm"), {"parameter": "/a", "path": "/a", "access": "read"})
        assert [(len(statement.actions), len(statement.resources)) for statement in found] == [(4, 2)]

    def test_conditions_keep_statements_apart(self) -> None:
        found = statements(load_grant("s3"), {"bucket": "shop", "prefix": "a/", "object": "b", "access": "list"})
        assert [statement.conditions for statement in found] == [
            (),
            (Condition("StringLike", "s3:prefix", ("a/*",)),),
            (Condition("StringEquals", "s3:prefix", ("b",)),),
        ]


class TestKeys:
    arguments: dict[str, tuple[str, ...]] = {"queue": (QUEUE,)}  # noqa: RUF012

    def test_a_key_serves_every_verb_that_needs_it(self) -> None:
        found = expand(load_grant("sqs"), ("send", "consume"), self.arguments, (KEY_ARN,), STACK)
        assert found[-1].actions == ("kms:Decrypt", "kms:GenerateDataKey")
        assert found[-1].resources == (KEY_ARN,)
        assert found[-1].conditions == (Condition("StringEquals", "kms:ViaService", ("sqs.eu-west-1.amazonaws.com",)),)

    def test_keys_of_two_regions_are_used_in_each(self) -> None:
        other = KEY_ARN.replace("eu-west-1", "us-east-1")
        found = expand(load_grant("sqs"), ("consume",), self.arguments, (other, KEY_ARN), STACK)
        assert [(statement.resources, statement.conditions[0].values) for statement in found[1:]] == [
            ((KEY_ARN,), ("sqs.eu-west-1.amazonaws.com",)),
            ((other,), ("sqs.us-east-1.amazonaws.com",)),
        ]

    def test_a_key_that_only_terraform_knows_is_in_the_permissions_region(self) -> None:
        key = reference("aws_kms_key.a.arn")
        found = expand(load_grant("sqs"), ("consume",), self.arguments, (key,), STACK)
        assert found[-1].resources == (key,)
        assert found[-1].conditions[0].values == ("sqs.eu-west-1.amazonaws.com",)

    def test_a_region_inside_of_a_key_that_only_terraform_knows(self) -> None:
        region = reference("var.region")
        key = f"arn:aws:kms:{region}:123456789012:key/{KEY}"
        found = expand(load_grant("sqs"), ("consume",), self.arguments, (key,), STACK)
        assert [display(value) for value in found[-1].conditions[0].values] == ["sqs.${var.region}.amazonaws.com"]

    def test_a_region_that_is_an_iam_variable(self) -> None:
        key = KEY_ARN.replace("eu-west-1", "${aws:RequestedRegion}")
        *_, use = expand(load_grant("s3"), ("get",), {"bucket": (BUCKET,)}, (key,), STACK)
        assert use.resources == (key,)
        assert use.conditions == (
            Condition("StringEquals", "kms:ViaService", ("s3.${aws:RequestedRegion}.amazonaws.com",)),
        )

    def test_a_partition_that_only_terraform_knows_keeps_the_service(self) -> None:
        module = Context(reference("var.partition"), reference("var.region"), "123456789012")
        found = expand(load_grant("sqs"), ("consume",), self.arguments, (reference("aws_kms_key.a.arn"),), module)
        assert [display(value) for value in found[-1].conditions[0].values] == [
            "sqs.${var.region}.amazonaws.com",
            "sqs.${var.region}.amazonaws.com.cn",
        ]

    def test_no_verb_no_key(self) -> None:
        found = expand(load_grant("sqs"), ("purge",), self.arguments, (KEY_ARN,), STACK)
        assert all(not action.startswith("kms:") for statement in found for action in statement.actions)


class TestPlans:
    def test_say_what_a_parameter_is_good_for(self) -> None:
        grant = load_grant("cloudwatch")
        arguments = {"namespace": ("Shop",)}
        assert plan(grant, ("put",), arguments).uses == {"namespace"}
        assert plan(grant, ("read",), arguments).uses == set()

    def test_say_whether_the_place_matters(self) -> None:
        assert plan(load_grant("sqs"), ("purge",), {"queue": (QUEUE,)}).uses == {"queue", "account", "region"}
        assert plan(load_grant("s3"), ("get",), {"bucket": (BUCKET,)}).uses == {"bucket", "kms_key"}
        assert plan(load_grant("ecr"), ("login",), {"repository": ("x",)}).uses == set()
        alarms = plan(load_grant("cloudwatch"), ("set_alarm",), {})
        assert alarms.uses == {"account", "region"}

    def test_say_which_verbs_allow_nothing(self) -> None:
        arguments = {"public": ("/aws/service/x",)}
        assert plan(load_grant("ssm"), ("read", "write"), arguments).idle == ("write",)
        assert plan(load_grant("ssm"), ("read", "list"), arguments).idle == ()

    def test_are_made_once(self) -> None:
        grant = load_grant("s3")
        assert plan(grant, ("get",), {"bucket": ("a",)}) is plan(grant, ("get",), {"bucket": ("b",)})

    @pytest.mark.parametrize("grant", GRANTS, ids=lambda grant: grant.name)
    def test_some_verb_has_a_use_for_every_parameter(self, grant: Grant) -> None:
        every = tuple(verb.name for verb in grant.verbs)
        used: set[str] = set()
        for body in bodies(grant):
            used |= plan(grant, every, {name: (value,) for name, value in body.items()}).uses
        assert {parameter.name for parameter in grant.parameters} - {"access"} == used

    def test_an_unknown_verb_is_a_key_error(self) -> None:
        with pytest.raises(KeyError):
            plan(load_grant("s3"), ("reed",), {})

    def test_a_percent_sign_is_only_that(self) -> None:
        assert parse_text("{a}%{b}").form == "%s%%%s"


class TestTheFormat:
    """What the format offers and few grants need yet."""

    def grant(self, **parts: Json) -> Grant:
        data = {
            "title": "T",
            "summary": "s",
            "service": "states",
            "version": 1,
            "sources": ["x"],
            "examples": [{"doc": "d", "permission": {"t": None}}],
        }
        return parse_grant("t", {**data, **parts})

    def text(self, **more: Json) -> Json:
        return {"kind": "text", "doc": "d.", "pattern": ".*", "pattern_help": "x", "example": "x", **more}

    def test_one_value_of_a_choice_decides(self) -> None:
        grant = self.grant(
            parameters={"mode": {"kind": "choice", "doc": "d.", "choices": {"a": "x", "b": "y"}}},
            verbs={
                "use": {
                    "doc": "d",
                    "statements": [
                        {"on": "*", "actions": ["ListActivities"]},
                        {"on": "*", "actions": ["ListStateMachines"], "given": "mode=a"},
                        {"on": "*", "actions": ["ValidateStateMachineDefinition"], "not_given": ["mode=a", "mode=b"]},
                    ],
                }
            },
        )

        def actions(*mode: str) -> tuple[str, ...]:
            ((statement,)) = expand(grant, ("use",), {"mode": mode}, (), STACK)
            return statement.actions

        assert actions("a") == ("states:ListActivities", "states:ListStateMachines")
        assert actions("b") == ("states:ListActivities",)
        assert actions() == ("states:ListActivities", "states:ValidateStateMachineDefinition")
        assert plan(grant, ("use",), {"mode": ("a",)}).uses == {"mode"}

    def test_parts_of_an_arn_stay_together(self) -> None:
        grant = self.grant(
            parameters={
                "machine": {
                    "kind": "resource",
                    "doc": "d.",
                    "noun": "machine",
                    "many": True,
                    "required": True,
                    "arn": "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
                    "name_pattern": "[a-z]+",
                    "name_help": "x",
                    "terraform": [],
                    "example": "m",
                }
            },
            resources={
                "runs": "arn:{machine.partition}:states:{machine.region}:{machine.account}:execution:{machine.name}:*"
            },
            verbs={"stop": {"doc": "d", "statements": [{"on": "runs", "actions": ["StopExecution"]}]}},
        )
        machines = tuple(f"arn:aws:states:{place}:stateMachine:{name}" for place, name in (("a:1", "x"), ("b:2", "y")))
        ((statement,)) = expand(grant, ("stop",), {"machine": machines}, (), STACK)
        assert statement.resources == ("arn:aws:states:a:1:execution:x:*", "arn:aws:states:b:2:execution:y:*")

    def test_several_values_give_every_combination(self) -> None:
        grant = self.grant(
            parameters={"id": self.text(many=True, required=True), "user": self.text(many=True, required=True)},
            resources={"user": "arn:{partition}:rds-db:{region}:{account}:dbuser:{id}/{user}"},
            verbs={"connect": {"doc": "d", "statements": [{"on": "user", "actions": ["rds-db:connect"]}]}},
        )
        ((statement,)) = expand(grant, ("connect",), {"id": ("b", "a"), "user": ("u", "v")}, (), STACK)
        assert statement.actions == ("rds-db:connect",)
        assert [resource.rpartition(":")[2] for resource in statement.resources] == ["a/u", "a/v", "b/u", "b/v"]

    def test_a_resource_that_is_not_named_is_spoken_of_by_no_statement(self) -> None:
        grant = self.grant(
            parameters={"id": self.text()},
            resources={"thing": "arn:{partition}:states:{region}:{account}:activity:{id}"},
            verbs={"use": {"doc": "d", "statements": [{"on": "thing", "actions": ["GetActivityTask"]}]}},
        )
        assert expand(grant, ("use",), {}, (), STACK) == ()
        assert plan(grant, ("use",), {}).idle == ("use",)
