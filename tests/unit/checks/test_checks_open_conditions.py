"""SG517, SG525, SG620, SG622, SG623 and SG705: conditions that hold less, or more, than they seem to promise."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import check_building as build
import pytest

from compiler.checks.expired_condition import expired
from compiler.diagnostics import SourceText
from compiler.driver import check_documents
from tests.support.oracle import Request, allowed

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
VPCE, VPC = {"aws:SourceVpce": "vpce-0123456789abcdef0"}, {"aws:SourceVpc": "vpc-0123456789abcdef0"}
MFA = "aws:MultiFactorAuthPresent"


def body(condition: dict[str, Any], effect: str = "Allow", action: str = "sqs:SendMessage", on: str = QUEUE) -> Any:
    return {"Effect": effect, "Action": action, "Resource": on, "Condition": condition}


def told(*bodies: Any) -> list[tuple[str, str]]:
    """What is found in a document that nobody in particular has."""
    text = json.dumps({"Version": "2012-10-17", "Statement": bodies})
    found = check_documents([(SourceText("policy.json", text), True)]).diagnostics
    return [(item.code.id, item.level.value) for item in found]


@pytest.mark.parametrize(
    ("condition", "effect", "code"),
    [
        ({"StringEqualsIfExists": VPCE}, "Allow", "SG622"),
        ({"StringLikeIfExists": VPC}, "Allow", "SG622"),
        ({"BoolIfExists": {MFA: "true"}}, "Allow", "SG622"),
        ({"Bool": {MFA: "false"}}, "Deny", "SG622"),
        ({"Null": {MFA: "false"}}, "Allow", "SG622"),
        ({"Bool": {"aws:SecureTransport": "false"}}, "Allow", "SG623"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "Deny", "SG623"),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, "Allow", "SG705"),
        ({"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}, "Deny", "SG705"),
        ({"StringLike": {"aws:PrincipalArn": "*"}}, "Allow", "SG705"),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "Allow", "SG525"),
        ({"NumericLessThanEquals": {"aws:EpochTime": "1577836800"}}, "Deny", "SG525"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:orders"}}, "Allow", "SG507"),
    ],
)
def test_one_warning(condition: dict[str, Any], effect: str, code: str) -> None:
    assert told(body(condition, effect)) == [(code, "warning")]


@pytest.mark.parametrize(
    ("condition", "effect"),
    [
        ({"StringNotEqualsIfExists": VPCE}, "Deny"),
        ({"StringEqualsIfExists": VPCE, "IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, "Allow"),
        ({"Bool": {MFA: "true"}}, "Allow"),
        ({"Bool": {MFA: "true"}, "Null": {MFA: "false"}}, "Allow"),
        ({"BoolIfExists": {MFA: "false"}}, "Deny"),
        ({"Null": {MFA: "true"}}, "Deny"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "Allow"),
        ({"Bool": {"aws:SecureTransport": "false"}}, "Deny"),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}}, "Allow"),
        ({"DateLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}}, "Allow"),
        ({"DateLessThan": {"aws:CurrentTime": ["2020-01-01", "2099-01-01"]}}, "Deny"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "Allow"),
        ({"StringNotEqualsIfExists": {"aws:SourceAccount": "123456789012"}}, "Deny"),
        ({"StringLike": {"aws:ResourceTag/team": "*"}}, "Allow"),
    ],
)
def test_sound(condition: dict[str, Any], effect: str) -> None:
    assert [item for item in told(body(condition, effect)) if item[1] != "note"] == []


def test_a_second_deny_may_be_about_those_without_the_key() -> None:
    denies = [body({"Bool": {MFA: "false"}}, "Deny"), body({"Null": {MFA: "true"}}, "Deny")]
    assert "SG622" not in {code for code, _ in told(*denies)}


@pytest.mark.parametrize(
    "condition", [{"StringEqualsIfExists": VPCE}, {"BoolIfExists": {MFA: "true"}}, {"Null": {MFA: "false"}}]
)
def test_what_is_let_in_is_let_in(condition: dict[str, Any]) -> None:
    carried = {MFA: ("false",)} if "Null" in condition else {}
    document = {"Version": "2012-10-17", "Statement": [body(condition)]}
    assert allowed([document], Request("sqs:SendMessage", QUEUE, carried))


def test_the_day_is_the_one_of_the_clock() -> None:
    day = "2030-06-01T00:00:00Z"
    statement = build.statement(body({"DateLessThan": {"aws:CurrentTime": day}}), build.origin(day, needle=day))
    moments = [dt.datetime(2030, 5, 31, tzinfo=dt.UTC), dt.datetime(2030, 6, 2, tzinfo=dt.UTC)]
    assert [len(list(expired(statement, now))) for now in moments] == [0, 1]


def test_a_block_in_a_block_is_a_note() -> None:
    condition = {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "203.0.113.128/25"]}}
    assert told(body(condition)) == [("SG705", "note")]


@pytest.mark.parametrize(
    ("key", "bad", "good", "level"),
    [
        ("kms:ViaService", "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "error"),
        ("ec2:InstanceType", "t3-micro", "t3.micro", "error"),
        ("ec2:CreateAction", "RunInstance", "RunInstances", "error"),
        ("ec2:CreateAction", "Zzzz", "CreateVolume", "warning"),
        ("s3:x-amz-acl", "bucket-owner-full", "bucket-owner-full-control", "error"),
        ("s3:x-amz-server-side-encryption", "KMS", "aws:kms", "error"),
    ],
)
def test_values_of_services(key: str, bad: str, good: str, level: str) -> None:
    action = {"kms": "kms:Decrypt", "ec2": "ec2:CreateTags", "s3": "s3:PutObject"}[key.partition(":")[0]]
    action = "ec2:StopInstances" if key == "ec2:InstanceType" else action

    def found(value: str) -> list[tuple[str, str]]:
        codes = told(body({"StringEquals": {key: value}}, action=action, on="*"))
        return [item for item in codes if item[0] == "SG517"]

    assert found(bad) == [("SG517", level)]
    assert found(good) == []


@pytest.mark.parametrize(
    ("operator", "value", "count"),
    [
        ("ArnLike", "arn:aws:sts::123456789012:assumed-role/web/*", 1),
        ("StringLike", "arn:aws:sts::*:assumed-role/web/i-1", 1),
        ("ArnLike", "arn:aws:iam::123456789012:role/web", 0),
        ("ArnLike", "arn:aws:sts::123456789012:federated-user/anna", 0),
        ("ArnLike", "arn:aws:*::123456789012:*", 0),
    ],
)
def test_a_principal_is_a_role_and_no_session(operator: str, value: str, count: int) -> None:
    assert [code for code, _ in told(body({operator: {"aws:PrincipalArn": value}}))] == ["SG517"] * count


TAGS = {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}


@pytest.mark.parametrize(
    ("action", "condition", "codes"),
    [
        ("sqs:CreateQueue", TAGS, ["SG620"]),
        ("sqs:TagQueue", TAGS, []),
        ("sqs:CreateQueue", {**TAGS, "Null": {"aws:TagKeys": "false"}}, []),
        ("sqs:CreateQueue", {**TAGS, "StringEquals": {"aws:RequestTag/team": "shop"}}, []),
    ],
)
def test_what_is_made_without_tags(action: str, condition: dict[str, Any], codes: list[str]) -> None:
    assert [code for code, _ in told(body(condition, action=action))] == codes


@pytest.mark.parametrize(
    ("action", "dead"),
    [("ec2:StartInstances", True), ("ec2:CreateVolume", False), ("ec2:PurchaseHostReservation", False)],
)
def test_only_some_requests_set_tags(action: str, dead: bool) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": "shop"}}
    assert (("SG506", "warning") in told(body(condition, action=action, on="*"))) == dead
