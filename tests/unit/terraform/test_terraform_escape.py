"""Literal text stays literal, references become references: against a reader of HCL templates of its own."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.reference import reference
from compiler.terraform.errors import EmitError
from compiler.terraform.escape import expression, literal, literal_json, template, template_json

# One token of a template, as HCL reads it (hclsyntax, "Templates").
_TOKEN = re.compile(
    r"(?P<dollars>\$\$\{)|(?P<percents>%%\{)|\$\{(?P<code>(?:\"(?:[^\"\\]|\\.)*\"|[^\"}])*)\}|(?P<directive>%\{)|(?P<text>.)",
    re.DOTALL,
)


def evaluate(text: str) -> str:
    """What Terraform makes of a template; a reference ``x`` has the value ``<x>``."""
    result = ""
    for token in _TOKEN.finditer(text):
        if token["dollars"]:
            result += "${"
        elif token["percents"]:
            result += "%{"
        elif token["code"] is not None:
            code = token["code"]
            result += json.loads(code) if code.startswith('"') else f"<{code}>"
        else:
            assert not token["directive"], f"a directive runs: {text!r}"
            result += token["text"]
    return result


special = st.text(alphabet='$%{}"\\ a\r\né', max_size=12)
texts = st.one_of(special, st.text(alphabet=st.characters(exclude_categories=["Cs", "Co"]), max_size=20))
names = st.from_regex(r"[a-z]{1,5}\.[a-z]{1,5}", fullmatch=True)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@given(texts)
def test_literal_text_comes_out_as_it_went_in(text: str) -> None:
    assert evaluate(template(text)) == nfc(text)


@given(st.lists(st.tuples(texts, names), min_size=1, max_size=4), texts)
def test_references_are_evaluated_and_the_text_around_them_is_not(parts: list[tuple[str, str]], last: str) -> None:
    text = "".join(before + reference(name) for before, name in parts) + last
    assert evaluate(template(text)) == "".join(f"{nfc(before)}<{name}>" for before, name in parts) + nfc(last)


@given(st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3)))
def test_lists_are_escaped_inside(value: object) -> None:
    def outcome(item: object) -> object:
        if isinstance(item, str):
            return evaluate(item)
        return [outcome(other) for other in item] if isinstance(item, list) else item

    def wanted(item: object) -> object:
        if isinstance(item, str):
            return nfc(item)
        return [wanted(other) for other in item] if isinstance(item, list) else item

    assert outcome(template_json(value)) == wanted(value)


def test_object_keys_are_escaped_too() -> None:
    assert template_json({"${k}": {"%{x}": ["${v}"]}}) == {"$${k}": {"%%{x}": ["$${v}"]}}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("${aws:username}", "$${aws:username}"),
        ("100%{done}", "100%%{done}"),
        ("$$${x}", "$$$${x}"),
        ("$ % { } $$ %%", "$ % { } $$ %%"),
        ("e\u0301", "é"),
        (f"a{reference('var.x')}b", "a${var.x}b"),
        (f"${reference('var.x')}", '${"$"}${var.x}'),
        (f"a$${reference('var.x')}", 'a${"$$"}${var.x}'),
        (f"a\r{reference('var.x')}", 'a${"\\r"}${var.x}'),
    ],
)
def test_forms(text: str, escaped: str) -> None:
    assert template(text) == escaped


def test_plain_text_is_the_very_same_object() -> None:
    text = "arn:aws:s3:::shop-assets/public/*"
    assert template(text) is text


def test_expressions_are_whole_values() -> None:
    assert expression("jsonencode(local.policy_app-x)") == "${jsonencode(local.policy_app-x)}"


def test_literal_places_take_text_as_it_is() -> None:
    assert literal("${1+1} $${x} 100%{done}") == "${1+1} $${x} 100%{done}"
    assert literal_json({"e\u0301": ["e\u0301", 1]}) == {"é": ["é", 1]}


def test_a_reference_in_a_literal_place_is_a_bug() -> None:
    with pytest.raises(EmitError, match="does not evaluate"):
        literal(f"state-{reference('var.env')}")
