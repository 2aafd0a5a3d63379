"""``{{ … }}``: what an expression can reach, how much it can make, and what never comes out of it."""

from __future__ import annotations

import pytest

from compiler.frontend.templates import MAX_LENGTH, TemplateProblem, Unknown, evaluate
from tests.unit.frontend.compiling import ACCOUNT, codes, compiled, spec, statements

NAMES = {
    "values": {"env": "prod", "items": "shoes", "sizes": ["1", "2"], "none": None, "on": True, "deep": {"x": "y"}},
    "stack": {"name": "shop", "account": Unknown("<reference>")},
}


def problem(text: str) -> TemplateProblem:
    found = evaluate(text, NAMES)
    assert isinstance(found, TemplateProblem), found
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a-{{ values.env }}-b", "a-prod-b"),
        ("{{ values['env'] ~ '-' ~ values.deep.x }}", "prod-y"),
        ("{{ values.items ~ '' }}", "shoes"),
        ("{{ values.sizes[1] ~ values.sizes[0] }}", "21"),
        ("{{ values.on ~ '' }}", "true"),
        ("{{ 'a' if values.env == 'prod' else 'b' }}", "a"),
        ("{{ values.missing | default('x') | upper }}", "X"),
        ("{{ values.env | replace('p', 'P') | trim | lower }}", "prod"),
        ("{{ values.sizes | length }}{{ values.deep | length }}{{ 'abc' | length }}", "213"),
        ("{{ 'x' if values.missing is defined else 'y' }}", "y"),
        ("{{ '}' }}", "}"),
        ("{{ '{{' }}", "{{"),
        ("{{ stack.account }}/{{ 'a' ~ stack.account }}", "<reference>/a<reference>"),
    ],
)
def test_values(text: str, value: str) -> None:
    assert evaluate(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{ values['gone'] }}", "gone"),
        ("{{ values.copy ~ '' }}", "copy"),
        ("{{ values.env.upper ~ '' }}", "upper"),
        ("{{ values.sizes[2] ~ '' }}", "2"),
        ("{{ values.sizes.append ~ '' }}", "append"),
        ("{{ ''.__class__.__mro__ }}", "__class__"),
        ("{{ values.gone.more | default('x') }}", "gone"),
        ("{{ (values.gone | upper) }}", "gone"),
    ],
)
def test_what_the_spec_does_not_say_is_not_defined(text: str, name: str) -> None:
    found = problem(text)
    assert (found.kind, found.name) == ("undefined", name)


@pytest.mark.parametrize("text", ["{{ values.sizes ~ 'x' }}", "{{ values.deep | upper }}", "{{ 'x' ~ values.none }}"])
def test_only_texts_are_joined_and_filtered(text: str) -> None:
    found = problem(text)
    assert found.kind == "result"
    assert "is no text" in found.message


@pytest.mark.parametrize(
    "question",
    [
        "stack.account == '1'",
        "stack.account != '1'",
        "stack.account < '1'",
        "'1' in stack.account",
        "stack.account in ['1']",
        "stack.account and 'x'",
        "stack.account | upper",
        "stack.account | length",
        "stack.account | replace('reference', 'file(1)')",
        "'a' | replace('a', stack.account)",
    ],
)
def test_nothing_is_asked_of_what_only_terraform_knows(question: str) -> None:
    found = problem(f"{{{{ {question} }}}}")
    assert (found.kind, "only Terraform knows" in found.message) == ("result", True)


@pytest.mark.parametrize(
    "expression",
    [
        "9" * 5000,
        "0x" + "f" * 5000,
        "(" * 3000 + "1" + ")" * 3000,
        "not " * 2000 + "1",
        "1 if 1 else " * 800 + "1",
        "[" * 900 + "]" * 900,
        "1" * (MAX_LENGTH + 1),
        "range(3)",
        "'a' * 9",
        "values.env x",
    ],
)
def test_an_expression_that_is_too_much_is_a_finding(expression: str) -> None:
    assert problem(f"{{{{ {expression} }}}}").kind == "syntax"


@pytest.mark.parametrize(
    "text", ["{{ values.big }}" * 90_000, "{{ values.big ~ values.big }}", "{{ values.big | replace('x', 'xxxxx') }}"]
)
def test_no_text_grows_without_bound(text: str) -> None:
    found = evaluate(text, {"values": {"big": "x" * 9_000}})
    assert isinstance(found, TemplateProblem)
    assert found.kind == "result"
    assert str(MAX_LENGTH) in found.message


def test_a_value_is_not_evaluated_in_turn() -> None:
    found = evaluate("{{ values.a }}", {"values": {"a": "x{{ values.b }}", "b": "c"}})
    assert isinstance(found, TemplateProblem)
    assert "has an expression in it" in found.message


ESCAPES = [r"\ue000file(1)\ue001", r"\x00", r"\ud800", r"\u202e", r"\r"]


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_forbidden_character_comes_out_of_an_expression(escape: str) -> None:
    condition = f"""{{StringEquals: {{"aws:PrincipalTag/a": '{{{{ "x{escape}" }}}}'}}}}"""
    result = compiled(spec(f"s3: {{bucket: shop-a, access: get}}\n        when: {condition}"))
    assert codes(result) == ["SG107"]


def test_nor_from_the_command_line() -> None:
    condition = '{StringEquals: {"aws:PrincipalTag/a": "{{ values.a }}"}}'
    text = spec(f"s3: {{bucket: shop-a, access: get}}\n        when: {condition}", head="values: {a: b}\n")
    assert not compiled(text).failed
    assert codes(compiled(text, overrides={"a": "\ue000file(1)\ue001"})) == ["SG107"]


def test_the_account_of_a_module_is_a_variable() -> None:
    text = spec('s3: {bucket: shop-a, prefix: "{{ stack.account }}/{{ stack.region | upper }}/", access: get}')
    (own,) = statements(compiled(text))
    assert own["Resource"] == f"arn:aws:s3:::shop-a/{ACCOUNT}/EU-WEST-1/*"
    (own,) = statements(compiled(text, layout="module"))
    assert own["Resource"] == "arn:${var.partition}:s3:::shop-a/${var.account_id}/EU-WEST-1/*"
    asked = text.replace("stack.account }}", "stack.account | replace('var', 'file') }}")
    assert codes(compiled(asked, layout="module")) == ["SG303"]
