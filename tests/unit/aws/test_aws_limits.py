from __future__ import annotations

import re

import boto3
import pytest

from compiler.aws import limits


@pytest.fixture(scope="module")
def shapes():
    """IAM's own API model."""
    client = boto3.client("iam", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    return client.meta.service_model


@pytest.mark.parametrize(
    ("shape", "length"),
    [
        ("roleNameType", limits.ROLE_NAME_LENGTH),
        ("instanceProfileNameType", limits.PROFILE_NAME_LENGTH),
        ("policyNameType", limits.POLICY_NAME_LENGTH),
        ("pathType", limits.PATH_LENGTH),
        ("policyPathType", limits.PATH_LENGTH),
        ("roleDescriptionType", limits.DESCRIPTION_LENGTH),
        ("policyDescriptionType", limits.DESCRIPTION_LENGTH),
        ("tagKeyType", limits.TAG_KEY_LENGTH),
        ("tagValueType", limits.TAG_VALUE_LENGTH),
        ("tagListType", limits.TAG_COUNT),
        ("roleMaxSessionDurationType", limits.MAX_SESSION_DURATION),
    ],
)
def test_lengths_are_those_of_the_api(shapes, shape: str, length: int) -> None:
    assert shapes.shape_for(shape).metadata["max"] == length


def test_the_shortest_session(shapes) -> None:
    assert shapes.shape_for("roleMaxSessionDurationType").metadata["min"] == limits.MIN_SESSION_DURATION


@pytest.mark.parametrize(
    ("pattern", "fitting", "refused"),
    [
        (limits.NAME_PATTERN, ["web", "a+b=c,d.e@f-g_h"], ["", "a b", "a/b", "ä", "a*"]),
        (limits.ROLE_PATH_PATTERN, ["/", "/shop/", "/a/b*!/", "///"], ["", "shop/", "/shop", "/a b/", "/ä/"]),
        (limits.POLICY_PATH_PATTERN, ["/", "/shop/", "/a.b/c_d/"], ["", "/shop", "//", "/a*/", "/a b/"]),
        (limits.ROLE_DESCRIPTION_PATTERN, ["", "the public web shop (é)\n"], ["an em dash —", "🙂", "\u00a0", "\x7f"]),
        (limits.DOCUMENT_PATTERN, ['{"a": "é"}\t\r\n'], ["", "—", "\x0b"]),
        (limits.SID_PATTERN, ["", "S3read"], ["S3-read", "a b"]),
        (limits.ACCOUNT_ID_PATTERN, ["001234567012"], ["1234", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"]),
        (limits.EXTERNAL_ID_PATTERN, ["a:b/c=d"], ["a b", "ä"]),
        (
            limits.TAG_PATTERN,
            ["", "team", "a.b:c/d=e+f-g@h_i j", "größe", "数"],
            ["a*b", "a;b", "a\tb", "🙂", "a\u200bb"],
        ),
    ],
)
def test_patterns(pattern: re.Pattern[str], fitting: list[str], refused: list[str]) -> None:
    assert [text for text in fitting if not pattern.fullmatch(text)] == []
    assert [text for text in refused if pattern.fullmatch(text)] == []


@pytest.mark.parametrize(
    ("shape", "pattern"),
    [
        ("roleNameType", limits.ROLE_NAME_PATTERN),
        ("policyNameType", limits.NAME_PATTERN),
        ("pathType", limits.ROLE_PATH_PATTERN),
        ("policyPathType", limits.POLICY_PATH_PATTERN),
        ("roleDescriptionType", limits.ROLE_DESCRIPTION_PATTERN),
        ("policyDocumentType", limits.DOCUMENT_PATTERN),
    ],
)
def test_patterns_agree_with_the_api_on_each_character(shapes, shape: str, pattern: re.Pattern[str]) -> None:
    theirs = re.compile(shapes.shape_for(shape).metadata["pattern"], re.ASCII)

    for code in range(0x180):
        for text in (chr(code), f"/{chr(code)}/", f"a{chr(code)}"):
            assert bool(pattern.fullmatch(text)) == bool(theirs.fullmatch(text)), (shape, text)


def test_sizes() -> None:
    assert limits.MANAGED_POLICY_LENGTH == 6144
    assert limits.INLINE_POLICIES_LENGTH == 10240
    assert limits.TRUST_POLICY_LENGTH == 2048 < limits.MAX_TRUST_POLICY_LENGTH
    assert limits.MANAGED_POLICIES_PER_ROLE == 10 < limits.MAX_MANAGED_POLICIES_PER_ROLE
    assert limits.RESERVED_TAG_PREFIX == "aws:"
