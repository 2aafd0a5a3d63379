"""SG508: Sids, elements, operators and values of conditions."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.aws.reference import reference
from compiler.aws.statement import Condition, Statement
from compiler.checks import run_checks, statement_grammar
from compiler.checks.condition_values import wrong_values
from compiler.ir.program import Program


def allowing(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"} | more


def conditioned(operator: str, key: str, *values: str) -> Program:
    return build.spec(allowing(Condition={operator: {key: list(values)}}))


class TestSids:
    def test_twice_in_one_policy(self) -> None:
        tree = build.spec(allowing(Sid="Read"), allowing(Sid="Write"), allowing(Sid="Read"))
        finding = build.only(statement_grammar.check, tree)
        assert finding.code.id == "SG508"
        assert finding.span is not None
        assert finding.span.text == "Read"
        assert finding.path == "apps.web.permissions[2]"
        assert finding.secondary[0].span.start < finding.span.start

    def test_two_policies_may_share_one(self) -> None:
        policies = [build.policy(allowing(Sid="Read"), label=label) for label in ("a", "b")]
        assert list(statement_grammar.check(build.program(build.stack(policies)))) == []

    @pytest.mark.parametrize(("sid", "allowed"), [("s3-read", "s3read"), ("Größe 1", "Gre1"), ("---", "")])
    def test_characters(self, sid: str, allowed: str) -> None:
        finding = build.only(statement_grammar.check, build.spec(allowing(Sid=sid)))
        assert finding.help == ((f"write `{allowed}`",) if allowed else ())

    def test_without_sids(self) -> None:
        assert list(statement_grammar.check(build.spec(allowing(), allowing(Sid="A9"), allowing(Sid="a9")))) == []


class TestElements:
    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            (Statement(actions=(), resources=("*",)), "the statement has no action"),
            (Statement(actions=("s3:*",), resources=()), "the statement has no resource"),
            (Statement(actions=("s3:*",), not_actions=("s3:*",), resources=("*",)), "`Action` and `NotAction`"),
            (
                Statement(actions=("s3:*",), resources=("*",), not_resources=("*",)),
                "`Resource` and `NotResource` exclude",
            ),
            (
                Statement(actions=("s3:*",), resources=("*",), principals=(("AWS", ("*",)),)),
                "the policy of a role cannot have a principal",
            ),
        ],
    )
    def test_missing_or_too_many(self, statement: Statement, message: str) -> None:
        tree = build.program(build.stack([build.policy(statements=(statement,))]))
        assert [item.message[: len(message)] for item in run_checks(tree)] == [message]

    def test_the_negated_elements_will_do(self) -> None:
        tree = build.spec({"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::shop/*"})
        assert list(run_checks(tree)) == []


class TestOperators:
    @pytest.mark.parametrize(
        ("operator", "advice"),
        [
            ("StringEqual", "did you mean `StringEquals`?"),
            ("stringequals", "did you mean `StringEquals`?"),
            ("NumericLessThen", "did you mean `NumericLessThan`?"),
            ("NullIfExists", "`Null` already asks whether the key exists: write `Null`"),
            ("ForAnyValues:StringLike", "a set operator is `ForAllValues` or `ForAnyValue`"),
        ],
    )
    def test_unknown(self, operator: str, advice: str) -> None:
        finding = build.only(statement_grammar.check, conditioned(operator, "aws:SourceVpc", "vpc-1"))
        assert finding.span is not None
        assert finding.span.text == operator
        assert finding.help == (advice,)

    @pytest.mark.parametrize("operator", ["StringEquals", "ForAnyValue:StringLikeIfExists", "ArnLike", "Null", "Bool"])
    def test_known(self, operator: str) -> None:
        values = {"ArnLike": "arn:aws:sns:*:*:t", "Null": "true", "Bool": "TRUE"}
        tree = conditioned(operator, "aws:PrincipalArn", values.get(operator, "x"))
        assert list(statement_grammar.check(tree)) == []

    def test_trust_policies_are_looked_at(self) -> None:
        body = {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEqual": {"aws:SourceAccount": "1"}},
        }
        tree = build.program(build.stack([], [build.role(trust=build.trust(body))]))
        assert build.only(statement_grammar.check, tree).message == "condition operator `StringEqual` does not exist"


class TestValues:
    @pytest.mark.parametrize(
        ("operator", "value"),
        [
            ("NumericLessThan", "ten"),
            ("NumericEquals", "1,5"),
            ("DateLessThan", "2027-02-30"),
            ("DateGreaterThan", "31.01.2027"),
            ("DateEquals", "2027-01-31 10:00"),
            ("Bool", "yes"),
            ("BoolIfExists", "1"),
            ("Null", "0"),
            ("IpAddress", "10.0.0.0/33"),
            ("NotIpAddress", "10.0.0"),
            ("IpAddress", "10.0.0.*"),
            ("ArnLike", "shop-topic"),
            ("BinaryEquals", "%%%"),
        ],
    )
    def test_wrong(self, operator: str, value: str) -> None:
        finding = build.only(statement_grammar.check, conditioned(operator, "aws:SourceArn", value))
        assert finding.message == f"`{value}` cannot be compared with `{operator}`"
        assert finding.expected
        if value[0].isalnum() and "." not in value and " " not in value:
            assert finding.span is not None
            assert finding.span.text == value

    @pytest.mark.parametrize(
        ("operator", "value"),
        [
            ("NumericLessThan", "-1.5e3"),
            ("DateLessThan", "2027"),
            ("DateLessThan", "2027-01-31"),
            ("DateLessThan", "2027-01-31T23:59:59.5+01:00"),
            ("DateLessThan", "1767225600"),
            ("Bool", "True"),
            ("Null", "false"),
            ("IpAddress", "203.0.113.7"),
            ("IpAddress", "203.0.113.7/24"),
            ("IpAddress", "2001:db8::/32"),
            ("ArnEquals", "*"),
            ("ArnLike", "arn:aws:s3:::x"),
            ("BinaryEquals", "QmluYXJ5VmFsdWU="),
            ("StringEquals", "anything"),
            ("NumericLessThan", reference("var.n")),
            ("IpAddress", "${aws:SourceIp}"),
            ("NoSuchOperator", "x"),
        ],
    )
    def test_right(self, operator: str, value: str) -> None:
        assert wrong_values(Condition(operator, "aws:x", (value,))) == ()

    def test_each_wrong_value_is_named(self) -> None:
        tree = conditioned("NumericEquals", "s3:max-keys", "1", "a", "b")
        assert len(list(statement_grammar.check(tree))) == 2

    @pytest.mark.parametrize(
        ("operator", "keys"),
        [
            ("StringEquals", ("s3:ExistingObjectTag/a", "s3:existingobjecttag/a")),
            ("DateLessThanEquals", ("aws:CurrentTime", "aws:CurrentTime")),
        ],
    )
    def test_a_key_twice_under_one_operator(self, operator: str, keys: tuple[str, str]) -> None:
        values = ("2030-01-01", "2031-01-01")
        conditions = tuple(Condition(operator, key, (value,)) for key, value in zip(keys, values, strict=True))
        bad = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::shop/*",), conditions=conditions)
        finding = build.only(statement_grammar.check, build.program(build.stack([build.policy(statements=(bad,))])))
        assert finding.message == f"`{operator}` names the key `{keys[1]}` twice"
        both = {operator: {keys[0]: values[0]}, f"{operator}IfExists": {keys[0]: values[1]}}
        assert list(statement_grammar.check(build.spec(allowing(Condition=both)))) == []

    def test_no_values(self) -> None:
        finding = build.only(statement_grammar.check, conditioned("StringEquals", "aws:SourceVpc"))
        assert finding.message == "`aws:SourceVpc` has no values, so nothing can match"
