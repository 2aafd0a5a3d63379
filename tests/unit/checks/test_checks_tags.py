"""SG407: tags that IAM refuses."""

from __future__ import annotations

import check_building as build
import pytest

from compiler.aws.reference import reference
from compiler.checks import tags
from compiler.diagnostics import Diagnostic, Origin, SourceText, Span
from compiler.ir.program import Program


def tagged(**values: str) -> Program:
    """A role and a policy that inherit the same tags, written one below the other."""
    text = "".join(f"{key}: {value}\n" for key, value in values.items())
    source = SourceText("spec.yaml", text)
    settings = []
    for key, value in values.items():
        start = text.index(f"{key}: ")
        span = Span(source, start, start + len(key) + 2 + len(value))
        settings.append((f"tags.{key}", Origin(span, f"defaults.tags.{key}")))
    pairs = tuple(sorted(values.items()))
    role = build.role(tags=pairs, settings=tuple(settings))
    return build.program(build.stack([build.policy(tags=pairs, settings=tuple(settings))], [role]))


def finding(**values: str) -> Diagnostic:
    return build.only(tags.check, tagged(**values), tags.REFUSED_TAGS)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("k" * 129, "v", "has 129 characters; IAM allows 1 to 128"),
        ("k", "v" * 257, "has 257 characters; IAM allows 256"),
        ("AWS:owner", "v", "begins with `aws:`"),
        ("team!", "v", "has characters that a tag cannot have"),
        ("team", "a#b", "has characters that a tag cannot have"),
    ],
)
def test_one_tag(key: str, value: str, message: str) -> None:
    found = finding(**{key: value})
    assert message in found.message
    assert found.span is not None
    assert found.span.text == f"{key}: {value}"
    assert found.path == f"defaults.tags.{key}"


def test_refused_characters_are_named() -> None:
    assert finding(team="a#b|c#").label == "`#`, `|` cannot stand here"


def test_keys_that_differ_in_case_show_both_places() -> None:
    found = finding(owner="a", Owner="b")
    assert found.message == "tag keys `owner` and `Owner` differ only in case"
    assert found.span is not None
    assert found.span.text == "Owner: b"
    assert [label.span.text for label in found.secondary] == ["owner: a"]


def test_too_many() -> None:
    assert finding(**{f"k{number}": "v" for number in range(51)}).message == "51 tags are too many; IAM allows 50"


def test_empty_key() -> None:
    tree = build.program(build.stack([], [build.role(tags=(("", "v"),))]))
    assert build.only(tags.check, tree).label == "empty"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"owner": ""},
        {"Kosten stelle": "Größe 東京 ½ a_b.c:d/e=f+g-h@i"},
        {"owner": reference("var.a_name_with_#") * 30},
        {"k" * 128: "v" * 256},
        {f"k{number}": "v" for number in range(50)},
    ],
)
def test_what_iam_takes(values: dict[str, str]) -> None:
    assert list(tags.check(tagged(**values))) == []
