"""The data of every application: actions that return contents or share them, on every resource that there is.

On resources that are named they are what an application needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.risk import HIGH, names_of, report, risks, texts_of
from compiler.checks.risk_actions import DATA
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

DATA_EXPOSURE = Code(
    id="SG609",
    name="data-exposure",
    severity=Severity.WARNING,
    what="Reports actions that read contents, or copy and share them with others, on every resource of the account.",
    why="Whoever gets into one instance can carry off the data of all applications.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject  # warning: SG609
          Resource: "*"
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    ),
)
CODES = (DATA_EXPOSURE,)


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding for each statement."""
    for risk in risks(program):
        found = risk.breadth.data
        if found and risk.site.statement.source not in ("actions", "access"):
            names = names_of(found)
            texts = texts_of(found)
            gains = dict.fromkeys(DATA[name.lower()] for name in names)
            yield report(
                DATA_EXPOSURE,
                risk,
                f"{listed(names)} on everything: {' and '.join(list(gains)[:2])}",
                texts[0],
                "reaches the data of every application",
                notes=(HIGH,),
                help=("name the resources that the application uses",),
            )
