"""A statement that the grammar of the policy language does not allow, as far as it shows once all is put together.

Two permissions can each be fine and still not stand in one document: they may have the same ``Sid``. And the values of
a condition have to be what its operator compares.

Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import SID_PATTERN
from compiler.aws.operators import OPERATORS, parse_operator
from compiler.aws.reference import display
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_values import EXAMPLES, wrong_values
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import survey
from compiler.diagnostics import Code, Diagnostic, Severity, did_you_mean, one_of
from compiler.ir.program import Policy, Program

STATEMENT_FORM = Code(
    id="SG508",
    name="statement-form",
    severity=Severity.ERROR,
    what="Reports what the grammar of policies does not allow: a `Sid` that is used twice in one policy or has other "
    "characters than letters and digits, an operator that does not exist, a condition key that stands twice under one "
    "operator, and values that are no number, date, Boolean or address where the operator compares such.",
    why="IAM refuses the document, or takes the condition for one that is never met. The permissions of an app stand "
    "in one policy, so their statements share one set of Sids.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Sid: Read
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
      - statement:
          Sid: Read  # error: SG508
          Effect: Allow
          Action: sqs:ReceiveMessage
          Resource: arn:aws:sqs:eu-west-1:123456789012:orders
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Sid: ReadAssets
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
      - statement:
          Sid: ReadOrders
          Effect: Allow
          Action: sqs:ReceiveMessage
          Resource: arn:aws:sqs:eu-west-1:123456789012:orders
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ),
)
CODES = (STATEMENT_FORM,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Sids by policy, elements and condition values by statement, trust policies among them."""
    found = survey(program)
    for policy in found.with_sids:
        yield from _sids(policy)
    for statement in found.unusual:
        yield from _elements(statement)
    for _, statement in found.typed:
        yield from _conditions(statement)
    for stack in program.stacks:
        for role in stack.roles:
            for statement in role.trust:
                if statement.conditions:
                    yield from _conditions(statement)


def _sids(policy: Policy) -> Iterator[Diagnostic]:
    first: dict[str, Statement] = {}
    for statement in policy.statements:
        sid = statement.sid
        if not SID_PATTERN.fullmatch(sid):
            allowed = "".join(character for character in sid if SID_PATTERN.fullmatch(character))
            yield Diagnostic(
                STATEMENT_FORM,
                f"Sid `{sid}` has characters that IAM refuses",
                span_in(statement, sid),
                expected="letters A to Z and a to z, and digits",
                help=(f"write `{allowed}`",) if allowed else (),
                path=path_of(statement),
            )
        if sid and first.setdefault(sid, statement) is not statement:
            span = span_in(statement, sid)
            yield Diagnostic(
                STATEMENT_FORM,
                f"Sid `{sid}` is used twice in one policy",
                span,
                "used again here",
                also("first used here", span_in(first[sid], sid), unlike=span),
                help=("give one of them another Sid, or leave it out",),
                path=path_of(statement),
            )


def _elements(statement: Statement) -> Iterator[Diagnostic]:
    given = {
        "Action": (statement.actions, statement.not_actions),
        "Resource": (statement.resources, statement.not_resources),
    }
    for element, (plain, negated) in given.items():
        if plain and negated:
            yield _form(statement, f"`{element}` and `Not{element}` exclude each other", f"one of the two: `{element}`")
        if not plain and not negated:
            yield _form(statement, f"the statement has no {element.lower()}", f"at least one {element.lower()}")
    if statement.principals or statement.not_principals:
        message = "the policy of a role cannot have a principal: the role is the principal"
        yield _form(statement, message, "no `Principal`; who may assume a role is said under `trust:`")


def _conditions(statement: Statement) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], Condition] = {}
    for condition in statement.conditions:
        if first.setdefault((condition.operator, condition.key.lower()), condition) is not condition:
            yield _key_twice(statement, condition)
        if parse_operator(condition.operator) is None:
            yield _unknown_operator(statement, condition)
        elif not condition.values:
            yield _form(statement, f"`{condition.key}` has no values, so nothing can match", "at least one value")
        else:
            for value in wrong_values(condition):
                yield _wrong_value(statement, condition, value)


def _key_twice(statement: Statement, condition: Condition) -> Diagnostic:
    return Diagnostic(
        STATEMENT_FORM,
        f"`{condition.operator}` names the key `{condition.key}` twice",
        span_in(statement, condition.key),
        notes=("IAM reads a key once under each operator, whatever its case, so one of the two would be lost",),
        help=("keep one of the two; of several values in one list any one is enough",),
        path=path_of(statement),
    )


def _unknown_operator(statement: Statement, condition: Condition) -> Diagnostic:
    prefix, colon, name = condition.operator.rpartition(":")
    bare = name.removesuffix("IfExists")
    quantifiers = ("ForAllValues", "ForAnyValue")
    # `NullIfExists` is well-formed in every part, and still does not exist.
    null = bare == "Null" and name != bare
    help_lines = (
        ("`Null` already asks whether the key exists: write `Null`",) if null else did_you_mean(bare, OPERATORS)
    )
    if colon and prefix not in quantifiers:
        help_lines = (f"a set operator is {one_of(quantifiers)}",)
    return Diagnostic(
        STATEMENT_FORM,
        f"condition operator `{condition.operator}` does not exist",
        span_in(statement, condition.operator),
        expected=one_of(OPERATORS, bare),
        help=help_lines,
        path=path_of(statement),
    )


def _wrong_value(statement: Statement, condition: Condition, value: str) -> Diagnostic:
    parsed = parse_operator(condition.operator)
    assert parsed is not None
    return Diagnostic(
        STATEMENT_FORM,
        f"`{display(value)}` cannot be compared with `{condition.operator}`",
        span_in(statement, value, condition.key),
        f"a value of `{condition.key}`",
        expected=EXAMPLES[parsed.operator.family],
        path=path_of(statement),
    )


def _form(statement: Statement, message: str, expected: str) -> Diagnostic:
    return Diagnostic(STATEMENT_FORM, message, span_in(statement), expected=expected, path=path_of(statement))
