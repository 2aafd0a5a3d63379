"""SG503, SG512, SG513: ARNs that are malformed, of another partition, or of the wrong kind."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.aws.reference import reference
from compiler.checks import foreign_partition, malformed_arn, run_checks, wrong_arn_kind
from compiler.checks.arn_faults import arn_fault
from compiler.checks.place import Place
from compiler.diagnostics import Severity
from compiler.ir.program import LayerProfile

HERE = Place("aws", "eu-west-1", "123456789012")
GOOD = "arn:aws:s3:::shop/*"


@pytest.mark.parametrize(
    ("text", "reason", "corrected"),
    [
        ("arn:aws:s3:region::b/*", "the ARN of an Amazon S3 object has neither region nor account", "arn:aws:s3:::b/*"),
        ("arn:aws:s3::123456789012:b", "an Amazon S3 bucket has neither region nor account", "arn:aws:s3:::b"),
        ("arn:aws:iam:eu-west-1:123456789012:role/r", "has no region", "arn:aws:iam::123456789012:role/r"),
        (
            "arn:aws:sqs::123456789012:q",
            "the ARN of an Amazon SQS queue has a region",
            "arn:aws:sqs:eu-west-1:123456789012:q",
        ),
        ("arn:aws:sqs:eu-west-1::q", "has an account", "arn:aws:sqs:eu-west-1:123456789012:q"),
        ("arn:aws:sqs:region:123456789012:q", "`region` is not a region", "arn:aws:sqs:eu-west-1:123456789012:q"),
        ("arn:aws:sqs:eu-wst-1:*:q", "`eu-wst-1` is not a region", "arn:aws:sqs:eu-west-1:*:q"),
        (
            "arn:aws:sqs:eu-west-1:ACCOUNT-ID:q",
            "`ACCOUNT-ID` is not an account id",
            "arn:aws:sqs:eu-west-1:123456789012:q",
        ),
        (
            "arn:aws:sqs:eu-west-1:12345678901:q",
            "is not an account id (12 digits)",
            "arn:aws:sqs:eu-west-1:123456789012:q",
        ),
        ("arn:aws:sqs:cn-north-1:123456789012:q", "is a region of `aws-cn`", "arn:aws:sqs:eu-west-1:123456789012:q"),
        ("arn:aws:ec2:eu-west-1:123456789012:image/ami-1", "has no account", "arn:aws:ec2:eu-west-1::image/ami-1"),
        ("arn::s3:::b", "the partition is missing", "arn:aws:s3:::b"),
        ("arn:amazon:s3:::b", "`amazon` is not a partition", "arn:aws:s3:::b"),
        ("arn:aws:S3:::b", "is written in small letters", "arn:aws:s3:::b"),
        ("arn:aws:sq:eu-west-1:123456789012:q", "`sq` is not a service", ""),
        (
            "arn:aws:dynamdb:eu-west-1:123456789012:table/t",
            "is not a service",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/t",
        ),
        ("arn:aws:zzzzzzzz:::b", "`zzzzzzzz` is not a service", ""),
        ("arn:aws:s3:region::b*", "the ARN of an Amazon S3 bucket or object has neither", "arn:aws:s3:::b*"),
        ("arn:aws:ec2::123456789012:image/ami-1", "has a region; the ARN of", "arn:aws:ec2:eu-west-1::image/ami-1"),
        ("arn:aws:s*:::b", "cannot have wildcards", ""),
        ("arn:aws::::b", "the service is missing", ""),
        ("arn:aws:s3:b/*", "it has 4 of the 6 fields", "arn:aws:s3:::b/*"),
        ("arn:aws:s3::b/*", "it has 5 of the 6 fields", "arn:aws:s3:::b/*"),
        ("arn:aws:sqs:q", "it has 4 of the 6 fields", "arn:aws:sqs:eu-west-1:123456789012:q"),
        ("ARN:aws:s3:::b", "it does not begin with `arn:`", "arn:aws:s3:::b"),
        ("b/*", "it does not begin with `arn:`", ""),
        ("", "it does not begin with `arn:`", ""),
    ],
)
def test_faults(text: str, reason: str, corrected: str) -> None:
    fault = arn_fault(text, HERE)
    assert fault is not None
    assert reason in "; ".join(fault.reasons)
    if corrected:
        assert fault.corrected == corrected
        assert arn_fault(fault.corrected, HERE) is None


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::b/${aws:PrincipalTag/a:b}/*",
        "arn:*:s3:::b",
        "arn:aws:s3:*:*:accesspoint/*",
        "arn:aws:s3:::b:c",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::1234*:role/x",
        "arn:aws:ec2:eu-*:123456789012:instance/*",
        "arn:aws:ec2:*::image/ami-*",
        "arn:aws:ssm:eu-west-1::parameter/aws/service/*",
        "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-v2:1",
        "arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31",
        "arn:aws:sqs:eu-west-1:123456789012:*",
        "arn:aws:catalog:eu-west-1:123456789012:product/p",
        "arn:aws-cn:sqs:cn-north-1:123456789012:q",
        reference("aws_s3_bucket.a.arn"),
        f"{reference('aws_s3_bucket.a.arn')}/*",
        f"arn:aws:sqs:{reference('var.region')}:{reference('var.account')}:q",
        f"arn:{reference('var.partition')}:s3:::b",
        f"arn:aws:sqs:{reference('local.rest')}",
        "${aws:PrincipalTag/arn}",
    ],
)
def test_no_fault(text: str) -> None:
    assert arn_fault(text, HERE) is None


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("arn:aws:sqs:eu-west-1::q", True),
        ("arn:aws:ssm:*::patchbaseline/pb-0123456789abcdef0", False),  # AWS owns such baselines
        ("arn:aws:sqs:eu-west-9:123456789012:q", False),  # may have been opened since
        ("arn:aws:sqs:eu-wset-1:123456789012:q", True),
        ("arn:aws:sqs", False),  # IAM completes it to `arn:aws:sqs:*:*:*`
        ("arn:aws:zzzzzzzz:::b", False),
        ("arn:aws:imagebuilder:eu-west-1:amazon-managed:image/x/1/1", False),
    ],
)
def test_certainty(text: str, certain: bool) -> None:
    fault = arn_fault(text, HERE)
    assert fault is not None
    assert fault.certain is certain


class TestMalformed:
    def test_one_finding_names_the_corrected_arn(self) -> None:
        bad = "arn:aws:sqs:region:account_id:orders"
        statement = {"Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": [GOOD, bad]}
        finding = build.only(malformed_arn.check, build.spec(statement))
        assert finding.code.id == "SG503"
        assert finding.span is not None
        assert finding.span.text == bad
        assert "`region` is not a region; `account_id` is not an account id (12 digits)" in finding.message
        assert finding.help == ("write `arn:aws:sqs:eu-west-1:123456789012:orders`",)

    def test_a_bare_name_becomes_an_arn_where_the_actions_tell(self) -> None:
        tree = build.spec({"Action": "s3:GetObject", "Resource": [GOOD, "shop/img/*"]})
        assert build.only(malformed_arn.check, tree).help == ("write `arn:aws:s3:::shop/img/*`",)
        tree = build.spec({"Action": "dynamodb:GetItem", "Resource": ["carts", "*"]})
        assert build.only(malformed_arn.check, tree).help == ()

    def test_not_resource(self) -> None:
        tree = build.spec({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:eu-west-1::shop/*"})
        assert build.only(malformed_arn.check, tree).help == ("write `arn:aws:s3:::shop/*`",)

    def test_doubtful_faults_are_warnings(self) -> None:
        tree = build.spec({"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs"})
        finding = build.only(malformed_arn.check, tree)
        assert (finding.level, finding.label) == (Severity.WARNING, "says less than an ARN")
        assert finding.help == ("write `arn:aws:sqs:*:*:*`",)

    def test_a_star_that_may_reach_over_the_account(self) -> None:
        tree = build.spec({"Action": "lambda:InvokeFunction", "Resource": "arn:aws:lambda:*:function:web"})
        finding = build.only(run_checks, tree, malformed_arn.MALFORMED_ARN)
        assert finding.level is Severity.WARNING
        assert "`function` is not an account id" in finding.message

    def test_a_statement_without_any_other_resource_is_reported_as_dead(self) -> None:
        assert list(malformed_arn.check(build.spec({"Action": "s3:GetObject", "Resource": "arn:aws:s3:r::b/*"}))) == []


class TestForeignPartition:
    def test_resource(self) -> None:
        tree = build.spec({"Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::shop/*"})
        finding = build.only(foreign_partition.check, tree)
        assert finding.code.id == "SG512"
        assert finding.span is not None
        assert finding.span.text == "arn:aws-cn:s3:::shop/*"
        assert finding.help == ("write `arn:aws:s3:::shop/*`",)
        assert build.found(malformed_arn.check, tree) == []

    def test_the_region_goes_with_it(self) -> None:
        text = "arn:aws-cn:sqs:cn-north-1:123456789012:q"
        finding = build.only(foreign_partition.check, build.spec({"Action": "sqs:SendMessage", "Resource": text}))
        assert finding.help == ("write `arn:aws:sqs:eu-west-1:123456789012:q`",)

    def test_conditions_trust_boundary_and_managed_policies(self) -> None:
        condition = {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:topic"}}
        principal = {"AWS": "arn:aws:iam::210987654321:root", "Service": "ec2.amazonaws.com.cn"}
        role = build.role(
            permissions_boundary="arn:aws:iam::123456789012:policy/b",
            managed=(build.managed("arn:aws:iam::aws:policy/ReadOnlyAccess"),),
            trust=build.trust({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}),
        )
        policy = build.policy({"Action": "sqs:SendMessage", "Resource": "*", "Condition": condition})
        tree = build.program(build.stack([policy], [role], partition="aws-cn", region="cn-north-1"))
        assert [item.help[0] for item in foreign_partition.check(tree)] == [
            "write `arn:aws-cn:sns:*:*:topic`",
            "write `arn:aws-cn:iam::123456789012:policy/b`",
            "write `arn:aws-cn:iam::aws:policy/ReadOnlyAccess`",
            "write `arn:aws-cn:iam::210987654321:root`",
        ]

    @pytest.mark.parametrize(
        ("key", "found"), [("aws:PrincipalArn", 1), ("lambda:FunctionArn", 1), ("aws:PrincipalTag/made-by", 0)]
    )
    def test_arns_under_a_string_operator(self, key: str, found: int) -> None:
        condition = {"StringLike": {key: "arn:aws-cn:iam::123456789012:role/x"}}
        tree = build.spec({"Action": "lambda:CreateEventSourceMapping", "Resource": "*", "Condition": condition})
        assert len(list(foreign_partition.check(tree))) == found

    def test_conditions_of_a_trust_policy(self) -> None:
        body = {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws-cn:ec2:*:*:instance/*"}},
        }
        tree = build.program(build.stack([], [build.role(trust=build.trust(body))]))
        assert build.only(foreign_partition.check, tree).path == "stacks.shop.trust[0]"

    @pytest.mark.parametrize("text", ["arn:aws:s3:::b/*", "arn:*:s3:::b/*", f"arn:{reference('var.p')}:s3:::b/*", "*"])
    def test_good(self, text: str) -> None:
        tree = build.spec({"Action": "s3:GetObject", "Resource": text})
        assert list(foreign_partition.check(tree)) == []


class TestWrongKind:
    def of_role(self, **overrides: Any) -> Any:
        return build.program(build.stack([], [build.role(**overrides)]))

    def test_boundary(self) -> None:
        where = build.origin("permissions_boundary: dev", "defaults.permissions_boundary", "dev")
        settings = (("permissions_boundary", where),)
        finding = build.only(wrong_arn_kind.check, self.of_role(permissions_boundary="dev", settings=settings))
        assert finding.code.id == "SG513"
        assert finding.span == where.span
        assert finding.help == ("write `arn:aws:iam::123456789012:policy/dev`",)

    @pytest.mark.parametrize(
        "text",
        [
            "arn:aws:iam::123456789012:role/r",
            "arn:aws:s3:::policy/x",
            "arn:aws:iam::123456789012:policy/*",
            "arn:aws:iam:::policy/x",
        ],
    )
    def test_boundaries_that_are_no_policy(self, text: str) -> None:
        assert build.only(wrong_arn_kind.check, self.of_role(permissions_boundary=text)).code.id == "SG513"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "arn:aws:iam::123456789012:policy/path/b",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            reference("aws_iam_policy.b.arn"),
            f"arn:aws:iam::{reference('var.account')}:policy/b",
            "arn:aws-cn:iam::123456789012:policy/b",  # another rule speaks of the partition
        ],
    )
    def test_good_boundaries(self, text: str) -> None:
        assert list(wrong_arn_kind.check(self.of_role(permissions_boundary=text))) == []

    def test_managed_policy(self) -> None:
        finding = build.only(
            wrong_arn_kind.check, self.of_role(managed=(build.managed("arn:aws:iam::123456789012:role/r"),))
        )
        assert finding.span is not None
        assert finding.span.text == "arn:aws:iam::123456789012:role/r"

    def test_principal(self) -> None:
        arn = "arn:aws:iam::123456789012:instance-profile/web"
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
        finding = build.only(wrong_arn_kind.check, self.of_role(trust=build.trust(statement)))
        assert finding.span is not None
        assert finding.span.text == arn
        assert "`arn:aws:iam::123456789012:role/web`" in finding.help[0]

    @pytest.mark.parametrize(
        "principal",
        [
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:role/a/b",
            "arn:aws:iam::123456789012:user/u",
            "arn:aws:sts::123456789012:assumed-role/r/s",
            "123456789012",
            "*",
            reference("aws_iam_role.r.arn"),
        ],
    )
    def test_good_principals(self, principal: str) -> None:
        body = {"Effect": "Allow", "Principal": {"AWS": "x"}, "Action": "sts:AssumeRole"}
        made = build.statement(body)
        trust = (type(made)(actions=made.actions, principals=(("AWS", (principal,)),)),)
        assert list(wrong_arn_kind.check(self.of_role(trust=trust))) == []

    def test_existing_profile(self) -> None:
        wrong = LayerProfile("web", profile_arn="arn:aws:iam::123456789012:role/web")
        right = LayerProfile("api", profile_arn="arn:aws:iam::123456789012:instance-profile/api")
        finding = build.only(wrong_arn_kind.check, build.program(build.stack(layers=(right, wrong))))
        assert finding.path == "stacks.shop.layers.web.profile"
