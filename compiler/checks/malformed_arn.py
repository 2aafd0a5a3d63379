"""A resource that is no ARN of its service: a field is missing, too many, or cannot be what it says.

Placeholders that were copied from an example (``region``, ``account_id``) are the most frequent case. A statement
that a malformed ARN leaves without any resource is reported by ``dead_statement`` instead.

Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.reference import display
from compiler.checks.arn_faults import ArnFault
from compiler.checks.arn_forms import as_arn
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

MALFORMED_ARN = Code(
    id="SG503",
    name="malformed-arn",
    severity=Severity.ERROR,
    what="Reports a resource that is no ARN of its service: fields are missing, the partition, region or account "
    "cannot be one, or a region or account stands where the service's ARNs have none.",
    why="IAM refuses some of these and accepts others; what it accepts matches nothing.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: sqs:SendMessage
          Resource:
            - arn:aws:sqs:eu-west-1:123456789012:orders
            - arn:aws:sqs:eu-west-1:account_id:returns  # error: SG503
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
          Action: sqs:SendMessage
          Resource:
            - arn:aws:sqs:eu-west-1:123456789012:orders
            - arn:aws:sqs:eu-west-1:123456789012:returns
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",),
)
CODES = (MALFORMED_ARN,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Report each malformed ARN of a statement that can still apply."""
    for site in survey(program).suspects:
        if not site.examination.is_dead:
            for fault in site.examination.malformed:
                yield _report(site, fault)


def _report(site: Site, fault: ArnFault) -> Diagnostic:
    meant = fault.corrected or as_arn(fault.text, site.examination.patterns, site.place)
    return Diagnostic(
        MALFORMED_ARN,
        f"resource `{display(fault.text)}` is malformed: {'; '.join(fault.reasons)}",
        span_in(site.statement, fault.text),
        "matches nothing" if fault.certain else "says less than an ARN",
        help=(f"write `{display(meant)}`",) if meant else (),
        path=path_of(site.statement),
        severity=None if fault.certain else Severity.WARNING,
    )
