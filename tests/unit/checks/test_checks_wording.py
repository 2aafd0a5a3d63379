"""Wording and likeness: what all messages share."""

from __future__ import annotations

import doctest
import importlib

import pytest

from compiler.checks.slips import Near, is_slip, near
from compiler.checks.wording import characters, either, listed, with_article


def test_lists() -> None:
    assert listed(["a"]) == "`a`"
    assert listed("abc") == "`a`, `b` and `c`"
    assert listed("abcdef") == "`a`, `b`, `c`, `d`, `e` and `f`"
    assert listed("abcdefgh") == "`a`, `b`, `c`, `d`, `e` and 3 more"
    assert listed([]) == "nothing"
    assert either(["a"]) == "a"
    assert either("abc") == "a, b or c"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("S3 bucket", "an S3 bucket"),
        ("KMS key", "a KMS key"),
        ("alias", "an alias"),
        ("Amazon S3 ARN", "an Amazon S3 ARN"),
    ],
)
def test_articles(words: str, expected: str) -> None:
    assert with_article(words) == expected


def test_numbers() -> None:
    assert (characters(1), characters(0), characters(1234)) == ("1 character", "0 characters", "1,234 characters")


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("GetObjct", "GetObject", True),
        ("GetObejct", "GetObject", True),
        ("getobjects", "GetObject", True),
        ("GetObjectV2", "GetObject", False),
        ("GetObject", "GetObjectV2", False),
        ("GetObject2", "GetObject", False),
        ("GetObjectAcl", "GetObject", False),
        ("s4", "s3", False),
        ("sqz", "sqs", True),
    ],
)
def test_slips(word: str, known: str, expected: bool) -> None:
    assert is_slip(word, known) is expected


def test_near() -> None:
    assert near("s4", ["s3", "ec2"]) == Near("s3", False)
    assert near("zzzz", ["s3", "ec2"]) is None
    assert near("x", []) is None


@pytest.mark.parametrize(
    "name", ["action_patterns", "arn_faults", "arn_forms", "condition_values", "shapes", "slips", "wording", "working"]
)
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"compiler.checks.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
