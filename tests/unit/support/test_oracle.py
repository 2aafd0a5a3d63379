"""The judge is judged by examples from the IAM User Guide and by the rules it was written from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.oracle import Request, allowed

Json = Any
OBJECT = "arn:aws:s3:::shop/public/a.txt"


def document(*statements: dict[str, Json], version: str = "2012-10-17") -> dict[str, Json]:
    return {"Version": version, "Statement": list(statements)}


def statement(
    action: Json = "s3:GetObject", resource: Json = "*", effect: str = "Allow", **rest: Json
) -> dict[str, Json]:
    return {"Effect": effect, "Action": action, "Resource": resource, **rest}


def under(condition: Json, **context: Json) -> bool:
    """Whether a condition holds; context keys are written ``aws__SourceIp``."""
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    return allowed([document(statement(Condition=condition))], Request("s3:GetObject", OBJECT, keys))


class TestEffects:
    def test_nothing_is_allowed_by_default(self) -> None:
        assert not allowed([], Request("s3:GetObject", OBJECT))
        assert not allowed([document()], Request("s3:GetObject", OBJECT))

    def test_a_deny_wins_wherever_it_stands(self) -> None:
        allow, deny = document(statement("s3:*")), document(statement("s3:GetObject", effect="Deny"))
        for documents in ([allow, deny], [deny, allow]):
            assert not allowed(documents, Request("s3:GetObject", OBJECT))
            assert allowed(documents, Request("s3:PutObject", OBJECT))

    def test_a_single_statement_need_not_be_a_list(self) -> None:
        assert allowed([{"Version": "2012-10-17", "Statement": statement()}], Request("s3:GetObject", OBJECT))

    def test_not_action_and_not_resource_take_the_rest(self) -> None:
        rest = {"Effect": "Allow", "NotAction": "s3:Delete*", "NotResource": "arn:aws:s3:::shop/private/*"}
        assert allowed([document(rest)], Request("s3:GetObject", OBJECT))
        assert not allowed([document(rest)], Request("s3:DeleteObject", OBJECT))
        assert not allowed([document(rest)], Request("s3:GetObject", "arn:aws:s3:::shop/private/a"))


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "s3:GetObject", True),
        ("s3:*", "s3:GetObject", True),
        ("S3:getobject", "s3:GetObject", True),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:Get", "s3:GetObject", False),
        ("s3:*", "s3express:CreateSession", False),
        ("sqs:*", "s3:GetObject", False),
    ],
)
def test_actions_match_without_regard_to_case(pattern: str, action: str, expected: bool) -> None:
    assert allowed([document(statement(pattern))], Request(action)) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", OBJECT, True),
        ("arn:aws:s3:::shop/*", OBJECT, True),
        ("arn:aws:s3:::shop/public/", OBJECT, False),
        ("arn:aws:s3:::SHOP/*", OBJECT, False),
        ("arn:aws:s3:::sho?/*", OBJECT, True),
        ("arn:aws:s3:::shop", OBJECT, False),
        ("arn:aws:s3:::*", OBJECT, True),
        ("arn:*:s3:::shop/*", OBJECT, True),
        ("arn:aws:*:shop/*", OBJECT, False),
        ("arn:aws:s3*", OBJECT, False),
        ("arn:aws:sqs:*:123456789012:orders", "arn:aws:sqs:eu-west-1:123456789012:orders", True),
        ("arn:aws:sqs:*:orders", "arn:aws:sqs:eu-west-1:123456789012:orders", False),
        ("arn:aws:logs:*:*:log-group:a:*", "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:b", True),
        ("arn:aws:s3:::shop/*", "*", False),
        ("*", "*", True),
    ],
)
def test_arns_match_field_by_field(pattern: str, arn: str, expected: bool) -> None:
    assert allowed([document(statement("*", pattern))], Request("x:Y", arn)) is expected


class TestVariables:
    home = statement(resource="arn:aws:s3:::shop/${aws:PrincipalTag/team}/*")

    def test_a_variable_is_filled_in(self) -> None:
        request = Request("s3:GetObject", OBJECT, {"aws:principaltag/Team": "public"})
        assert allowed([document(self.home)], request)

    def test_a_variable_without_a_value_matches_nothing(self) -> None:
        assert not allowed([document(self.home)], Request("s3:GetObject", OBJECT))

    def test_a_default_stands_in(self) -> None:
        resource = "arn:aws:s3:::shop/${aws:PrincipalTag/team, 'public'}/*"
        assert allowed([document(statement(resource=resource))], Request("s3:GetObject", OBJECT))

    def test_a_value_is_never_a_wildcard(self) -> None:
        request = Request("s3:GetObject", OBJECT, {"aws:PrincipalTag/team": "*"})
        assert not allowed([document(self.home)], request)

    def test_escapes_are_literal(self) -> None:
        literal = document(statement(resource="arn:aws:s3:::shop/${*}${?}${$}"))
        assert allowed([literal], Request("s3:GetObject", "arn:aws:s3:::shop/*?$"))
        assert not allowed([literal], Request("s3:GetObject", "arn:aws:s3:::shop/abc"))

    def test_the_older_version_knows_none(self) -> None:
        request = Request("s3:GetObject", OBJECT, {"aws:PrincipalTag/team": "public"})
        assert not allowed([document(self.home, version="2008-10-17")], request)

    def test_in_conditions(self) -> None:
        condition = {"StringEquals": {"s3:prefix": "${aws:username}/"}}
        assert under(condition, s3__prefix="ann/", aws__username="ann")
        assert not under(condition, s3__prefix="ann/", aws__username="bob")
        assert not under(condition, s3__prefix="ann/")


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEqualsIgnoreCase", "A", "a", False),
        ("StringLike", "a*c?", "abbcd", True),
        ("StringLike", "A*", "abc", False),
        ("StringNotLike", "a*", "abc", False),
        ("ArnLike", "arn:aws:sns:*:*:t", "arn:aws:sns:eu-west-1:123456789012:t", True),
        ("ArnEquals", "arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:123456789012:t", False),
        ("ArnNotLike", "arn:aws:sns:*:*:t", "arn:aws:sns:eu-west-1:123456789012:t", False),
        ("NumericEquals", "5", "5.0", True),
        ("NumericNotEquals", "5", "6", True),
        ("NumericLessThan", "5", "4", True),
        ("NumericLessThanEquals", 5, "5", True),
        ("NumericGreaterThan", "5", "5", False),
        ("NumericGreaterThanEquals", "5", "x", False),
        ("DateLessThan", "2027-01-31T00:00:00Z", "2027-01-30T23:59:59Z", True),
        ("DateLessThan", "2027-01-31T00:00:00Z", "2027-01-31T00:00:00Z", False),
        ("DateGreaterThan", "2027-01-31", "1832889600", True),
        ("DateEquals", "2027-01-31T01:00:00+01:00", "2027-01-31T00:00:00Z", True),
        ("DateNotEquals", "2027-01-31T00:00:00Z", "2027-01-31T00:00:00Z", False),
        ("Bool", "true", "True", True),
        ("Bool", True, "true", True),
        ("Bool", "true", "false", False),
        ("IpAddress", ["10.0.0.0/8", "192.0.2.7"], "192.0.2.7", True),
        ("IpAddress", "10.0.0.0/8", "11.0.0.1", False),
        ("NotIpAddress", "10.0.0.0/8", "11.0.0.1", True),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("BinaryEquals", "QUJD", "QUJD", True),
        ("Null", "true", "x", False),
        ("Null", "false", "x", True),
    ],
)
def test_operators(operator: str, value: Json, actual: str, expected: bool) -> None:
    assert under({operator: {"x:Key": value}}, X__key=actual) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("NotIpAddress", True),
        ("Bool", False),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
        ("Null", False),
    ],
)
def test_a_key_that_is_not_there(operator: str, expected: bool) -> None:
    assert under({operator: {"x:key": "false" if operator == "Null" else "a"}}) is expected


@pytest.mark.parametrize(
    ("operator", "actual", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAnyValue:StringEquals", ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAnyValue:StringEquals", "a", True),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "d"], False),
        ("ForAnyValue:StringNotLike", ["a", "d"], True),
        ("ForAnyValue:StringNotLike", ["a", "b"], False),
    ],
)
def test_keys_with_several_values(operator: str, actual: Json, expected: bool) -> None:
    assert under({operator: {"x:key": ["a", "b"]}}, x__key=actual) is expected


def test_all_operators_and_keys_have_to_hold() -> None:
    condition = {"StringEquals": {"x:one": "1", "x:two": "2"}, "Bool": {"x:three": "true"}}
    assert under(condition, x__one="1", x__two="2", x__three="true")
    assert not under(condition, x__one="1", x__two="3", x__three="true")
    assert not under(condition, x__one="1", x__two="2", x__three="false")


def test_what_iam_does_not_define_is_refused() -> None:
    with pytest.raises(ValueError, match="no such condition operator"):
        under({"StringMatches": {"x:key": "a"}}, x__key="a")
    with pytest.raises(ValueError, match="no such condition operator"):
        under({"ForSomeValues:StringEquals": {"x:key": "a"}}, x__key="a")
    with pytest.raises(ValueError, match="needs ForAllValues or ForAnyValue"):
        under({"StringEquals": {"x:key": "a"}}, x__key=["a", "b"])
