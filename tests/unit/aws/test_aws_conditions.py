"""Global condition keys and operators."""

from __future__ import annotations

from collections import Counter

import pytest

from compiler.aws.global_keys import GLOBAL_KEYS, find_global_key
from compiler.aws.operators import OPERATORS, parse_operator, true_when_absent


class TestGlobalKeys:
    def test_the_table(self) -> None:
        prefixes = Counter(key.name.partition(":")[0] for key in GLOBAL_KEYS.values())

        assert 50 <= prefixes["aws"] <= 60
        assert set(prefixes) == {"aws", "codebuild", "ec2", "glue", "identitystore", "lambda", "ssm"}
        assert all(name == key.name.lower() for name, key in GLOBAL_KEYS.items())

    def test_the_multivalued_ones(self) -> None:
        assert {key.name for key in GLOBAL_KEYS.values() if key.multivalued} == {
            "aws:CalledVia",
            "aws:PrincipalOrgPaths",
            "aws:PrincipalServiceNamesList",
            "aws:ResourceOrgPaths",
            "aws:SourceOrgPaths",
            "aws:TagKeys",
            "aws:VpceOrgPaths",
        }

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("aws:SourceIp", "aws:SourceIp"),
            ("AWS:sourceip", "aws:SourceIp"),
            ("aws:ResourceTag/team", "aws:ResourceTag"),
            ("aws:ResourceTag/a/b", "aws:ResourceTag"),
            ("aws:requesttag", "aws:RequestTag"),
            ("aws:SourceVPC", "aws:SourceVpc"),
            ("ec2:SourceInstanceARN", "ec2:SourceInstanceArn"),
        ],
    )
    def test_found(self, key: str, name: str) -> None:
        found = find_global_key(key)

        assert found is not None
        assert found.name == name

    @pytest.mark.parametrize("key", ["aws:ARN", "aws:SourceIp/x", "s3:prefix", "SourceIp", ""])
    def test_not_found(self, key: str) -> None:
        assert find_global_key(key) is None

    @pytest.mark.parametrize(
        ("key", "type_", "presence"),
        [
            ("aws:PrincipalArn", "ARN", "always"),
            ("aws:CurrentTime", "Date", "always"),
            ("aws:SecureTransport", "Bool", "always"),
            ("ec2:SourceInstanceArn", "ARN", "always"),
            ("aws:Ec2InstanceSourceVpc", "String", "always"),
            ("aws:SourceIp", "IPAddress", "sometimes"),
            ("aws:PrincipalTag/team", "String", "sometimes"),
            ("aws:username", "String", "never"),
            ("aws:MultiFactorAuthAge", "Numeric", "never"),
            ("aws:MultiFactorAuthPresent", "Bool", "never"),
            ("aws:SourceArn", "ARN", "never"),
            ("ssm:SourceInstanceArn", "ARN", "never"),
        ],
    )
    def test_facts(self, key: str, type_: str, presence: str) -> None:
        found = find_global_key(key)

        assert found is not None
        assert (found.type, found.ec2_role_presence) == (type_, presence)


class TestOperators:
    def test_there_are_as_many_as_aws_has(self) -> None:
        assert len(OPERATORS) == 27
        assert Counter(operator.family for operator in OPERATORS.values()) == {
            "String": 6,
            "Numeric": 6,
            "Date": 6,
            "Arn": 4,
            "IpAddress": 2,
            "Bool": 1,
            "Binary": 1,
            "Null": 1,
        }

    def test_negated_ones_say_so(self) -> None:
        assert all(operator.negated == ("Not" in name) for name, operator in OPERATORS.items())

    def test_wildcards(self) -> None:
        assert {name for name, operator in OPERATORS.items() if operator.like} == {
            "StringLike",
            "StringNotLike",
            "ArnEquals",
            "ArnNotEquals",
            "ArnLike",
            "ArnNotLike",
        }

    @pytest.mark.parametrize(
        ("text", "quantifier", "name", "if_exists"),
        [
            ("StringEquals", "", "StringEquals", False),
            ("StringLikeIfExists", "", "StringLike", True),
            ("ForAnyValue:StringEquals", "ForAnyValue", "StringEquals", False),
            ("ForAllValues:ArnNotLikeIfExists", "ForAllValues", "ArnNotLike", True),
            ("ForAllValues:Null", "ForAllValues", "Null", False),
        ],
    )
    def test_parse(self, text: str, quantifier: str, name: str, if_exists: bool) -> None:
        parsed = parse_operator(text)

        assert parsed is not None
        assert (parsed.quantifier, parsed.operator.name, parsed.if_exists) == (quantifier, name, if_exists)

    @pytest.mark.parametrize(
        "text",
        [
            "stringequals",
            "StringEqual",
            "NullIfExists",
            "ForAnyValue:NullIfExists",
            "foranyvalue:StringEquals",
            "ForSomeValue:StringEquals",
            ":StringEquals",
            "ForAnyValue:",
            "IfExists",
            "StringEqualsIfExistsIfExists",
            "",
        ],
    )
    def test_what_does_not_exist(self, text: str) -> None:
        assert parse_operator(text) is None

    @pytest.mark.parametrize(
        ("text", "values", "expected"),
        [
            ("StringEquals", (), False),
            ("StringNotEquals", (), True),
            ("NotIpAddress", (), True),
            ("NumericNotEquals", (), True),
            ("BoolIfExists", (), True),
            ("ForAllValues:StringEquals", (), True),
            ("ForAllValues:StringNotEquals", (), True),
            ("ForAnyValue:StringEquals", (), False),
            ("ForAnyValue:StringNotEquals", (), False),
            ("ForAnyValue:StringEqualsIfExists", (), True),
            ("Null", ("true",), True),
            ("Null", ("TRUE",), True),
            ("Null", ("false",), False),
            ("Null", (), False),
            ("Null", ("false", "true"), True),
        ],
    )
    def test_true_when_absent(self, text: str, values: tuple[str, ...], expected: bool) -> None:
        parsed = parse_operator(text)

        assert parsed is not None
        assert true_when_absent(parsed, values) is expected
