"""What the catalogue emits is held against AWS's service data: nothing that cannot work, nothing wider than needed.

The service data is not the whole truth; ``EXCEPTIONS`` lists where the catalogue knows better, each with its source.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from compiler.aws.matching import action_matches, can_be
from compiler.aws.service_data import Action, find_action, key_applies, resource_types_of, service_exists
from compiler.aws.statement import Condition
from compiler.catalog import Grant, Kind, expand, grant_names, load_grant
from tests.unit.catalog.asking import KEY, STACK, bodies, example, statements

if TYPE_CHECKING:
    from compiler.aws.statement import Statement

# Actions that stand on `*` although the service data gives them resource types.
EXCEPTIONS = {
    "cloudwatch:DescribeAlarms": "CloudWatch API Reference, DescribeAlarms: composite alarms need a scope of `*`",
    "cloudwatch:GetMetricData": "CloudWatch User Guide, condition keys: metrics have no ARN; `dataset` is for OTLP",
    "cloudwatch:ListMetrics": "CloudWatch User Guide, condition keys: metrics have no ARN; `dataset` is for OTLP",
    "ecs:ListTasks": "Amazon ECS Developer Guide, policy examples: on `*`, with `ecs:cluster`",
    "logs:GetQueryResults": "CloudWatch Logs permissions reference: a query is named by its id, not by a log group",
    "ssm:UpdateInstanceInformation": "Systems Manager User Guide, custom role for Session Manager: on `*`",
    "comprehend:DetectEntities": "Comprehend Developer Guide, policy examples: without an endpoint of one's own on `*`",
    "polly:StartSpeechSynthesisStream": "Polly Developer Guide, policy examples: without a lexicon on `*`",
    "polly:StartSpeechSynthesisTask": "Polly Developer Guide, policy examples: without a lexicon on `*`",
    "polly:SynthesizeSpeech": "Polly Developer Guide, policy examples: without a lexicon on `*`",
    "rekognition:DetectModerationLabels": "Rekognition Developer Guide, policy examples: without an adapter on `*`",
    "translate:TranslateDocument": "Translate Developer Guide, policy examples: without a terminology on `*`",
    "translate:TranslateText": "Translate Developer Guide, policy examples: without a terminology on `*`",
    "ssm:DescribeAssociation": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
    "ssm:DescribeDocument": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
    "ssm:GetDocument": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
    "ssm:ListInstanceAssociations": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
    "ssm:PutComplianceItems": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
    "ssm:UpdateAssociationStatus": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
    "ssm:UpdateInstanceAssociationStatus": "AmazonSSMManagedEC2InstanceDefaultPolicy: on `*`",
}
# Actions of the access level "Permissions management" that an application needs all the same.
PERMISSIONS = {
    "kms:CreateGrant": "Amazon EBS needs it for encrypted volumes; kms:GrantIsForAWSResource limits it to AWS services",
    "rds-db:connect": "AWS's name for logging in to a database",
}
# ARNs without anything in them that the user named: what limits the statement is its condition or the kind itself.
UNNAMED = {
    "arn:aws:kms:eu-west-1:123456789012:key/*": "the keys of an alias, which the condition names",
    "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*": "all alarms, when none is named",
    "arn:aws:cassandra:eu-west-1:123456789012:/keyspace/system*": "Keyspaces Developer Guide: drivers read them",
    "arn:aws:kafka:eu-west-1:123456789012:group/*/4b7a6c1e-5d2f-4e3a-9b8c-7d6e5f4a3b2c-5/*": "the UUID of the cluster",
    "arn:aws:kafka:eu-west-1:123456789012:topic/*/4b7a6c1e-5d2f-4e3a-9b8c-7d6e5f4a3b2c-5/*": "the UUID of the cluster",
    "arn:aws:kafka:eu-west-1:123456789012:transactional-id/*/4b7a6c1e-5d2f-4e3a-9b8c-7d6e5f4a3b2c-5/*": "its UUID",
    "arn:aws:ses:eu-west-1:123456789012:template/*": "all templates, when none is named",
    "arn:aws:route53:::change/*": "Route 53 API Reference, GetChange: changes get their IDs when they are made",
    "arn:aws:route53:::healthcheck/*": "Cloud Map Developer Guide: checks get their IDs when they are made",
    "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/*": "any namespace, when none is named",
    "arn:aws:geo-maps:eu-west-1::provider/default": "Amazon Location Service: AWS provides the maps",
    "arn:aws:geo-places:eu-west-1::provider/default": "Amazon Location Service: AWS provides the places",
    "arn:aws:geo-routes:eu-west-1::provider/default": "Amazon Location Service: AWS provides the routes",
    "arn:aws:health:*::event/*/*/*": "events of every service, when none is named",
    "arn:aws:ec2:eu-west-1:123456789012:network-interface/*": "AssociateAddress: the address is named",
    "arn:aws:ec2:eu-west-1::snapshot/*": "CreateSnapshot: snapshots get their IDs then; the volume is named",
    "arn:aws:batch:eu-west-1:123456789012:job/*": "AWS Batch: jobs get their IDs when they are submitted",
    "arn:aws:fsx:eu-west-1:123456789012:backup/*": "CreateBackup: backups get their IDs then; the file system is named",
    "arn:aws:fsx:eu-west-1:123456789012:task/*": "CreateDataRepositoryTask: tasks get their IDs then",
    "arn:aws:codedeploy:eu-west-1:123456789012:deploymentconfig:CodeDeployDefault.*": "CodeDeploy's own",
    "arn:aws:glue:eu-west-1:123456789012:catalog": "the Data Catalog, of which an account has one for each region",
    "arn:aws:glue:eu-west-1:123456789012:database/default": "Athena User Guide: Athena looks at the database `default`",
    "arn:aws:athena:eu-west-1:123456789012:datacatalog/AwsDataCatalog": "Athena's name for the Glue Data Catalog",
    "arn:aws:transcribe:eu-west-1:123456789012:transcription-job/*": "all jobs, when none is named",
    "arn:aws:quicksight:eu-west-1:123456789012:namespace/default": "the namespace that every account has",
    "arn:aws:ssm:eu-west-1:123456789012:automation-execution/*": "automations get their IDs at their start",
    "arn:aws:ssm:eu-west-1:123456789012:session/*": "sessions get their IDs at their start",
    "arn:aws:ssm:eu-west-1:123456789012:document/SSM-SessionManagerRunShell": "the account's own document for shells",
    "arn:aws:ec2:eu-west-1:123456789012:instance/*": "the instances that the condition names by a tag",
    "arn:aws:s3:::amazon-ssm-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::amazon-ssm-packages-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::aws-ssm-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::aws-ssm-distributor-file-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::aws-ssm-document-attachments-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::aws-windows-downloads-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::patch-baseline-snapshot-eu-west-1/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::eu-west-1-birdwatcher-prod/*": "Systems Manager User Guide: buckets of AWS",
    "arn:aws:s3:::aws-codedeploy-eu-west-1/*": "CodeDeploy User Guide: the agent of AWS for the region",
    "arn:aws:s3:::elasticbeanstalk-eu-west-1-123456789012": "the bucket of Elastic Beanstalk",
    "arn:aws:s3:::elasticbeanstalk-eu-west-1-123456789012/*": "the bucket of Elastic Beanstalk",
    "arn:aws:s3:::elasticbeanstalk-eu-west-1-123456789012/resources/environments/logs/*": "logs in that bucket",
    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/elasticbeanstalk/*": "the logs of Elastic Beanstalk",
    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/elasticbeanstalk/*:log-stream:*": "streams of these",
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
                assert "Permissions management" not in action.access_level or action.full_name in PERMISSIONS, verb
                if action.full_name == "kms:CreateGrant":
                    assert Condition("Bool", "kms:GrantIsForAWSResource", ("true",)) in statement.conditions, verb


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
                # A database user's ARN goes on behind the database, which is what people name.
                candidates = (arn, f"{arn}/user") if service == "rds-db" else (arn,)
                kinds = resource_types_of(service).values()
                assert any(can_be(candidate, kind) for candidate in candidates for kind in kinds), arn


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
        names_keys = any(parameter.grant == "kms" for parameter in grant.parameters if not parameter.implicit)
        assert bool(through) == uses_keys or names_keys
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
