from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.pattern import (
    arn_covers,
    arn_overlaps,
    covers,
    has_wildcard,
    matches,
    overlaps,
)
from compiler.aws.reference import reference

BUCKET = reference("aws_s3_bucket.b.arn")
NAME = reference("var.name")

patterns = st.text(alphabet="ab*?", max_size=6)


def _language(pattern: str) -> frozenset[str]:
    """All strings of up to seven characters that a pattern matches; ``z`` is a character that no pattern names."""
    expression = re.compile("".join({"*": ".*", "?": "."}.get(character, character) for character in pattern))
    return frozenset(text for text in _STRINGS if expression.fullmatch(text))


_STRINGS = tuple("".join(letters) for size in range(8) for letters in itertools.product("abz", repeat=size))


@given(patterns)
def test_matches_agrees_with_a_regular_expression(pattern: str) -> None:
    assert frozenset(text for text in _STRINGS if matches(pattern, text)) == _language(pattern)


# A counterexample of two patterns of up to six characters has at most one character per step of both.
@given(patterns, patterns)
def test_covers_and_overlaps_agree_with_enumeration(a: str, b: str) -> None:
    language_a, language_b = _language(a), _language(b)

    if covers(a, b):
        assert language_b <= language_a
    elif len(b.replace("*", "")) + len(a.replace("*", "")) <= 7:
        assert not language_b <= language_a
    if overlaps(a, b):
        assert overlaps(b, a)
    if len(b.replace("*", "")) + len(a.replace("*", "")) <= 7:
        assert overlaps(a, b) == bool(language_a & language_b)


@given(patterns, patterns, patterns)
def test_covers_is_an_order(a: str, b: str, c: str) -> None:
    assert covers(a, a)
    if covers(a, b) and covers(b, c):
        assert covers(a, c)


@given(patterns, patterns)
def test_what_covers_overlaps(a: str, b: str) -> None:
    if covers(a, b):
        assert overlaps(a, b)


@pytest.mark.parametrize(
    ("general", "specific", "expected"),
    [
        ("?*", "*a", True),
        ("*a*", "*?a", True),
        ("*?", "?*", True),
        ("a*b", "a*", False),
        ("*", "", True),
        ("", "", True),
        ("", "*", False),
        ("s3:Get*", "s3:GetObject*", True),
        ("*a*a*", "*aa*", True),
        ("*aa*", "*a*a*", False),
    ],
)
def test_covers_by_example(general: str, specific: str, expected: bool) -> None:
    assert covers(general, specific) is expected


def test_letters_are_case_sensitive() -> None:
    assert not matches("s3:get*", "s3:GetObject")
    assert not covers("A*", "a")


def test_escapes_are_the_characters_themselves() -> None:
    assert matches("a${*}b", "a*b")
    assert not matches("a${*}b", "axb")
    assert matches("${$}x${?}*", "$x?yz")
    assert covers("a${*}*", "a${*}b")
    assert not covers("a${*}", "a*")
    assert overlaps("a*", "${$}*") is False
    assert has_wildcard("a?")
    assert not has_wildcard("a${?}")


def test_long_patterns_take_linear_time() -> None:
    text = "a" * 3000

    assert not matches("*a" * 30 + "*b", text)
    assert matches("*a" * 30 + "*", text)


class TestUnknownPieces:
    """References and policy variables: they overlap with everything, and are covered by stars and by themselves."""

    @pytest.mark.parametrize("piece", [NAME, "${aws:username}"])
    def test_overlap(self, piece: str) -> None:
        assert overlaps(f"b/{piece}/x", "b/*/x")
        assert overlaps(f"b/{piece}/x", "b/anything/x")
        assert overlaps("b/anything", f"b/{piece}")
        assert not overlaps(f"b/{piece}/x", "b/y/z")

    @pytest.mark.parametrize("piece", [NAME, "${aws:username}"])
    def test_cover(self, piece: str) -> None:
        assert covers(f"b/{piece}", f"b/{piece}")
        assert covers(f"b/{piece}*", f"b/{piece}/x")
        assert covers("b/*", f"b/{piece}")
        assert not covers("b/?", f"b/{piece}")
        assert not covers(f"b/{piece}", "b/x")
        assert not covers(f"b/{piece}", "b/*")
        assert not covers(f"b/{piece}*", f"b/{reference('var.other')}x")

    def test_covers_is_not_fooled_by_a_dollar_sign(self) -> None:
        assert not covers("a$*", "a${aws:username}")


class TestArns:
    def test_a_star_alone_is_everything(self) -> None:
        assert arn_covers("*", "arn:aws:s3:::b")
        assert arn_covers("*", BUCKET)
        assert not arn_covers("arn:*", "*")
        assert arn_overlaps("*", "arn:aws:s3:::b")
        assert arn_overlaps("arn:aws:s3:::b", "*")

    @pytest.mark.parametrize(
        ("general", "specific", "expected"),
        [
            ("arn:aws:s3:::b*", "arn:aws:s3:::b/x", True),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
            ("arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:1:q", True),
            ("arn:aws:sqs:*:q", "arn:aws:sqs:eu-west-1:1:q", False),
            ("arn:aws:*:eu-west-1:1:q", "arn:aws:sqs:eu-west-1:1:q", True),
            ("arn:aws:*:1:q", "arn:aws:sqs:eu-west-1:1:q", False),
            ("arn:aws:logs:*:*:*", "arn:aws:logs:eu-west-1:1:log-group:/a:*", True),
            ("arn:aws:sqs", "arn:aws:sqs:eu-west-1:1:*", True),
            ("arn:aws:sqs:eu-*:1:*", "arn:aws:sqs:*:1:*", False),
            ("arn:aws:s3:::*/x", "arn:aws:s3:::b/y/x", True),
        ],
    )
    def test_covers(self, general: str, specific: str, expected: bool) -> None:
        assert arn_covers(general, specific) is expected

    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            ("arn:aws:sqs:*:1:q", "arn:aws:sqs:eu-west-1:*:q", True),
            ("arn:aws:sqs:eu-*:1:q", "arn:aws:sqs:us-*:1:q", False),
            ("arn:aws:s3:::a*", "arn:aws:s3:::*b", True),
            ("arn:aws:s3:::a*", "arn:aws:s3:::b*", False),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
            ("arn:*:1:q", "arn:aws:sqs:eu-west-1:1:q", False),
            ("arn:aws:s3", "arn:aws:s3:::b", True),
        ],
    )
    def test_overlaps(self, a: str, b: str, expected: bool) -> None:
        assert arn_overlaps(a, b) is expected
        assert arn_overlaps(b, a) is expected

    def test_references(self) -> None:
        assert arn_covers(f"{BUCKET}/*", f"{BUCKET}/img/*")
        assert not arn_covers(f"{BUCKET}/*", BUCKET)
        assert not arn_covers("arn:aws:s3:::*", f"{BUCKET}/*")
        assert arn_covers("arn:aws:s3:::*", f"arn:aws:s3:::{NAME}/*")
        assert arn_overlaps(BUCKET, "arn:aws:s3:::b")
        assert arn_overlaps(f"{BUCKET}/*", "arn:aws:s3:::b/x")
        assert not arn_overlaps(f"{BUCKET}/x", "arn:aws:s3:::b/y")
