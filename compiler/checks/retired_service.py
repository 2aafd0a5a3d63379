"""Actions of services that AWS has switched off.

Source: ``compiler.aws.retired`` (the notices of AWS, one for each service).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.retired import RETIRED
from compiler.aws.service_data import service_exists, service_title
from compiler.aws.statement import Statement
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import survey
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

RETIRED_SERVICE = Code(
    id="SG524",
    name="retired-service",
    severity=Severity.WARNING,
    what="Reports an Allow for actions of a service that AWS has switched off, such as OpsWorks Stacks.",
    why="The actions still stand in AWS's reference, but no call succeeds any more. What took their place needs "
    "permissions of its own.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: opsworks:DescribeInstances  # warning: SG524
          Resource: arn:aws:opsworks:eu-west-1:123456789012:stack/*/
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
          Action: ec2:DescribeInstances
          Resource: '*'
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/opsworks/latest/APIReference/Welcome.html",),
)
CODES = (RETIRED_SERVICE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the statements that people wrote out."""
    found = survey(program)
    told = Told()
    dead = {site.statement.origins for site in found.suspects if site.examination.is_dead}
    for stack, policy in found.own:
        for statement in policy.statements:
            if statement.effect == "Allow" and statement.origins not in dead:
                yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    services: dict[str, str] = {}
    for text in statement.actions:
        services.setdefault(text.partition(":")[0].lower(), text)
    for service, text in services.items():
        retired = RETIRED.get(service)
        if retired is not None and service_exists(service):  # the others are unknown by now (SG501)
            yield Diagnostic(
                RETIRED_SERVICE,
                f"AWS has switched off {service_title(service)} on {retired.day}",
                span_in(statement, text),
                "allows nothing any more",
                notes=("confidence: high", retired.source),
                help=("take its actions away", *((f"in its place: {retired.instead}",) if retired.instead else ())),
                path=path_of(statement),
            )
