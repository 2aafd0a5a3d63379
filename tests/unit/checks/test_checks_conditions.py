"""SG514-SG519 and SG705: what conditions and policy variables say, each "never" held against the evaluator."""

from __future__ import annotations

import itertools
from typing import Any

import check_building as build
import pytest

from compiler.checks import (
    exact_wildcard,
    idle_condition,
    impossible_value,
    operator_type,
    policy_variables,
    set_operator,
    source_address,
)
from compiler.diagnostics import Diagnostic
from compiler.ir.program import Program
from tests.support.oracle import Request, allowed

RULES = (
    operator_type,
    exact_wildcard,
    set_operator,
    impossible_value,
    policy_variables,
    source_address,
    idle_condition,
)
# Values that requests really have, by what the key is about; every "never" has to hold for all of them.
REAL: dict[str, list[str]] = {
    "aws:SourceVpc": ["vpc-1", "vpc-0a1b2c3d"],
    "aws:SourceVpce": ["vpce-1", "vpce-0a1b2c3d"],
    "aws:SourceIp": ["203.0.113.7", "8.8.8.8", "2001:db8::1"],
    "aws:RequestedRegion": ["eu-west-1", "us-east-1", "cn-north-1"],
    "aws:PrincipalAccount": ["123456789012", "000000000000"],
    "aws:PrincipalOrgID": ["o-a1b2c3d4e5"],
    "aws:PrincipalArn": ["arn:aws:sts::123456789012:assumed-role/web/i-1", "arn:aws:iam::123456789012:role/web"],
    "aws:SecureTransport": ["true", "false"],
    "aws:CurrentTime": ["2026-01-31T10:00:00Z"],
    "kms:ViaService": ["s3.eu-west-1.amazonaws.com", "sqs.us-east-1.amazonaws.com"],
}


def body(operator: str, key: str, *values: str, effect: str = "Allow") -> dict[str, Any]:
    return {
        "Effect": effect,
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {operator: {key: list(values)}},
    }


def findings(tree: Program) -> list[Diagnostic]:
    return [item for rule in RULES for item in rule.check(tree)]


