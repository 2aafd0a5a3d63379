"""References inside strings, and statements in their canonical form."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.reference import display, has_reference, reference, references, substitute
from compiler.aws.statement import (
    Condition,
    Statement,
    conditions_json,
    document_json,
    document_size,
    scalar_or_list,
    statement_json,
)

expressions = st.text(alphabet='abc._[]"/:${}', min_size=1, max_size=12)


class TestReferences:
    @given(expressions, expressions)
    def test_they_are_found_and_shown_as_written(self, a: str, b: str) -> None:
        text = f"arn:{reference(a)}/${{aws:username}}/{reference(b)}"

        assert has_reference(text)
        assert references(text) == (a, b)
        assert display(text) == f"arn:${{{a}}}/${{aws:username}}/${{{b}}}"
        assert substitute(text, r"\1") == r"arn:\1/${aws:username}/\1"

    def test_text_without_them_is_itself(self) -> None:
        assert not has_reference("${aws:username}")
        assert references("x") == ()
        assert display("x") == substitute("x", "y") == "x"


class TestStatements:
    def test_the_canonical_form(self) -> None:
        statement = Statement(
            actions=("s3:PutObject", "s3:GetObject", "s3:GetObject"),
            resources=("arn:aws:s3:::b/*",),
            conditions=(Condition("StringLike", "s3:prefix", ("b/*", "a/*")), Condition("Bool", "aws:x", ("true",))),
            sid="Read",
        )

        assert list(statement_json(statement).items()) == [
            ("Sid", "Read"),
            ("Effect", "Allow"),
            ("Action", ["s3:GetObject", "s3:PutObject"]),
            ("Resource", "arn:aws:s3:::b/*"),
            ("Condition", {"Bool": {"aws:x": "true"}, "StringLike": {"s3:prefix": ["a/*", "b/*"]}}),
        ]

    def test_keys_of_one_operator_share_its_block(self) -> None:
        block = conditions_json([Condition("Bool", "b", ("true",)), Condition("Bool", "a", ("false",))])

        assert block == {"Bool": {"a": "false", "b": "true"}}

    def test_trust(self) -> None:
        trust = Statement(actions=("sts:AssumeRole",), principals=(("Service", ("ec2.amazonaws.com",)),))

        assert statement_json(trust) == {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        assert statement_json(replace(trust, principals=(("*", ("*",)),)))["Principal"] == "*"

    def test_the_negative_elements(self) -> None:
        statement = statement_json(Statement(effect="Deny", not_actions=("iam:*",), not_resources=("*",)))

        assert statement == {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"}

    def test_denies_come_last(self) -> None:
        deny, allow = Statement(effect="Deny", actions=("a:b",)), Statement(actions=("z:z",))

        assert sorted([deny, allow], key=lambda statement: statement.sort_key) == [allow, deny]

    def test_scalar_or_list(self) -> None:
        assert scalar_or_list(["a", "a"]) == "a"
        assert scalar_or_list(["b", "a"]) == ["a", "b"]

    def test_size_is_counted_without_white_space(self) -> None:
        document = document_json([Statement(actions=("a:b",), resources=("arn:aws:s3:::a b",))])

        text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::ab"}]}'
        assert document_size(document) == len(text)

    def test_references_are_measured_by_what_they_are_at_least(self) -> None:
        def size(resource: str) -> int:
            return document_size(document_json([Statement(actions=("a:b",), resources=(resource,))]))

        assert size(reference("var.account_id")) == size("0" * 12)
        assert size(reference("var.partition")) == size("0" * 10)
        assert size(reference("var.anything")) == size("x")
