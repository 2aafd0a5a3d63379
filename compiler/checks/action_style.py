"""Action patterns that say something else than they seem to: over several services, or for one action only.

Source: IAM User Guide, "IAM JSON policy elements: Action"; Access Analyzer's WILDCARD_IN_SERVICE_NAME.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.statement import Statement
from compiler.checks.action_patterns import read_patterns
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import WRITTEN_OUT, survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

ACTION_STYLE = Code(
    id="SG709",
    name="action-style",
    severity=Severity.NOTE,
    what="Reports a wildcard in the service part of an action.",
    why="`s3*:Get*` reaches every service whose prefix begins like that, also those that AWS adds later.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Deny
          Action: 's3*:Delete*'  # note: SG709
          Resource: '*'
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Deny
          Action: [s3:Delete*, s3express:Delete*]
          Resource: '*'
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",),
)
CODES = (ACTION_STYLE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the statements that people wrote out."""
    told = Told()
    for stack, policy in survey(program).own:
        for statement in policy.statements:
            if statement.source in WRITTEN_OUT:
                yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for pattern in read_patterns(statement.actions or statement.not_actions):
        if pattern.wide and pattern.text.strip("*"):
            yield Diagnostic(
                ACTION_STYLE,
                f"`{pattern.text}` has a wildcard in the name of the service",
                span_in(statement, pattern.text),
                "reaches services that are not named",
                help=("name each service that is meant",),
                path=path_of(statement),
            )