NEVER = [
    ("IpAddress", "aws:SourceVpc", "10.0.0.0/8", "SG514"),
    ("DateLessThan", "aws:SourceVpc", "2027-01-01", "SG514"),
    ("Bool", "aws:PrincipalArn", "true", "SG514"),
    ("ArnLike", "aws:SecureTransport", "arn:aws:iam::*:role/x", "SG514"),
    ("IpAddress", "aws:CurrentTime", "10.0.0.0/8", "SG514"),
    ("StringEquals", "kms:ViaService", "s3.*.amazonaws.com", "SG515"),
    ("StringEquals", "aws:SourceVpc", "vpc-*", "SG515"),
    ("StringEqualsIgnoreCase", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/*", "SG515"),
    ("StringEquals", "aws:RequestedRegion", "eu-*", "SG515"),
    ("StringEquals", "aws:SourceVpc", "vpce-1", "SG517"),
    ("StringLike", "aws:SourceVpce", "vpc-*", "SG517"),
    ("StringEquals", "aws:RequestedRegion", "eu-wset-1", "SG517"),
    ("StringEquals", "aws:RequestedRegion", "Ireland", "SG517"),
    ("StringEquals", "aws:PrincipalAccount", "12345", "SG517"),
    ("StringEquals", "aws:PrincipalOrgID", "r-abcd", "SG517"),
    ("StringEquals", "aws:PrincipalArn", "web", "SG517"),
    ("StringEquals", "aws:SecureTransport", "yes", "SG517"),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8", "SG519"),
    ("IpAddress", "aws:SourceIp", "192.168.1.7", "SG519"),
]


@pytest.mark.parametrize(("operator", "key", "value", "code"), NEVER)
def test_what_never_matches_is_an_error_and_never_allows(operator: str, key: str, value: str, code: str) -> None:
    statement = body(operator, key, value)
    found = findings(build.spec(statement))
    assert [(item.code.id, item.level.value) for item in found] == [(code, "error")]
    assert found[0].span is not None
    assert found[0].span.text in (value, operator, key)
    document = {"Version": "2012-10-17", "Statement": [statement]}
    contexts: list[dict[str, str]] = [{}, *({key: text} for text in REAL[key])]
    assert not any(allowed([document], Request("kms:Decrypt", "*", context)) for context in contexts)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d"),
        ("StringLike", "aws:SourceVpc", "*"),
        ("StringLike", "aws:PrincipalArn", "*:role/web"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/web"),
        ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        ("StringLike", "aws:RequestedRegion", "eu-*"),
        ("StringLike", "kms:ViaService", "s3.*.amazonaws.com"),
        ("StringEquals", "aws:SecureTransport", "true"),
        ("NumericLessThan", "aws:EpochTime", "1900000000"),
        ("NumericGreaterThan", "aws:PrincipalTag/level", "3"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        ("ForAnyValue:StringEquals", "aws:CalledVia", "athena.amazonaws.com"),
        ("Null", "aws:TagKeys", "false"),
        ("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}"),
        ("StringEquals", "aws:PrincipalTag/team", "${*}"),
        ("StringLike", "kms:EncryptionContext:app", "*"),
    ],
)
def test_what_people_write(operator: str, key: str, value: str) -> None:
    assert [item.message for item in findings(build.spec(body(operator, key, value)))] == []


@pytest.mark.parametrize(
    ("operator", "key", "values", "code", "level"),
    [
        ("StringEquals", "aws:CalledVia", ["athena.amazonaws.com"], "SG516", "error"),
        ("ForAllValues:StringEquals", "aws:SourceVpc", ["vpc-1"], "SG516", "warning"),
        ("ForAnyValue:StringEquals", "aws:SourceVpc", ["vpc-1"], "SG516", "note"),
        ("StringEquals", "aws:ResourceTag/team", ["a*"], "SG515", "warning"),
        ("StringEquals", "aws:RequestedRegion", ["eu-west-9"], "SG517", "error"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "10.0.0.0/8"], "SG519", "warning"),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"], "SG519", "error"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.7/24"], "SG519", "note"),
        ("Bool", "aws:SecureTransport", ["true", "false"], "SG705", "warning"),
        ("Null", "aws:SourceVpc", ["true", "false"], "SG705", "warning"),
        ("ForAllValues:Null", "aws:TagKeys", ["true"], "SG705", "warning"),
        ("NumericLessThan", "kms:RecipientAttestation:PCR0", ["1", "5"], "SG705", "note"),
        ("DateLessThan", "aws:CurrentTime", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"], "SG705", "note"),
    ],
)
def test_levels(operator: str, key: str, values: list[str], code: str, level: str) -> None:
    found = [(item.code.id, item.level.value) for item in findings(build.spec(body(operator, key, *values)))]
    assert (code, level) in found, found


def test_a_set_operator_for_all_lets_in_requests_without_the_key() -> None:
    document = {"Version": "2012-10-17", "Statement": [body("ForAllValues:StringEquals", "aws:SourceVpc", "vpc-1")]}
    assert allowed([document], Request("kms:Decrypt"))


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("arn:aws:s3:::home/${aws:username}/*", "no request that an EC2 instance"),
        ("arn:aws:s3:::home/${aws:usernam}/*", "does not exist"),
        ("arn:aws:s3:::home/${aws:TagKeys}/*", "has several values"),
        ("arn:aws:s3:::home/${saml:sub}/*", "no request that an EC2 instance"),
        ("arn:aws:s3:::home/${ aws:userid }/*", "spaces"),
        ("arn:aws:s3:::home/${aws:PrincipalTag/team, none}/*", "no quotes"),
    ],
)
def test_variables(resource: str, words: str) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    finding = build.only(policy_variables.check, build.spec(statement))
    assert words in finding.message
    if words in ("has several values", "does not exist") or words.startswith("no request"):
        document = {"Version": "2012-10-17", "Statement": [statement]}
        context = {"aws:userid": "AROA:i-1", "aws:PrincipalTag/team": "a", "aws:TagKeys": ["a"]}
        for name in itertools.chain(("a", "AROA:i-1", ""), context):
            assert not allowed([document], Request("s3:GetObject", f"arn:aws:s3:::home/{name}/x", context))


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::home/${aws:PrincipalTag/team}/*",
        "arn:aws:s3:::home/${aws:username, 'shared'}/*",
        "arn:aws:s3:::home/${aws:userid}/${*}",
    ],
)
def test_variables_that_work(resource: str) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    assert list(policy_variables.check(build.spec(statement))) == []


def test_a_variable_under_an_operator_that_takes_none() -> None:
    tree = build.spec(body("NumericEquals", "aws:EpochTime", "${aws:EpochTime}"))
    assert "takes no policy variables" in build.only(policy_variables.check, tree).message


@pytest.mark.parametrize(
    ("key", "value", "is_id"),
    [
        ("aws:SourceVpc", "vpc-0a1b2c3d", True),
        ("aws:SourceVpc", "vpc-0a1b2c3d4e5f60718", True),
        ("aws:SourceVpce", "vpce-0a1b2c3d4e5f60718", True),
        ("aws:SourceVpc", "<<var.vpc>>", True),
        ("aws:SourceVpc", "vpc-12", False),
        ("aws:SourceVpc", "vpc-main", False),
        ("aws:SourceVpce", "vpce-0a1b2c3d4e5f6071", False),
    ],
)
def test_the_id_of_a_network_is_a_whole_one(key: str, value: str, is_id: bool) -> None:
    body = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {key: value}}}
    assert [item.code.id for item in impossible_value.check(build.spec(body))] == ([] if is_id else ["SG517"])
