"""A policy variable that IAM cannot fill in: unknown, never there, or where none is taken.

What is no variable at all is found where texts are read. A variable without a value makes its ARN or its value match
nothing (or, under a negated operator, everything).

Source: IAM User Guide, "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.arn import split_fields
from compiler.aws.operators import parse_operator
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import key_facts
from compiler.checks.condition_keys import never_carried, unknown_key
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

UNUSABLE_VARIABLE = Code(
    id="SG518",
    name="unusable-variable",
    severity=Severity.ERROR,
    what="Reports a policy variable that names a key which does not exist, has several values or is never there for an "
    "EC2 instance, one with spaces around its name or a default without quotes, and one in a place that takes none.",
    why="IAM accepts most of them. A variable without a value makes the ARN match nothing, so the statement allows or "
    "denies nothing.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-home/${aws:username}/*  # error: SG518
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
          Resource: arn:aws:s3:::shop-home/${aws:PrincipalTag/team}/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",),
)
CODES = (UNUSABLE_VARIABLE,)
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*'[^']*'\s*")
_FAMILIES = ("String", "Arn")
# The text that a variable stands in, and the variable.
_Place = tuple[str, str]


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each variable of resources and of condition values."""
    told = Told()
    for stack, statement, ec2_only in survey(program).variables:
        yield from told.new(stack, statement, _of_statement(statement, ec2_only))


def _of_statement(statement: Statement, ec2_only: bool) -> Iterator[Diagnostic]:
    for text in (*statement.resources, *statement.not_resources):
        if "${" in text:
            yield from _in_text(statement, text, ec2_only)
            yield from _in_front(statement, text)
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        for value in condition.values:
            if "${" not in value or parsed is None:
                continue
            if parsed.operator.family in _FAMILIES:
                yield from _in_text(statement, value, ec2_only)
            else:
                yield _report(
                    statement, (value, value), f"`{condition.operator}` takes no policy variables",
                    "only the operators for texts and ARNs do", "write the value itself",
                )  # fmt: skip


def _in_text(statement: Statement, text: str, ec2_only: bool) -> Iterator[Diagnostic]:
    for match in _VARIABLE.finditer(text):
        inner = match[1]
        if inner not in ("*", "?", "$") and ":" in inner:
            finding = _of_variable(statement, (text, match[0]), inner, ec2_only)
            if finding is not None:
                yield finding


def _of_variable(statement: Statement, place: _Place, inner: str, ec2_only: bool) -> Diagnostic | None:
    whole = place[1]
    key, comma, default = inner.partition(",")
    if key != key.strip():
        return _report(
            statement, place, f"`{whole}` has spaces around its name", "IAM takes none", f"write `${{{inner.strip()}}}`"
        )
    if comma and not _DEFAULT.fullmatch(default):
        return _report(
            statement, place, f"the default of `{whole}` has no quotes", "taken for no default",
            f"write `${{{key}, '{default.strip()}'}}`",
        )  # fmt: skip
    return _of_key(statement, place, key, bool(comma), ec2_only)


def _of_key(statement: Statement, place: _Place, key: str, has_default: bool, ec2_only: bool) -> Diagnostic | None:
    whole = place[1]
    unknown = unknown_key(key)
    if unknown is not None:
        return _report(
            statement, place, f"`{whole}` names a condition key that does not exist", unknown.reason,
            f"did you mean `${{{unknown.suggestion}}}`?" if unknown.suggestion else "",
            None if unknown.certain else Severity.WARNING,
        )  # fmt: skip
    if key_facts(key).multivalued:
        return _report(
            statement, place, f"`{key}` has several values, so it is no policy variable", "never filled in",
            "use it as the key of a condition",
        )  # fmt: skip
    if ec2_only and not has_default and never_carried(Condition("StringLike", key, ("*",))):
        return _report(
            statement, place, f"no request that an EC2 instance makes with its role carries `{key}`", "never filled in",
            "name a key that requests of a role carry, such as `${aws:PrincipalTag/team}`",
        )  # fmt: skip
    return None


def _in_front(statement: Statement, text: str) -> Iterator[Diagnostic]:
    """Variables before the fifth colon of an ARN."""
    hidden = _VARIABLE.sub(lambda match: match[0].replace(":", "\0"), text)
    fields = split_fields(hidden)
    for field in (fields or ())[:-1]:
        for match in _VARIABLE.finditer(field):
            whole = match[0].replace("\0", ":")
            if ":" in match[1].replace("\0", ":").replace("::", ""):
                yield _report(
                    statement, (text, whole), f"`{whole}` stands before the fifth colon of the ARN",
                    "IAM takes no variable here",
                    "write `*` or the value itself; what belongs to it can be said with a condition",
                    # AWS's own Timestream policy has one there, whatever its guide says.
                    Severity.WARNING,
                )  # fmt: skip


def _report(
    statement: Statement, place: _Place, message: str, label: str, hint: str, severity: Severity | None = None
) -> Diagnostic:
    return Diagnostic(
        UNUSABLE_VARIABLE,
        message,
        span_in(statement, *place),
        label,
        help=(hint,) if hint else (),
        path=path_of(statement),
        severity=severity,
    )
