from __future__ import annotations

import pytest

from compiler.aws.arn import Arn, parse_arn, split_fields
from compiler.aws.reference import reference


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("arn:aws:s3:::shop/img/a:b", ("aws", "s3", "", "", "shop/img/a:b")),
        ("arn:aws-cn:logs:*:1:log-group:/a:*", ("aws-cn", "logs", "*", "1", "log-group:/a:*")),
        ("arn:aws:s3:::", ("aws", "s3", "", "", "")),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/x", ("aws", "iam", "", "${aws:PrincipalAccount}", "role/x")),
        ("arn:aws:s3:::b/${saml:sub}/*", ("aws", "s3", "", "", "b/${saml:sub}/*")),
    ],
)
def test_parse_and_print(text: str, fields: tuple[str, ...]) -> None:
    arn = parse_arn(text)

    assert arn == Arn(*fields)
    assert str(arn) == text


@pytest.mark.parametrize(
    "text", ["*", "", "arn", "arn:aws:s3", "arn:aws:sqs:eu-west-1:1", "s3:::b:c:d:e", "ARN:a:b:c:d:e"]
)
def test_what_is_no_arn(text: str) -> None:
    assert parse_arn(text) is None


def test_a_reference_may_stand_in_any_field_with_colons_in_it() -> None:
    marked = reference('module.x["a:b"].arn')

    for position in range(5):
        fields = ["aws", "sqs", "eu-west-1", "1", "q"]
        fields[position] = marked

        assert parse_arn("arn:" + ":".join(fields)) == Arn(*fields)


def test_a_whole_reference_is_no_arn() -> None:
    assert parse_arn(reference("aws_sqs_queue.q.arn")) is None
    assert parse_arn(reference("aws_s3_bucket.b.arn") + "/*") is None


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("arn:aws:sqs", ("aws", "sqs", "*", "*", "*")),
        ("arn:*", ("*", "*", "*", "*", "*")),
        ("arn:aws:s3:::b", ("aws", "s3", "", "", "b")),
    ],
)
def test_missing_fields_are_stars(text: str, fields: tuple[str, ...]) -> None:
    assert split_fields(text) == fields


def test_fields_that_only_terraform_knows_are_not_guessed() -> None:
    assert split_fields("arn:aws:" + reference("local.rest")) is None
    assert split_fields(reference("aws_sqs_queue.q.arn")) is None
    assert split_fields("*") is None
