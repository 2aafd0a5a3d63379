"""SG501, SG502, SG504, SG505: actions that do not exist, and actions and resources that do not belong together."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.checks import unknown_action, unknown_service, unmatched_action, unmatched_resource
from compiler.diagnostics import Diagnostic, Severity

OBJECTS, BUCKET = "arn:aws:s3:::shop/*", "arn:aws:s3:::shop"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"


def allowing(actions: Any, resources: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def place(finding: Diagnostic) -> str:
    assert finding.span is not None
    return finding.span.text


class TestUnknownService:
    def test_a_slip(self) -> None:
        finding = build.only(unknown_service.check, build.spec(allowing("secretmanager:GetSecretValue")))
        assert (finding.code.id, finding.level, place(finding)) == (
            "SG501",
            Severity.ERROR,
            "secretmanager:GetSecretValue",
        )
        assert finding.help == ("did you mean `secretsmanager:GetSecretValue`?",)

    @pytest.mark.parametrize("action", [" s3:GetObject", "s3 :GetObject", "s_3:GetObject"])
    def test_characters_that_no_service_has(self, action: str) -> None:
        finding = build.only(unknown_service.check, build.spec(allowing(action)))
        assert (finding.level, finding.notes) == (Severity.ERROR, ())
        assert finding.help == ("did you mean `s3:GetObject`?",)

    @pytest.mark.parametrize(
        ("action", "meant"),
        [
            ("elbv2:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
            ("CloudWatch-Logs:PutLogEvents", "logs:PutLogEvents"),
            ("stepfunctions:StartExecution", "states:StartExecution"),
        ],
    )
    def test_names_that_people_know(self, action: str, meant: str) -> None:
        finding = build.only(unknown_service.check, build.spec(allowing(action)))
        assert finding.level is Severity.ERROR
        assert finding.help == (f"did you mean `{meant}`?",)

    def test_a_retired_or_new_service_is_a_warning(self) -> None:
        finding = build.only(unknown_service.check, build.spec(allowing("deeplens:ListModels")))
        assert finding.level is Severity.WARNING
        assert "the service data is release" in build.words(finding)

    def test_one_service_is_one_finding(self) -> None:
        tree = build.spec(allowing(["deeplens:A", "deeplens:B", "deeplens:C*"]))
        finding = build.only(unknown_service.check, tree)
        assert place(finding) == "deeplens:A"
        assert [label.span.text for label in finding.secondary] == ["deeplens:B", "deeplens:C*"]

    @pytest.mark.parametrize(("action", "words"), [("GetObject", "names no service"), ("s3:", "is cut off")])
    def test_no_service_or_no_action(self, action: str, words: str) -> None:
        finding = build.only(unknown_service.check, build.spec(allowing(action)))
        assert words in finding.message
        assert "`s3:GetObject`" in finding.expected

    @pytest.mark.parametrize("action", ["*", "**", "S3:getobject", "s3*:Get*", "ec?:Describe*", "ssmmessages:*"])
    def test_services_that_exist(self, action: str) -> None:
        assert list(unknown_service.check(build.spec(allowing(action)))) == []

    def test_no_service_matches_the_wildcard(self) -> None:
        assert "zzz*" in build.only(unknown_service.check, build.spec(allowing("zzz*:Get"))).message

    def test_not_action(self) -> None:
        tree = build.spec({"Effect": "Deny", "NotAction": ["s3:*", "sq:SendMessage"], "Resource": "*"})
        assert place(build.only(unknown_service.check, tree)) == "sq:SendMessage"


class TestUnknownAction:
    @pytest.mark.parametrize(
        ("action", "meant"),
        [
            ("s3:GetObjct", "s3:GetObject"),
            ("s3:GetObjects", "s3:GetObject"),
            ("dynamodb:getitems", "dynamodb:GetItem"),
            ("s3:Gett*", "s3:Get*"),
            ("s3:ListObjectsV2", "s3:ListBucket"),
            ("sqs:SendMessageBatch", "sqs:SendMessage"),
            ("logs:PutMetricData", "cloudwatch:PutMetricData"),
        ],
    )
    def test_certain(self, action: str, meant: str) -> None:
        finding = build.only(unknown_action.check, build.spec(allowing(action)))
        assert (finding.code.id, finding.level, place(finding)) == ("SG502", Severity.ERROR, action)
        assert finding.help == (f"did you mean `{meant}`?",)

    @pytest.mark.parametrize("action", ["payments:ListPaymentProfiles", "s3:FrobnicateThings", "s3:Frob*"])
    def test_what_may_be_newer_than_the_data(self, action: str) -> None:
        finding = build.only(unknown_action.check, build.spec(allowing(action)))
        assert finding.level is Severity.WARNING
        assert "the service data is release" in build.words(finding)

    def test_no_suggestion_that_matches_nothing_either(self) -> None:
        assert build.only(unknown_action.check, build.spec(allowing("lambda:Invoke*x"))).help == ()

    def test_a_version_of_an_action_may_be_new(self) -> None:
        finding = build.only(unknown_action.check, build.spec(allowing("s3:GetObjectV3")))
        assert finding.level is Severity.WARNING

    def test_an_operation_says_why(self) -> None:
        finding = build.only(unknown_action.check, build.spec(allowing("s3:HeadObject")))
        assert finding.notes == ("`HeadObject` is an API operation; what it needs is the permission `s3:GetObject`",)

    @pytest.mark.parametrize("action", ["*", "s3:*", "S3:GETOBJECT", "s3:Get?bject", "ec2:Describe*"])
    def test_actions_that_exist(self, action: str) -> None:
        assert list(unknown_action.check(build.spec(allowing(action)))) == []

    def test_what_is_unknown_is_reported_once(self) -> None:
        tree = build.spec(allowing("s3:GetObjct", OBJECTS))
        assert [code for check in (unknown_action, unmatched_action, unmatched_resource) for code in check.check(tree)]
        assert list(unmatched_resource.check(tree)) == []


class TestUnmatchedAction:
    def test_bucket_action_on_objects(self) -> None:
        finding = build.only(unmatched_action.check, build.spec(allowing(["s3:GetObject", "s3:ListBucket"], OBJECTS)))
        assert (finding.code.id, finding.level, place(finding)) == ("SG504", Severity.ERROR, "s3:ListBucket")
        assert finding.help == (f"add `{BUCKET}` to the resources",)
        assert "`arn:aws:s3:::<BucketName>`" in finding.expected

    def test_object_action_on_a_bucket(self) -> None:
        finding = build.only(unmatched_action.check, build.spec(allowing(["s3:ListBucket", "s3:GetObject"], BUCKET)))
        assert finding.help == (f"add `{OBJECTS}` to the resources",)

    def test_action_that_cannot_be_limited(self) -> None:
        resources = [QUEUE, "arn:aws:ec2:eu-west-1:123456789012:instance/*"]
        tree = build.spec(allowing(["sqs:SendMessage", "ec2:StartInstances", "ec2:DescribeInstances"], resources))
        finding = build.only(unmatched_action.check, tree)
        assert place(finding) == "ec2:DescribeInstances"
        assert finding.expected == "`*`"
        assert 'with `Resource: "*"`' in finding.help[0]
        assert finding.notes == ("AWS cannot limit it to a resource",)

    def test_what_only_the_data_says_is_a_warning(self) -> None:
        stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/s"
        tree = build.spec(allowing(["kinesis:PutRecord", "kinesis:UpdateShardCount"], stream))
        finding = build.only(unmatched_action.check, tree)
        assert finding.level is Severity.WARNING
        assert "which has gaps here" in build.words(finding)

    def test_another_service_is_certain_whatever_the_data(self) -> None:
        tree = build.spec(allowing(["sqs:SendMessage", "kinesis:PutRecord"], QUEUE))
        finding = build.only(unmatched_action.check, tree)
        assert (place(finding), finding.level) == ("kinesis:PutRecord", Severity.ERROR)

    @pytest.mark.parametrize(
        "statement",
        [
            allowing("s3:*", OBJECTS),
            allowing(["s3:Get*", "s3:List*"], BUCKET),
            allowing("*", BUCKET),
            allowing(["s3:GetObject", "s3:ListBucket"], [BUCKET, OBJECTS]),
            allowing(["s3:GetObject", "ec2:DescribeInstances"], [OBJECTS, "*"]),
            allowing(["s3:GetObject", "s3:ListBucket"], "<<aws_s3_bucket.a.arn>>"),
            allowing("ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/ami"),
            allowing("ssm:SendCommand", "arn:aws:ssm:*::document/AWS-RunShellScript"),
            allowing("s3:GetObject", "arn:aws:s3:::home/${aws:PrincipalTag/team}/*"),
            allowing("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:123456789012:table/carts/index/*"),
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": BUCKET},
            {"Effect": "Deny", "Action": ["s3:GetObject", "s3:ListBucket"], "NotResource": OBJECTS},
        ],
    )
    def test_good(self, statement: dict[str, Any]) -> None:
        tree = build.spec(statement)
        assert list(unmatched_action.check(tree)) == []
        assert list(unmatched_resource.check(tree)) == []

    def test_deny_says_denied(self) -> None:
        tree = build.spec(allowing(["s3:GetObject", "s3:ListBucket"], OBJECTS, Effect="Deny"))
        assert build.only(unmatched_action.check, tree).label == "never denied here"

    def test_an_action_for_a_malformed_arn_is_not_counted_twice(self) -> None:
        tree = build.spec(allowing(["s3:GetObject", "sqs:SendMessage"], [OBJECTS, "arn:aws:sqs:region:account_id:q"]))
        assert list(unmatched_action.check(tree)) == []


class TestUnmatchedResource:
    def test_bucket_without_an_action(self) -> None:
        finding = build.only(unmatched_resource.check, build.spec(allowing("s3:GetObject", [BUCKET, OBJECTS])))
        assert (finding.code.id, finding.level, place(finding)) == ("SG505", Severity.WARNING, BUCKET)
        assert finding.label == "a bucket of Amazon S3"
        assert "`s3:GetObject` works on `arn:aws:s3:::<BucketName>/<ObjectName>`" in build.words(finding)

    def test_what_can_be_several_kinds_is_not_named(self) -> None:
        tree = build.spec(allowing("sqs:SendMessage", [QUEUE, "arn:aws:dynamodb:eu-west-1:123456789012:*"]))
        assert build.only(unmatched_resource.check, tree).label == "means nothing here"
        tree = build.spec(allowing("sqs:SendMessage", [QUEUE, "arn:aws:s3:::"]))
        assert build.only(unmatched_resource.check, tree).label

    def test_two_causes_are_two_findings(self) -> None:
        key = "arn:aws:kms:eu-west-1:123456789012:key/1"
        tree = build.spec(allowing(["s3:GetObject", "sqs:SendMessage"], [OBJECTS, key]))
        assert place(build.only(unmatched_action.check, tree)) == "sqs:SendMessage"
        assert place(build.only(unmatched_resource.check, tree)) == key


def test_a_service_that_was_switched_off_is_said_to_be() -> None:
    finding = build.only(
        unknown_service.check, build.spec({"Effect": "Allow", "Action": "codestar:*", "Resource": "*"})
    )
    assert finding.message == "service `codestar` of action `codestar:*` was switched off by AWS on 2024-07-31"
    assert finding.help == ()
    assert finding.level is Severity.WARNING


def test_no_action_has_the_characters_of_a_variable() -> None:
    body = {"Effect": "Allow", "Action": "s3:${aws:PrincipalTag/action}", "Resource": "*"}
    assert build.only(unknown_action.check, build.spec(body)).level is Severity.ERROR
