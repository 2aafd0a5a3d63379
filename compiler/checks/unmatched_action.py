"""An action that none of the statement's resources can be what it works on.

A wildcard is partial by nature: ``s3:*`` on the objects of a bucket is fine, although the actions on buckets match
nothing there. It is only reported when none of its actions matches.

Source: Service Authorization Reference (resource types of actions).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compiler.aws.arn import parse_arn
from compiler.aws.service_data import data_version
from compiler.checks.action_patterns import ActionPattern
from compiler.checks.arn_forms import nearest, needs
from compiler.checks.condition_keys import carries
from compiler.checks.spans import also, path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.checks.wording import listed
from compiler.checks.working import works_on_any
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.diagnostics.repair import Reach
from compiler.ir.program import Program

UNMATCHED_ACTION = Code(
    id="SG504",
    name="unmatched-action",
    severity=Severity.ERROR,
    what="Reports an action that works on no resource of its statement, and says which kind of ARN it needs.",
    why="AWS accepts the statement, and the action stays denied. `s3:ListBucket` works on the bucket, not on the "
    "objects in it; `ec2:DescribeInstances` cannot be limited to anything.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action:
            - s3:GetObject
            - s3:ListBucket  # error: SG504
          Resource: arn:aws:s3:::shop-assets/*
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
          Action:
            - s3:GetObject
            - s3:ListBucket
          Resource:
            - arn:aws:s3:::shop-assets
            - arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html",
    ),
)
CODES = (UNMATCHED_ACTION,)
_READING = frozenset({"List", "Read"})
_SHOWN = 4


def check(program: Program) -> Iterator[Diagnostic]:
    """Report the actions without a resource, in statements that can still apply: those together that have one cause."""
    for site in survey(program).suspects:
        if not site.examination.is_dead:
            groups: dict[object, list[ActionPattern]] = {}
            for pattern in site.examination.unmatched_actions:
                groups.setdefault(_cause(site, pattern), []).append(pattern)
            for patterns in groups.values():
                yield _report(site, patterns)


def _cause(site: Site, pattern: ActionPattern) -> object:
    """What is the same for actions that are put right together."""
    unlimited = _is_unlimited(pattern)
    near = None if unlimited else nearest(pattern.actions, site.statement.resources)
    reach = _reach(site, pattern, unlimited=unlimited)
    return unlimited, near, pattern.text in site.examination.doubtful, reach and (reach.resources, reach.alone)


def _is_unlimited(pattern: ActionPattern) -> bool:
    return not any(action.resource_types for action in pattern.actions)


def _report(site: Site, patterns: list[ActionPattern]) -> Diagnostic:
    first, *others = patterns
    texts = listed(pattern.text for pattern in patterns)
    unlimited = _is_unlimited(first)
    near = nearest(first.actions, site.statement.resources)
    needed = {needs(pattern, site.place): pattern for pattern in reversed(patterns)}
    if unlimited:
        help_lines = (f'put {texts} into a statement of {"their" if others else "its"} own with `Resource: "*"`',)
    elif near:
        help_lines = (f"add `{near}` to the resources",)
    else:
        on = "the resources that they work on" if others else "the resource that it works on"
        help_lines = (f"put {texts} into a statement with {on}",)
    never = f"never {'allowed' if site.statement.effect == 'Allow' else 'denied'} here"
    span = span_in(site.statement, first.text)
    reach = _reach(site, first, unlimited=unlimited)
    return Diagnostic(
        UNMATCHED_ACTION,
        f"{texts} {'work' if others else 'works'} on no resource of this statement",
        span,
        never,
        also(f"{never}, either", *(span_in(site.statement, item.text) for item in others[:_SHOWN]), unlike=span),
        expected=next(iter(needed)) if len(needed) == 1 else "",
        notes=tuple(_notes(site, patterns, needed)),
        help=help_lines,
        path=path_of(site.statement),
        severity=Severity.WARNING if first.text in site.examination.doubtful else None,
        repair=reach and replace(reach, actions=tuple(pattern.text for pattern in patterns)),
    )


def _reach(site: Site, pattern: ActionPattern, *, unlimited: bool) -> Reach | None:
    """The resources that the action surely lacks, where the statement leaves one choice.

    An action that cannot be limited is given everything only where it reads: what else it could do is not ours to
    allow. What is denied stays as it is.
    """
    statement = site.statement
    if statement.effect != "Allow" or not pattern.is_literal or statement.source not in ("statement", "policy"):
        return None
    if pattern.text in site.examination.doubtful or not statement.resources or not statement.origins:
        return None
    if any(not carries(condition.key, action) for condition in statement.conditions for action in pattern.actions):
        return None
    here = statement.origins[0].span
    if unlimited:
        reads = all(_READING.issuperset(action.access_level) for action in pattern.actions)
        return Reach(here, (pattern.text,), ("*",), alone=True) if reads else None
    own = [text for text in statement.resources if (arn := parse_arn(text)) and arn.service == pattern.service]
    near = {nearest(pattern.actions, (text,)) for text in own}
    missing = sorted(text for text in near if text is not None)
    if not missing or None in near:
        return None
    others = [item for item in site.examination.patterns if item not in site.examination.unmatched_actions]
    wider = any(item.wide or any(works_on_any(action, missing) for action in item.actions) for item in others)
    return Reach(here, (pattern.text,), tuple(missing), alone=wider or len(missing) > 1)


def _notes(site: Site, patterns: list[ActionPattern], needed: dict[str, ActionPattern]) -> Iterator[str]:
    if len(needed) > 1:
        shown = list(reversed(needed.items()))[:_SHOWN]
        yield from (f"`{pattern.text}` needs {form}" for form, pattern in shown)
    if patterns[0].text in site.examination.doubtful:
        yield f"so says AWS's service reference (release {data_version()} of the data), which has gaps here"
    elif _is_unlimited(patterns[0]):
        yield f"AWS cannot limit {'them' if len(patterns) > 1 else 'it'} to a resource"
