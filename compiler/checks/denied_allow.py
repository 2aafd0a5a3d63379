"""An Allow that a Deny takes back altogether, in the same policy or in another one of the role.

Source: IAM User Guide, "Policy evaluation logic": an explicit Deny wins over any Allow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from compiler.aws.statement import Statement
from compiler.checks.covering import covers_statement, policies_together
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Origin, Severity
from compiler.ir.program import Program, StackProgram

DENIED_ALLOW = Code(
    id="SG521",
    name="denied-allow",
    severity=Severity.ERROR,
    what="Reports a permission of which a Deny takes back everything, in each role that has it. All policies of the "
    "role count.",
    why="A Deny wins over every Allow, so the permission grants nothing, and nothing but the refused call says so.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-assets/public/*  # error: SG521
          - Effect: Deny
            Action: s3:*
            Resource: arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-assets/*
          - Effect: Deny
            Action: s3:*
            Resource: arn:aws:s3:::shop-assets/private/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",),
)
CODES = (DENIED_ALLOW,)
_Permission = tuple[str, tuple[Origin, ...]]


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the stacks that deny anything."""
    denying = survey(program).denying
    told = Told()
    for stack in program.stacks:
        if denying and any((stack.name, policy.label) in denying for policy in stack.policies):
            for statement, deny in _killed(stack):
                yield from told.new(stack, statement, (_report(statement, deny),))


def _killed(stack: StackProgram) -> Iterator[tuple[Statement, Statement]]:
    # By permission: its first statement with the Deny, or None once some role may do something with it.
    killed: dict[_Permission, tuple[Statement, Statement] | None] = {}
    for policies, _ in policies_together(stack):
        denies = [item for policy in policies for item in policy.statements if item.effect == "Deny"]
        groups: dict[_Permission, list[Statement]] = defaultdict(list)
        for policy in policies:
            for statement in policy.statements:
                if statement.effect == "Allow":
                    groups[policy.label, statement.origins].append(statement)
        for permission, statements in groups.items():
            found = [next((deny for deny in denies if covers_statement(deny, item)), None) for item in statements]
            first = (statements[0], found[0]) if found[0] is not None and None not in found else None
            killed[permission] = first if killed.get(permission, first) else None
    yield from (pair for pair in killed.values() if pair is not None)


def _report(statement: Statement, deny: Statement) -> Diagnostic:
    span = span_in(statement, *statement.resources, *statement.actions)
    return Diagnostic(
        DENIED_ALLOW,
        "a Deny takes back everything that this permission allows",
        span,
        "allowed here",
        also("and denied here", span_in(deny, *deny.resources, *deny.actions), unlike=span),
        help=("make the Deny narrower, or take the permission away",),
        path=path_of(statement),
    )
