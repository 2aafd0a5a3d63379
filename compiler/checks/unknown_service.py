"""An action of a service that does not exist.

Source: Service Authorization Reference (service prefixes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.retired import RETIRED
from compiler.aws.service_data import data_version, service_prefixes
from compiler.checks.action_patterns import ActionPattern
from compiler.checks.slips import Near, near
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.diagnostics import Code, Diagnostic, Severity, Suggestion
from compiler.ir.program import Program

UNKNOWN_SERVICE = Code(
    id="SG501",
    name="unknown-service",
    severity=Severity.ERROR,
    what="Reports an action whose service does not exist, or that names no service.",
    why="IAM accepts most of them, and such an action never allows or denies anything.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: secretmanager:ListSecrets  # error: SG501
          Resource: "*"
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
          Action: secretsmanager:ListSecrets
          Resource: "*"
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html",
    ),
)
CODES = (UNKNOWN_SERVICE,)
# No service will ever have a prefix with other characters than these (and the wildcards).
_PREFIX = re.compile(r"[A-Za-z0-9*?-]+")
# Names that people know a service by, where the prefix of its actions is another one.
_KNOWN_AS = {
    "alb": "elasticloadbalancing",
    "cloudwatchlogs": "logs",
    "cognito": "cognito-idp",
    "documentdb": "rds",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridge": "events",
    "msk": "kafka",
    "opensearch": "es",
    "parameterstore": "ssm",
    "secrets": "secretsmanager",
    "stepfunctions": "states",
}


def check(program: Program) -> Iterator[Diagnostic]:
    """Report each action without an existing service."""
    for site in survey(program).suspects:
        unknown: dict[str, list[ActionPattern]] = {}
        for pattern in site.examination.unreadable:
            if pattern.fault == "form":
                yield _no_service(site, pattern)
            elif pattern.fault == "service":
                unknown.setdefault(pattern.service.lower(), []).append(pattern)
        for patterns in unknown.values():
            yield _unknown(site, *patterns)


def _no_service(site: Site, pattern: ActionPattern) -> Diagnostic:
    return Diagnostic(
        UNKNOWN_SERVICE,
        f"action `{pattern.text}` names no service"
        if ":" not in pattern.text
        else f"action `{pattern.text}` is cut off",
        span_in(site.statement, pattern.text),
        expected="`service:Action`, such as `s3:GetObject`, or `*`",
        path=path_of(site.statement),
    )


def _unknown(site: Site, pattern: ActionPattern, *others: ActionPattern) -> Diagnostic:
    plain = pattern.service.lower().replace("-", "").replace("_", "")
    known = _KNOWN_AS.get(plain)
    found = Near(known, is_slip=True) if known else near(pattern.service, service_prefixes())
    certain = (found is not None and found.is_slip) or not _PREFIX.fullmatch(pattern.service)
    retired = RETIRED.get(pattern.service.lower())
    if retired:
        certain, found = False, None
    missing = f"was switched off by AWS on {retired.day}" if retired else "does not exist"
    unsure = retired.source if retired else f"the service data is release {data_version()}"
    span = span_in(site.statement, pattern.text)
    return Diagnostic(
        UNKNOWN_SERVICE,
        f"service `{pattern.service}` of action `{pattern.text}` {missing}",
        span,
        "no such service any more" if retired else "no such service",
        also("nor here", *(span_in(site.statement, other.text) for other in others), unlike=span),
        notes=() if certain else (unsure,),
        help=(Suggestion(f"{found.word}:{pattern.name}"),) if found else (),
        path=path_of(site.statement),
        # A service that is merely like another may have been retired, or be newer than the data.
        severity=None if certain else Severity.WARNING,
    )
