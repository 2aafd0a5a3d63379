"""SG510, SG511: who may assume a role, and which services there are."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.checks import service_principals, untrusted_instance
from compiler.diagnostics import Severity
from compiler.ir.program import Program

EC2 = {"Service": "ec2.amazonaws.com"}


def trusting(*principals: dict[str, Any] | str, condition: Any = None, **stack: Any) -> Program:
    more = {"Condition": condition} if condition else {}
    bodies = [{"Effect": "Allow", "Principal": item, "Action": "sts:AssumeRole"} | more for item in principals]
    return build.program(build.stack([], [build.role(trust=build.trust(*bodies))], **stack))


def passing(*services: str, operator: str = "StringEquals", **stack: Any) -> Program:
    body = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": "arn:aws:iam::123456789012:role/r",
        "Condition": {operator: {"iam:PassedToService": list(services)}},
    }
    return build.program(build.stack([build.policy(body)], **stack))


class TestUntrustedInstance:
    def test_only_an_account(self) -> None:
        finding = build.only(untrusted_instance.check, trusting({"AWS": "arn:aws:iam::210987654321:root"}))
        assert (finding.code.id, finding.level) == ("SG510", Severity.ERROR)
        assert finding.path == "stacks.shop.trust[0]"
        assert finding.help == ("add `- service: ec2.amazonaws.com` to `trust:`",)
        assert [label.span.text for label in finding.secondary] == ["web"]

    def test_another_service_may_be_meant(self) -> None:
        finding = build.only(untrusted_instance.check, trusting({"Service": "ecs-tasks.amazonaws.com"}))
        assert finding.level is Severity.WARNING

    @pytest.mark.parametrize("key", ["sts:ExternalId", "aws:PrincipalTag/team", "aws:PrincipalOrgID"])
    def test_a_condition_that_ec2_never_meets(self, key: str) -> None:
        tree = trusting(EC2, condition={"StringEquals": {key: "x"}})
        finding = build.only(untrusted_instance.check, tree)
        assert finding.span is not None
        assert finding.span.text == key
        assert finding.level is Severity.ERROR

    def test_no_trust_at_all(self) -> None:
        tree = build.program(build.stack([], [build.role(trust=())]))
        assert build.only(untrusted_instance.check, tree).span is not None

    @pytest.mark.parametrize(
        "tree",
        [
            trusting(EC2),
            trusting({"AWS": "arn:aws:iam::210987654321:root"}, EC2),
            trusting({"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]}),
            trusting("*"),
            trusting({"Service": "<<var.service>>"}),
            trusting(EC2, condition={"StringEqualsIfExists": {"sts:ExternalId": "x"}}),
            trusting(EC2, condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
            trusting({"Service": "ec2.amazonaws.com.cn"}, partition="aws-cn", region="cn-north-1"),
            trusting({"Service": "ec2.amazon.com"}),  # reported as a misspelling
            trusting({"Service": "ec2.amazonaws.com"}, partition="aws-cn", region="cn-north-1"),  # likewise
            build.program(build.stack([], [build.role(profile=None, trust=())])),
            build.program(build.stack([], [build.role(existing=True, trust=())])),
        ],
    )
    def test_good(self, tree: Program) -> None:
        assert list(untrusted_instance.check(tree)) == []

    def test_deny_does_not_let_in(self) -> None:
        body = {"Effect": "Deny", "Principal": EC2, "Action": "sts:AssumeRole"}
        tree = build.program(build.stack([], [build.role(trust=build.trust(body))]))
        assert build.only(untrusted_instance.check, tree)


class TestServicePrincipals:
    @pytest.mark.parametrize(
        ("principal", "meant"),
        [
            ("ec2.amazon.com", "ec2.amazonaws.com"),
            ("ec2", "ec2.amazonaws.com"),
            ("ecs-task.amazonaws.com", "ecs-tasks.amazonaws.com"),
            ("ecs-tasks.amazonws.com", "ecs-tasks.amazonaws.com"),
            ("lambda.amazonaws.com.cn", "lambda.amazonaws.com"),
            ("ec2.amazonaws.com.cn", "ec2.amazonaws.com"),
        ],
    )
    def test_wrong(self, principal: str, meant: str) -> None:
        for tree in (trusting({"Service": principal}), passing(principal)):
            finding = build.only(service_principals.check, tree)
            assert (finding.code.id, finding.level) == ("SG511", Severity.ERROR)
            assert finding.span is not None
            assert finding.span.text == principal
            assert finding.help == (f"did you mean `{meant}`?",)

    @pytest.mark.parametrize("principal", ["brand-new.amazonaws.com", "bedrock-thing.amazonaws.com"])
    def test_what_may_be_new_is_a_warning(self, principal: str) -> None:
        assert build.only(service_principals.check, passing(principal)).level is Severity.WARNING

    def test_partitions_spell_some_otherwise(self) -> None:
        china = {"partition": "aws-cn", "region": "cn-north-1"}
        finding = build.only(service_principals.check, trusting(EC2, **china))
        assert finding.help == ("did you mean `ec2.amazonaws.com.cn`?",)
        assert list(service_principals.check(trusting({"Service": "lambda.amazonaws.com"}, **china))) == []
        assert build.only(service_principals.check, trusting({"Service": "lambda.amazonaws.com.cn"}, **china))

    def test_a_list_for_all_partitions(self) -> None:
        both = ("ec2.amazonaws.com", "ec2.amazonaws.com.cn")
        assert list(service_principals.check(passing(*both))) == []
        assert list(service_principals.check(passing(*both, partition="aws-cn", region="cn-north-1"))) == []

    @pytest.mark.parametrize(
        "principal",
        [
            "ec2.amazonaws.com",
            "logs.eu-west-1.amazonaws.com",
            "<<var.service>>",
            "*",
            "batchoperations.s3.amazonaws.com",
        ],
    )
    def test_good(self, principal: str) -> None:
        assert list(service_principals.check(passing(principal))) == []
        assert list(service_principals.check(trusting({"Service": principal}))) == []

    def test_wildcards_in_conditions(self) -> None:
        assert list(service_principals.check(passing("ec*.amazonaws.com", operator="StringLike"))) == []
        assert (
            build.only(service_principals.check, passing("nope*.aws", operator="StringLike")).level is Severity.WARNING
        )
