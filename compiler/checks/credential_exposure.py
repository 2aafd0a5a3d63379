"""Credentials for the asking: actions that return secrets or log in, on every resource that there is.

On resources that are named they are what an application needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.risk import HIGH, names_of, report, risks, texts_of
from compiler.checks.risk_actions import CREDENTIALS
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

CREDENTIAL_EXPOSURE = Code(
    id="SG608",
    name="credential-exposure",
    severity=Severity.WARNING,
    what="Reports actions that return credentials, secrets or plaintext, on every resource of the account.",
    why="With another application's secret a role is that other application. Secrets, parameters and keys "
    "have names and paths, so that each role can be given its own.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: secretsmanager:GetSecretValue  # warning: SG608
          Resource: "*"
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - secretsmanager: {secret: prod/db, access: read}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    ),
)
CODES = (CREDENTIAL_EXPOSURE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding for each statement."""
    for risk in risks(program):
        found = risk.breadth.credentials
        if found and risk.site.statement.source not in ("actions", "access"):
            names = names_of(found)
            texts = texts_of(found)
            gains = dict.fromkeys(CREDENTIALS[name.lower()] for name in names)
            yield report(
                CREDENTIAL_EXPOSURE,
                risk,
                f"{listed(names)} on everything: {' and '.join(list(gains)[:2])}",
                texts[0],
                "gives credentials away",
                notes=(HIGH,),
                help=("name the resources that the application uses",),
            )
