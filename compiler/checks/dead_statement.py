"""A statement that can never apply: no request meets its actions, resources and conditions at once.

It takes the place of what could be said about its parts, because they have one cause: the statement mixes things that
do not belong together. So the message says all reasons, and what to write instead.

Source: IAM User Guide, "Policy evaluation logic"; Service Authorization Reference (resource types, condition keys).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.arn import parse_arn
from compiler.aws.reference import display
from compiler.aws.service_data import data_version
from compiler.checks.action_patterns import ActionPattern
from compiler.checks.arn_forms import as_arn, nearest, needs
from compiler.checks.condition_keys import patterns_with
from compiler.checks.examination import DeadKey
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.checks.wording import listed
from compiler.checks.working import works_on
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

DEAD_STATEMENT = Code(
    id="SG506",
    name="dead-statement",
    severity=Severity.ERROR,
    what="Reports a statement that can never allow (or deny) anything, with all reasons and what to write instead.",
    why="AWS accepts it, Terraform accepts it, and the application is denied what the statement seems to grant; a Deny "
    "of this kind protects nothing.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:*
          Resource: arn:aws:s3:region::DOC-EXAMPLE-BUCKET/*  # error: SG506
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
            Action: s3:ListBucket
            Resource: arn:aws:s3:::DOC-EXAMPLE-BUCKET
          - Effect: Allow
            Action: [s3:GetObject, s3:PutObject]
            Resource: arn:aws:s3:::DOC-EXAMPLE-BUCKET/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html",
    ),
)
CODES = (DEAD_STATEMENT,)
_SHOWN = 4
_AT_ONCE = "no request meets all of its conditions at once"


def check(program: Program) -> Iterator[Diagnostic]:
    """Report each dead statement once, with everything that makes it so."""
    for site in survey(program).suspects:
        if site.examination.is_dead:
            yield _report(site)


def _report(site: Site) -> Diagnostic:
    statement, examination = site.statement, site.examination
    faulty = [fault.text for fault in examination.malformed if fault.certain]
    by_resource = bool(faulty or examination.unmatched_actions)
    keys = [item.condition.key for item in examination.dead_keys]
    span = span_in(statement, *(faulty or statement.resources) if by_resource else keys)
    never = "can never allow anything" if statement.effect == "Allow" else "never denies anything"
    labels = also("no request meets this condition", *(span_in(statement, key) for key in keys), unlike=span)
    what = (
        "this statement"
        if statement.source in ("statement", "policy", "compiled")
        else f"a statement of grant `{statement.source}`"
    )
    return Diagnostic(
        DEAD_STATEMENT,
        f"{what} {never}",
        span,
        _label(site) if by_resource else "no request meets this condition",
        labels if by_resource else (),
        notes=(*(tuple(_reasons(site)) or (_AT_ONCE,)), *_doubts(site)),
        help=tuple(_remedies(site)),
        path=path_of(statement),
        severity=None if examination.is_surely_dead else Severity.WARNING,
    )


def _label(site: Site) -> str:
    if any(fault.certain for fault in site.examination.malformed):
        return "no resource has such an ARN"
    return "no action of the statement works on this"


def _reasons(site: Site) -> Iterator[str]:
    examination = site.examination
    for fault in examination.malformed:
        if fault.certain:
            yield f"`{display(fault.text)}` is malformed: {'; '.join(fault.reasons)}"
    limited = [item for item in examination.unmatched_actions if any(a.resource_types for a in item.actions)]
    unlimited = [item for item in examination.unmatched_actions if item not in limited]
    if limited:
        resources = tuple(_meant(site))
        verb = "work" if len(limited) > 1 else "works"
        what = f"other resources than `{display(resources[0])}`" if len(resources) == 1 else "none of the resources"
        yield f"{_texts(limited)} {verb} on {what}"
    if unlimited:
        yield f"{_texts(unlimited)} cannot be limited to a resource"
    for key in examination.dead_keys:
        yield _key_reason(site, key)


def _doubts(site: Site) -> Iterator[str]:
    if not site.examination.is_surely_dead:
        yield f"so says AWS's service reference (release {data_version()} of the data), which has gaps here"


def _key_reason(site: Site, dead: DeadKey) -> str:
    key = dead.condition.key
    if dead.unknown:
        return f"`{key}` is {dead.unknown.reason}" if dead.unknown.reason.startswith("not") else dead.unknown.reason
    if dead.never:
        return f"no request that an EC2 instance makes with its role carries `{key}`"
    carriers = patterns_with(key, site.examination.patterns)
    rest = listed(dead.patterns)
    if carriers:
        return f"only requests for {listed(carriers)} carry `{key}`, so the condition is never met for {rest}"
    return f"no request for {rest} carries `{key}`, so the condition is never met"


def _remedies(site: Site) -> Iterator[str]:
    examination = site.examination
    for fault in examination.malformed:
        meant = fault.corrected or as_arn(fault.text, examination.patterns, site.place)
        if fault.certain and meant:
            yield f"write `{display(meant)}`"
    yield from _bucket_hint(site)
    if len({pattern.service for pattern in examination.patterns}) > 1 and examination.unmatched_actions:
        yield "write one statement for each service: an ARN belongs to one service"
    for pattern in examination.unmatched_actions[:_SHOWN]:
        near = nearest(pattern.actions, _meant(site))
        yield f"`{pattern.text}` needs {f'`{near}`' if near else needs(pattern, site.place)}"
    for dead in examination.dead_keys:
        if dead.unknown:
            yield from [f"did you mean `{dead.unknown.suggestion}`?"] if dead.unknown.suggestion else []
        elif dead.never:
            yield f"leave the condition on `{dead.condition.key}` out"
        elif carriers := patterns_with(dead.condition.key, examination.patterns):
            yield f"keep the condition on `{dead.condition.key}` in a statement that has only {listed(carriers)}"
        else:
            yield f"leave the condition on `{dead.condition.key}` out"


def _bucket_hint(site: Site) -> Iterator[str]:
    """``s3:*`` on objects reaches no bucket, which nobody expects who has just put the ARN right."""
    for pattern in site.examination.patterns:
        if pattern.service != "s3" or pattern.is_literal or pattern in site.examination.unmatched_actions:
            continue
        for text in _meant(site):
            arn = parse_arn(text)
            bucket = text.partition("/")[0] if arn and arn.service == "s3" and "/" in arn.resource else ""
            on_bucket = [a for a in pattern.actions if bucket and works_on(a, bucket) and not works_on(a, text)]
            if on_bucket:
                shown = next((a for a in on_bucket if a.name == "ListBucket"), on_bucket[0])
                yield f"actions on the bucket itself, such as `{shown.full_name}`, need `{display(bucket)}` as well"
                return


def _meant(site: Site) -> Iterator[str]:
    """The resources as they were meant."""
    corrected = {fault.text: fault.corrected for fault in site.examination.malformed}
    for text in site.statement.resources:
        yield corrected.get(text) or text


def _texts(patterns: list[ActionPattern]) -> str:
    return listed([pattern.text for pattern in patterns])
