"""SG506 and SG507: statements and conditions that can never apply; the two policies of the AWS OpsWorks page."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.checks import dead_condition, dead_statement, run_checks
from compiler.diagnostics import Severity

FIRST = """{
    "Effect": "Allow",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:region::DOC-EXAMPLE-BUCKET/*"
}"""
SECOND = """{
    "Effect": "Allow",
    "Action": ["ec2:*", "s3:*", "opsworks:*", "iam:PassRole"],
    "Resource": "arn:aws:ec2:region:account_id:instance/*",
    "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
}"""
BUCKET = "arn:aws:s3:::shop"
ASSUMED_BY_ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "sts:AssumeRole",
}


class TestThePublishedPolicies:
    def test_first(self) -> None:
        finding = build.only(run_checks, build.spec(FIRST), dead_statement.DEAD_STATEMENT)
        assert finding.message == "this statement can never allow anything"
        assert finding.span is not None
        assert finding.span.text == "arn:aws:s3:region::DOC-EXAMPLE-BUCKET/*"
        assert finding.label == "no resource has such an ARN"
        assert "the ARN of an Amazon S3 object has neither region nor account" in finding.notes[0]
        assert finding.help == (
            "write `arn:aws:s3:::DOC-EXAMPLE-BUCKET/*`",
            "actions on the bucket itself, such as `s3:ListBucket`, need `arn:aws:s3:::DOC-EXAMPLE-BUCKET` as well",
        )

    def test_second(self) -> None:
        finding = build.only(run_checks, build.spec(SECOND), dead_statement.DEAD_STATEMENT)
        instances = "arn:aws:ec2:eu-west-1:123456789012:instance/*"
        assert finding.notes == (
            "`arn:aws:ec2:region:account_id:instance/*` is malformed: `region` is not a region; "
            "`account_id` is not an account id (12 digits)",
            f"`s3:*`, `opsworks:*` and `iam:PassRole` work on other resources than `{instances}`",
            "only requests for `iam:PassRole` carry `iam:PassedToService`, so the condition is never met for `ec2:*`",
        )
        advice = "\n".join(finding.help)
        assert f"write `{instances}`" in advice
        assert "one statement for each service" in advice
        assert "`iam:PassRole` needs `arn:aws:iam::123456789012:role/<RoleNameWithPath>`" in advice
        assert "`s3:*` needs `arn:aws:s3:::<BucketName>`" in advice
        assert "a statement that has only `iam:PassRole`" in advice
        assert [label.span.text for label in finding.secondary] == ["iam:PassedToService"]

    def test_put_right_they_are_sound(self) -> None:
        tree = build.spec(
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::DOC-EXAMPLE-BUCKET"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::DOC-EXAMPLE-BUCKET/*"},
            {"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:eu-west-1:123456789012:instance/*"},
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::123456789012:role/web",
                "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
            },
        )
        # What is left is that all actions of a service are more than an application needs.
        assert [item.message for item in run_checks(tree) if not item.code.id.startswith("SG6")] == []


class TestDeadStatement:
    def test_one_action_on_the_wrong_kind(self) -> None:
        tree = build.spec({"Action": "s3:GetObject", "Resource": BUCKET})
        finding = build.only(run_checks, tree, dead_statement.DEAD_STATEMENT)
        assert finding.label == "no action of the statement works on this"
        assert finding.notes == (f"`s3:GetObject` works on other resources than `{BUCKET}`",)
        assert finding.help == (f"`s3:GetObject` needs `{BUCKET}/*`",)

    def test_deny_never_denies(self) -> None:
        tree = build.spec(
            {"Effect": "Deny", "Action": "ec2:DescribeInstances", "Resource": "arn:aws:ec2:*:*:instance/*"}
        )
        finding = build.only(run_checks, tree, dead_statement.DEAD_STATEMENT)
        assert finding.message == "this statement never denies anything"
        assert finding.notes == ("`ec2:DescribeInstances` cannot be limited to a resource",)
        assert finding.help == ("`ec2:DescribeInstances` needs `*`",)

    def test_only_the_condition_is_at_fault(self) -> None:
        condition = {"StringEquals": {"s3:prefix": "a"}}
        tree = build.spec({"Action": "s3:GetObject", "Resource": f"{BUCKET}/*", "Condition": condition})
        finding = build.only(run_checks, tree, dead_statement.DEAD_STATEMENT)
        assert finding.span is not None
        assert finding.span.text == "s3:prefix"
        assert finding.label == "no request meets this condition"

    def test_conditions_that_exclude_each_other(self) -> None:
        condition = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}, "StringLike": {"s3:prefix": "a"}}
        tree = build.spec({"Action": ["s3:ListBucket", "iam:PassRole"], "Resource": "*", "Condition": condition})
        finding = build.only(run_checks, tree, dead_statement.DEAD_STATEMENT)
        assert len(finding.notes) == 2

    def test_a_grant_of_the_catalogue(self) -> None:
        statement = build.statement({"Action": "s3:GetObject", "Resource": BUCKET}, build.origin("s3"), source="s3")
        tree = build.program(build.stack([build.policy(statements=(statement,))]))
        assert build.only(dead_statement.check, tree).message == "a statement of grant `s3` can never allow anything"

    def test_what_only_the_data_says_is_a_warning(self) -> None:
        channel = {"Action": "ssmmessages:OpenDataChannel", "Resource": "arn:aws:ssm:*:*:session/*"}
        finding = build.only(run_checks, build.spec(channel), dead_statement.DEAD_STATEMENT)
        assert finding.level is Severity.WARNING
        assert "which has gaps here" in build.words(finding)

    def test_a_username_is_never_there_for_an_instance(self) -> None:
        statement = {
            "Action": "s3:GetObject",
            "Resource": f"{BUCKET}/*",
            "Condition": {"StringEquals": {"aws:username": "joe"}},
        }
        finding = build.only(run_checks, build.spec(statement), dead_statement.DEAD_STATEMENT)
        assert "no request that an EC2 instance makes with its role carries `aws:username`" in finding.notes
        assert finding.help == ("leave the condition on `aws:username` out",)
        others = build.role(trust=build.trust(ASSUMED_BY_ROOT), profile=None)
        assert list(run_checks(build.program(build.stack([build.policy(statement)], [others])))) == []
        unattached = build.program(build.stack([build.policy(statement)]))
        assert list(run_checks(unattached)) == []

    @pytest.mark.parametrize("value", ["true", "false"])
    def test_what_aws_leaves_open_about_mfa(self, value: str) -> None:
        condition = {"Bool": {"aws:MultiFactorAuthPresent": value}}
        tree = build.spec({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition})
        assert len(list(dead_condition.check(tree))) + len(list(dead_statement.check(tree))) == (value == "true")

    @pytest.mark.parametrize(
        "statement",
        [
            {"Action": "s3:GetObject", "Resource": "<<aws_s3_bucket.a.arn>>"},
            {"Action": "s3:*", "Resource": "arn:aws-cn:s3:::x"},  # another rule speaks of the partition
            {"Action": "s3:GetObjct", "Resource": BUCKET},  # another rule speaks of the action
            {
                "Action": "*",
                "Resource": BUCKET,
                "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
            },
            {"NotAction": "s3:*", "Resource": BUCKET},
            {"Action": "sqs:SendMessage", "NotResource": BUCKET},
        ],
    )
    def test_not_said_of(self, statement: dict[str, Any]) -> None:
        assert list(dead_statement.check(build.spec(statement))) == []


class TestDeadCondition:
    def with_condition(self, operator: str, key: str, value: str = "a", **more: Any) -> Any:
        statement = {
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
            "Resource": BUCKET,
            "Condition": {operator: {key: value}},
        }
        return build.spec(statement | more)

    def test_the_key_of_one_of_two_actions(self) -> None:
        finding = build.only(run_checks, self.with_condition("StringLike", "s3:prefix"), dead_condition.DEAD_CONDITION)
        assert finding.span is not None
        assert finding.span.text == "s3:prefix"
        assert finding.message == "requests for `s3:GetBucketLocation` never carry `s3:prefix`"
        assert [label.span.text for label in finding.secondary] == ["s3:GetBucketLocation"]
        assert finding.notes == ("only requests for `s3:ListBucket` carry it",)

    @pytest.mark.parametrize(
        ("operator", "value"),
        [
            ("StringLikeIfExists", "a"),
            ("StringNotLike", "a"),
            ("ForAllValues:StringLike", "a"),
            ("Null", "true"),
        ],
    )
    def test_operators_that_hold_without_the_key(self, operator: str, value: str) -> None:
        assert list(dead_condition.check(self.with_condition(operator, "s3:prefix", value))) == []

    @pytest.mark.parametrize(("operator", "value"), [("Null", "false"), ("ForAnyValue:StringNotLike", "a")])
    def test_operators_that_need_the_key(self, operator: str, value: str) -> None:
        tree = self.with_condition(operator, "s3:prefix", value)
        assert build.only(dead_condition.check, tree).level is Severity.ERROR

    @pytest.mark.parametrize(
        "key",
        [
            "aws:SourceVpce",
            "aws:PrincipalTag/team",
            "AWS:requestedregion",
            "ec2:SourceInstanceArn",
            "saml:aud",
            "cognito-identity.amazonaws.com:sub",
            "token.actions.githubusercontent.com:sub",
            "s3:ResourceAccount",
        ],
    )
    def test_keys_that_every_request_may_carry(self, key: str) -> None:
        assert list(dead_condition.check(self.with_condition("StringEquals", key))) == []

    @pytest.mark.parametrize(
        ("key", "meant"),
        [
            ("s3:prefx", "s3:prefix"),
            ("aws:SourceVpcc", "aws:SourceVpc"),
            ("SourceIp", "aws:SourceIp"),
            ("sr3:prefix", "s3:prefix"),
        ],
    )
    def test_slips_under_a_negated_operator(self, key: str, meant: str) -> None:
        finding = build.only(run_checks, self.with_condition("StringNotEquals", key), dead_condition.DEAD_CONDITION)
        assert finding.message == f"condition key `{key}` does not exist"
        assert finding.help[0].startswith("did you mean `")
        if key != "sr3:prefix":
            assert finding.help == (f"did you mean `{meant}`?",)

    def test_a_slip_in_a_needed_key_kills_the_statement(self) -> None:
        tree = self.with_condition("StringEquals", "s3:prefx")
        finding = build.only(run_checks, tree, dead_statement.DEAD_STATEMENT)
        assert finding.notes == ("`s3:prefx` is not a condition key of Amazon S3",)
        assert finding.help == ("did you mean `s3:prefix`?",)

    @pytest.mark.parametrize("key", ["s3:SomethingBrandNew", "aws:Zzzzqqqq", "zzzzqqqq:Key"])
    def test_a_key_that_may_be_new_is_a_warning(self, key: str) -> None:
        finding = build.only(run_checks, self.with_condition("StringEquals", key))
        assert (finding.code.id, finding.level, finding.help) == ("SG507", Severity.WARNING, ())

    def test_a_key_without_a_prefix_and_nothing_near(self) -> None:
        finding = build.only(run_checks, self.with_condition("StringEquals", "zzzzqqqq"), dead_statement.DEAD_STATEMENT)
        assert finding.notes == ("a condition key is `prefix:name`",)
        assert finding.help == ()

    def test_conditions_that_no_action_meets_at_once(self) -> None:
        condition = {
            "StringLike": {"s3:prefix": "a"},
            "StringEquals": {"s3:signatureversion": "x", "s3:x-amz-acl": "private"},
        }
        tree = self.with_condition("StringLike", "s3:prefix", Action="s3:*", Resource="*", Condition=condition)
        finding = build.only(run_checks, tree, dead_statement.DEAD_STATEMENT)
        assert finding.notes == ("no request meets all of its conditions at once",)

    def test_tag_keys_are_never_certain(self) -> None:
        statement = {
            "Action": ["ec2:StartInstances", "ec2:DescribeInstances"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}},
        }
        finding = build.only(run_checks, build.spec(statement), dead_condition.DEAD_CONDITION)
        assert finding.level is Severity.WARNING
        assert "`ec2:DescribeInstances`" in finding.message

    def test_wildcards_are_partial(self) -> None:
        assert list(run_checks(self.with_condition("StringLike", "s3:prefix", Action="s3:*", Resource=BUCKET))) == []

    def test_never_under_not_action(self) -> None:
        statement = {"NotAction": "iam:*", "Resource": "*", "Condition": {"StringEquals": {"aws:username": "joe"}}}
        finding = build.only(dead_condition.check, build.spec(statement), dead_condition.DEAD_CONDITION)
        assert finding.message == "no request that an EC2 instance makes with its role carries `aws:username`"

    def test_deny(self) -> None:
        tree = self.with_condition("StringLike", "s3:prefix", Effect="Deny")
        assert build.only(run_checks, tree).secondary[0].text == "never denied here"
