"""A Deny that takes back nothing: no policy of its roles allows anything there.

Source: IAM User Guide, "Policy evaluation logic": what is not allowed is denied anyhow.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.statement import Statement
from compiler.checks.covering import meets_actions, meets_statement, policies_together
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, StackProgram

IDLE_DENY = Code(
    id="SG706",
    name="idle-deny",
    severity=Severity.NOTE,
    what="Reports a Deny of actions that are allowed on other resources only, in each role that has it. Roles with "
    "policies made elsewhere are left alone.",
    why="What is not allowed is denied without it. Often the Deny was meant for another resource, and what it should "
    "protect is open; as a guard against policies to come, or against a bucket's own policy, it is right.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-assets/public/*
          - Effect: Deny
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-asset/private/*  # note: SG706
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
            Action: s3:GetObject
            Resource: arn:aws:s3:::shop-assets/private/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",),
)
CODES = (IDLE_DENY,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the stacks that deny anything."""
    denying = survey(program).denying
    told = Told()
    for stack in program.stacks:
        if denying and any((stack.name, policy.label) in denying for policy in stack.policies):
            for statement in _idle(stack):
                yield from told.new(stack, statement, (_report(statement),))


def _idle(stack: StackProgram) -> Iterator[Statement]:
    idle: dict[tuple[str, int], Statement] = {}
    at_work: set[tuple[str, int]] = set()
    for policies, known in policies_together(stack):
        allows = [item for policy in policies for item in policy.statements if item.effect == "Allow"]
        for policy in policies:
            for index, statement in enumerate(policy.statements):
                if statement.effect != "Deny" or statement.source not in WRITTEN_OUT:
                    continue
                # A Deny of actions that nothing allows is a guard; one of the same actions elsewhere misses.
                is_guard = not any(meets_actions(statement, item) for item in allows)
                if not known or is_guard or any(meets_statement(statement, item) for item in allows):
                    at_work.add((policy.label, index))
                else:
                    idle[policy.label, index] = statement
    for place, statement in idle.items():
        if place not in at_work:
            yield statement


def _report(statement: Statement) -> Diagnostic:
    return Diagnostic(
        IDLE_DENY,
        "this Deny takes back nothing: its actions are allowed on other resources only",
        span_in(statement, *statement.resources, *statement.actions),
        "denied without it",
        help=("check that it names what it should protect",),
        path=path_of(statement),
    )
