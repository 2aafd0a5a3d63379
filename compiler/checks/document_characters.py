"""A policy document with characters that IAM does not take: everything beyond U+00FF.

Terraform sends such characters as they are, so an S3 prefix in Cyrillic or an emoji in a condition value makes the
whole document invalid.

Source: IAM API Reference, ``CreatePolicy``, parameter ``PolicyDocument`` (``[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.reference import display
from compiler.aws.statement import Statement
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import survey
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

DOCUMENT_CHARACTERS = Code(
    id="SG408",
    name="document-characters",
    severity=Severity.ERROR,
    what="Reports a text of a policy document with a character beyond U+00FF.",
    why="IAM takes tab, line feed, carriage return and U+0020 to U+00FF in a policy document and refuses the whole "
    "document otherwise. The wildcard `?` stands for any one character.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/фото/*  # error: SG408
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/????/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html",),
)
CODES = (DOCUMENT_CHARACTERS,)
# Terraform's jsonencode writes U+2028 and U+2029 as escapes, so they arrive as ASCII; U+E000 and U+E001 are our marks.
_REFUSED = re.compile("[^\u0000-\u00ff\u2028\u2029\ue000\ue001]")


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the statements that have anything but ASCII in them."""
    for statement in survey(program).beyond_ascii:
        for text in dict.fromkeys(_texts(statement)):
            refused = dict.fromkeys(_REFUSED.findall(text))
            if refused:
                yield _report(statement, text, tuple(refused))


def _texts(statement: Statement) -> Iterator[str]:
    yield statement.sid
    yield from statement.actions + statement.not_actions + statement.resources + statement.not_resources
    for condition in statement.conditions:
        yield condition.key
        yield from condition.values
    for _, values in statement.principals + statement.not_principals:
        yield from values


def _report(statement: Statement, text: str, refused: tuple[str, ...]) -> Diagnostic:
    listed = ", ".join(f"`{character}` (U+{ord(character):04X})" for character in refused[:3])
    more = f" and {len(refused) - 3} more" if len(refused) > 3 else ""
    # `?` is a wildcard in resources and under *Like operators; anywhere else it would be an ordinary character.
    wild = text in statement.resources or text in statement.not_resources
    return Diagnostic(
        DOCUMENT_CHARACTERS,
        f"`{display(text)}` has characters that IAM refuses in a policy",
        span_in(statement, text),
        f"{listed}{more}",
        expected="characters up to U+00FF",
        help=(f"write `{display(_REFUSED.sub('?', text))}`: `?` stands for any one character",) if wild else (),
        path=path_of(statement),
    )
