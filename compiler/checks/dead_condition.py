"""A condition key that no request for an action carries, or that does not exist.

Only conditions that need their key are reported: ``IfExists``, ``ForAllValues``, negated operators and ``Null`` hold
without it.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; Service Authorization Reference (condition
keys of actions and resource types).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.service_data import data_version
from compiler.checks.condition_keys import UnknownKey, patterns_with
from compiler.checks.examination import DeadKey
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity, Suggestion
from compiler.ir.program import Program

DEAD_CONDITION = Code(
    id="SG507",
    name="dead-condition",
    severity=Severity.ERROR,
    what="Reports a condition on a key that requests for an action never carry, and keys that do not exist.",
    why="Such a condition is not met, so the action stays denied although it is listed; under a negated operator or "
    "`IfExists` a key that does not exist means that the condition is always met.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: [s3:GetBucketLocation, s3:ListBucket]
          Resource: arn:aws:s3:::shop-assets
          Condition: {StringLike: {s3:prefix: public/*}}  # error: SG507
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
            Action: s3:GetBucketLocation
            Resource: arn:aws:s3:::shop-assets
          - Effect: Allow
            Action: s3:ListBucket
            Resource: arn:aws:s3:::shop-assets
            Condition: {StringLike: {s3:prefix: public/*}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ),
)
CODES = (DEAD_CONDITION,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Report each dead or unknown key, in statements that can still apply."""
    for site in survey(program).suspects:
        if not site.examination.is_dead:
            for dead in site.examination.dead_keys:
                yield _unknown(site, dead.unknown) if dead.unknown else _dead(site, dead)
            for unknown in site.examination.doubtful_keys:
                yield _unknown(site, unknown)


def _dead(site: Site, dead: DeadKey) -> Diagnostic:
    key = dead.condition.key
    span = span_in(site.statement, key)
    verb = "allowed" if site.statement.effect == "Allow" else "denied"
    if dead.never:
        return Diagnostic(
            DEAD_CONDITION,
            f"no request that an EC2 instance makes with its role carries `{key}`",
            span,
            "never met",
            help=("leave the condition out",),
            path=path_of(site.statement),
        )
    if dead.service:
        return Diagnostic(
            DEAD_CONDITION,
            f"no request that a role or a user makes carries `{key}`",
            span,
            "never met",
            notes=("confidence: high", "AWS sets it where a service makes the request as itself"),
            help=("say it in the policy of the resource, where the service is the principal",),
            path=path_of(site.statement),
            severity=Severity.WARNING,
        )
    carriers = patterns_with(key, site.examination.patterns)
    return Diagnostic(
        DEAD_CONDITION,
        f"requests for {listed(dead.patterns)} never carry `{key}`",
        span,
        "never met for them",
        also(f"never {verb} here", *(span_in(site.statement, text) for text in dead.patterns), unlike=span),
        notes=(f"only requests for {listed(carriers)} carry it",) if carriers else (),
        help=(f"put {listed(dead.patterns)} into a statement without this condition",),
        path=path_of(site.statement),
        severity=None if dead.certain else Severity.WARNING,
    )


def _unknown(site: Site, unknown: UnknownKey) -> Diagnostic:
    return Diagnostic(
        DEAD_CONDITION,
        f"condition key `{unknown.key}` does not exist",
        span_in(site.statement, unknown.key),
        unknown.reason,
        notes=() if unknown.certain else (f"the service data is release {data_version()}",),
        help=(Suggestion(unknown.suggestion),) if unknown.suggestion else (),
        path=path_of(site.statement),
        # A key that is merely like another may be newer than the data.
        severity=None if unknown.certain else Severity.WARNING,
    )
