"""A statement that grants (or denies) nothing beyond another one of the same policy or of the stack's permissions.

Apps stand for themselves: what two of them have in common is no fault of either.

Source: IAM User Guide, "Policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.statement import Statement
from compiler.checks.covering import candidates, covers_statement
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.diagnostics.repair import DropCopy
from compiler.ir.program import Policy, Program, StackProgram

COVERED_STATEMENT = Code(
    id="SG708",
    name="covered-statement",
    severity=Severity.NOTE,
    what="Reports a statement that another one of the same policy covers: equal to it, or narrower. A layer's own "
    "statement is held against the stack's permissions as well.",
    why="It changes nothing, and the limits that it seems to set (a condition, a narrower resource) do not hold.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-assets/*
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-assets/public/*  # note: SG708
            Condition: {Bool: {aws:SecureTransport: 'true'}}
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
          Resource: arn:aws:s3:::shop-assets/public/*
          Condition: {Bool: {aws:SecureTransport: 'true'}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",),
)
CODES = (COVERED_STATEMENT,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the policies with a statement that somebody wrote out."""
    found = survey(program)
    told = Told()
    # What is wrong with a statement comes first: put right, it may be tidy.
    wrong = {site.statement.origins for site in found.suspects}
    for stack, policy in found.own:
        base = _base(stack, policy)
        if len(policy.statements) + len(base) > 1:
            for statement, other in _covered(policy, base):
                if statement.origins not in wrong:
                    yield from told.new(stack, statement, (_report(statement, other),))


def _base(stack: StackProgram, policy: Policy) -> tuple[Statement, ...]:
    """The statements of the stack's permissions, for a layer's policy that always stands beside them."""
    if policy.kind != "layer":
        return ()
    roles = [set(role.policies) for role in stack.roles if policy.label in role.policies]
    return tuple(
        statement
        for other in stack.policies
        if other.kind == "stack" and roles and all(other.label in labels for labels in roles)
        for statement in other.statements
    )


def _covered(policy: Policy, base: tuple[Statement, ...]) -> Iterator[tuple[Statement, Statement]]:
    everything = (*policy.statements, *base)
    services = {id(item): _services(item) for item in everything}
    index_of = candidates(everything)
    for index, statement in enumerate(policy.statements):
        if statement.source not in WRITTEN_OUT:
            continue
        mine = services[id(statement)]
        for place in index_of(statement):
            other = everything[place]
            if place == index or other.effect != statement.effect:
                continue
            if not mine <= services[id(other)] and not _is_wide(other):
                continue
            # Of two that cover one another the second is told.
            if covers_statement(other, statement) and (place < index or not covers_statement(statement, other)):
                yield statement, other
                break


def _services(statement: Statement) -> frozenset[str]:
    return frozenset(text.partition(":")[0].lower() for text in statement.actions)


def _is_wide(statement: Statement) -> bool:
    """Whether a statement names its actions by what they are not, or with a wildcard in the service."""
    return bool(statement.not_actions) or any("*" in text.partition(":")[0] for text in statement.actions)


def _report(statement: Statement, other: Statement) -> Diagnostic:
    span = span_in(statement, *statement.resources, *statement.actions)
    same = statement == other
    verb = "allows" if statement.effect == "Allow" else "denies"
    return Diagnostic(
        COVERED_STATEMENT,
        "this statement stands here twice" if same else f"another statement {verb} all that this one {verb}",
        span,
        "changes nothing",
        also("covered by this", span_in(other, *other.resources, *other.actions), unlike=span),
        help=("leave one of the two out",) if same else ("leave it out, or make the other one narrower",),
        path=path_of(statement),
        repair=_copy(statement, other) if same else None,
    )


def _copy(statement: Statement, other: Statement) -> DropCopy | None:
    if not statement.origins or not other.origins or statement.origins == other.origins:
        return None
    return DropCopy(statement.origins[0].span, other.origins[0].span)
