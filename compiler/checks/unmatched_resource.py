"""A resource on which none of the statement's actions works.

Source: Service Authorization Reference (resource types of actions).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.arn import parse_arn
from compiler.aws.matching import types_of
from compiler.aws.reference import display
from compiler.aws.service_data import service_title
from compiler.checks.arn_forms import needs
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.checks.wording import with_article
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

UNMATCHED_RESOURCE = Code(
    id="SG505",
    name="unmatched-resource",
    severity=Severity.WARNING,
    what="Reports a resource on which no action of its statement works.",
    why="It means nothing: either it is superfluous, or an action is missing, or another ARN was meant.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource:
            - arn:aws:s3:::shop-assets  # warning: SG505
            - arn:aws:s3:::shop-assets/*
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
          Resource: arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html",
    ),
)
CODES = (UNMATCHED_RESOURCE,)
_SHOWN_ACTIONS = 3


def check(program: Program) -> Iterator[Diagnostic]:
    """Report each resource without an action, in statements that can still apply."""
    for site in survey(program).suspects:
        if not site.examination.is_dead:
            for text in site.examination.unmatched_resources:
                yield _report(site, text)


def _report(site: Site, text: str) -> Diagnostic:
    actions = site.examination.patterns[:_SHOWN_ACTIONS]
    return Diagnostic(
        UNMATCHED_RESOURCE,
        f"no action of this statement works on `{display(text)}`",
        span_in(site.statement, text),
        kind_of(text) or "means nothing here",
        notes=tuple(f"`{pattern.text}` works on {needs(pattern, site.place)}" for pattern in actions),
        help=("leave it out, or add the actions that were meant for it",),
        path=path_of(site.statement),
    )


def kind_of(text: str) -> str:
    """What an ARN is, in words (``bucket of Amazon S3``), or empty where it can be several things or none."""
    arn = parse_arn(text)
    kinds = types_of(text, arn.service) if arn else ()
    return f"{with_article(kinds[0])} of {service_title(arn.service)}" if arn and len(kinds) == 1 else ""
