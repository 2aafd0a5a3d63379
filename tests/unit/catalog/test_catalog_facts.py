"""What the catalogue emits is held against AWS's service data: nothing that cannot work, nothing wider than needed.

The service data is not the whole truth; ``EXCEPTIONS`` lists where the catalogue knows better, each with its source.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from compiler.aws.matching import action_matches, can_be
from compiler.aws.service_data import Action, find_action, key_applies, resource_types_of, service_exists
from compiler.catalog import Grant, Kind, expand, grant_names, load_grant
from tests.unit.catalog.asking import KEY, STACK, bodies, example, statements

if TYPE_CHECKING:
    from compiler.aws.statement import Statement

# Actions that stand on `*` although the service data gives them resource types.
EXCEPTIONS = {
    "cloudwatch:DescribeAlarms": "CloudWatch API Reference, DescribeAlarms: composite alarms need a scope of `*`",
    "cloudwatch:GetMetricData": "CloudWatch User Guide, condition keys: metrics have no ARN; `dataset` is for OTLP",
    "cloudwatch:ListMetrics": "CloudWatch User Guide, condition keys: metrics have no ARN; `dataset` is for OTLP",
    "logs:GetQueryResults": "CloudWatch Logs permissions reference: a query is named by its id, not by a log group",
    "ssm:UpdateInstanceInformation": "Systems Manager User Guide, custom role for Session Manager: on `*`",
}
# ARNs without anything in them that the user named: what limits the statement is its condition or the kind itself.
UNNAMED = {
    "arn:aws:kms:eu-west-1:123456789012:key/*": "the keys of an alias, which the condition names",
    "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*": "all alarms, when none is named",
}

every_grant = pytest.mark.parametrize(
    "grant", [load_grant(name) for name in grant_names()], ids=lambda grant: grant.name
)


@cache
def everything(grant: Grant) -> tuple[tuple[str, Statement], ...]:
    """Each verb's statements for each combination of parameters, with the key of the resource."""
    found = []
    for verb in grant.verbs:
        for body in bodies(grant):
            access = {"access": verb.name} if len(grant.verbs) > 1 else {}
            key = {"kms_key": KEY} if grant.parameter("kms_key") else {}
            found += [(verb.name, statement) for statement in statements(grant, {**body, **access, **key})]
    return tuple(dict.fromkeys(found))


def actions_of(statement: Statement) -> list[Action]:
    found = [find_action(name) for name in statement.actions]
    return [action for action in found if action is not None]


@every_grant
class TestActions:
    def test_exist_and_are_spelt_as_aws_spells_them(self, grant: Grant) -> None:
        for _, statement in everything(grant):
            assert [action.full_name for action in actions_of(statement)] == list(statement.actions)

    def test_match_an_arn_of_their_statement(self, grant: Grant) -> None:
        for verb, statement in everything(grant):
            for action in actions_of(statement):
                assert any(action_matches(action, arn) for arn in statement.resources), (verb, action.full_name)

    def test_stand_on_every_resource_only_when_they_have_no_type(self, grant: Grant) -> None:
        for verb, statement in everything(grant):
            for action in actions_of(statement):
                if action.full_name not in EXCEPTIONS:
                    assert (statement.resources == ("*",)) == (not action.resource_types), (verb, action.full_name)

    def test_give_no_one_more_than_the_application_needs(self, grant: Grant) -> None:
        for verb, statement in everything(grant):
            for action in actions_of(statement):
                assert "Permissions management" not in action.access_level, (verb, action.full_name)


@every_grant
class TestResources:
    def test_are_matched_by_an_action(self, grant: Grant) -> None:
        for verb, statement in everything(grant):
            for arn in statement.resources:
                assert any(action_matches(action, arn) for action in actions_of(statement)), (verb, arn)

    def test_carry_what_the_user_named(self, grant: Grant) -> None:
        names = [example(parameter).lstrip("/") for parameter in grant.parameters if parameter.kind is not Kind.FLAG]
        for verb, statement in everything(grant):
            for arn in statement.resources:
                if arn != "*" and arn not in UNNAMED:
                    assert any(name in arn for name in names), (verb, arn)

    def test_every_resource_stands_alone(self, grant: Grant) -> None:
        for _, statement in everything(grant):
            assert "*" not in statement.resources or len(statement.resources) == 1

    def test_shapes_are_a_type_of_the_service(self, grant: Grant) -> None:
        for parameter in grant.parameters:
            if parameter.shape:
                service = parameter.shape.arn.split(":")[2]
                arn = parameter.shape.arn.format(
                    partition="aws", region="eu-west-1", account="123456789012", name=parameter.example.lstrip("/")
                )
                assert any(can_be(arn, kind) for kind in resource_types_of(service).values()), arn


@every_grant
class TestConditions:
    def test_keys_apply_to_every_action(self, grant: Grant) -> None:
        for verb, statement in everything(grant):
            for condition in statement.conditions:
                for action in actions_of(statement):
                    assert key_applies(condition.key, action), (verb, condition.key, action.full_name)

    def test_keys_of_others_are_used_through_a_service(self, grant: Grant) -> None:
        for verb in grant.verbs:
            for use in verb.kms:
                assert service_exists(use.via)
        uses_keys = any(verb.kms for verb in grant.verbs)
        through = [s for _, s in everything(grant) if any(c.key == "kms:ViaService" for c in s.conditions)]
        assert bool(through) == uses_keys
        for statement in through:
            assert all(action.startswith("kms:") for action in statement.actions)


def test_every_exception_is_still_needed() -> None:
    emitted = {
        action.full_name
        for name in grant_names()
        for _, statement in everything(load_grant(name))
        for action in actions_of(statement)
        if statement.resources == ("*",) and action.resource_types
    }
    assert emitted == set(EXCEPTIONS)


def test_every_unnamed_arn_is_still_needed() -> None:
    emitted = {
        arn for name in grant_names() for _, statement in everything(load_grant(name)) for arn in statement.resources
    }
    assert set(UNNAMED) <= emitted


def test_an_unknown_verb_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        expand(load_grant("s3"), ("reed",), {}, (), STACK)
