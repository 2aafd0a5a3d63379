"""A role that can give itself more permissions than it was given.

Judged over all policies of a role together, since one app may pass roles and another create functions. It is said
whether the role itself is within reach, anything, or a part. The known ways: ``compiler.checks.escalation_routes``.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.pattern import matches
from compiler.checks.breadth import breadth
from compiler.checks.escalation import Escalation, Scope, Way, decisive_text, escalations
from compiler.checks.risk import HIGH, MEDIUM
from compiler.checks.spans import path_of, span_in
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Label, Severity, Span
from compiler.ir.program import Program

PRIVILEGE_ESCALATION = Code(
    id="SG601",
    name="privilege-escalation",
    severity=Severity.WARNING,
    what="Reports permissions with which a role can get more than it was given: by changing IAM, by passing another "
    "role to a service that runs its code, or by running code where another role is at hand. All policies of the "
    "role count together, and what is denied without conditions is taken away. Roles that are named one by one "
    "may be passed.",
    why="Whoever gets into an application has what its role can make of itself, not what its policy says.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: iam:AttachRolePolicy  # warning: SG601
          Resource: arn:aws:iam::123456789012:role/shop-*
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
          Action: iam:AttachRolePolicy
          Resource: arn:aws:iam::123456789012:role/tenant-*
          Condition: {ArnEquals: {iam:PolicyARN: arn:aws:iam::123456789012:policy/tenant}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    ),
)
CODES = (PRIVILEGE_ESCALATION,)
_SHOWN = 3
_ORDER: tuple[Scope, ...] = ("itself", "everything", "many", "named")
_THINGS = {
    "role": "every role",
    "policy": "every policy",
    "user": "every user",
    "group": "every group",
    "pass": "every role",
    "assume": "every role that trusts it",
    "resource": "every resource of that kind",
}


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding for each statement that opens a way; one that allows everything has a message of its own."""
    for found in escalations(program):
        wide = breadth(found.statement)
        if not (wide.everything or wide.inverted_actions or wide.inverted_resources):
            yield _report(found)


def _report(found: Escalation) -> Diagnostic:
    ways = sorted(found.ways, key=lambda way: _ORDER.index(way.scope))
    first = ways[0]
    who = f"role `{found.role.name}`" if found.role and found.stack.account else "whoever has this policy"
    text = decisive_text(first)
    span = span_in(found.statement, text)
    texts = tuple(dict.fromkeys(map(decisive_text, ways)))
    actions = tuple(dict.fromkeys([text, *(name for name, _ in first.others)])) if "*" not in text else (text,)
    message = f"{listed(actions)} {'let' if len(actions) > 1 else 'lets'} {who} {first.route.gain}"
    if len(ways) > 1:
        message = f"{listed(texts)} {'give' if len(texts) > 1 else 'gives'} {who} {len(ways)} ways to more permissions"
    mild = first.scope == "many" and first.route.target in ("pass", "assume", "resource")
    return Diagnostic(
        PRIVILEGE_ESCALATION,
        message,
        span,
        _reached(found, first),
        tuple(_labels(ways, span)),
        notes=tuple(_notes(found, ways)),
        help=tuple(_help(first)),
        path=path_of(found.statement),
        severity=Severity.NOTE if mild else None,
    )


def _reached(found: Escalation, way: Way) -> str:
    if way.scope == "itself":
        return "reaches the role itself" if way.route.target == "role" else "reaches a policy of the role itself"
    if way.scope == "everything":
        return f"reaches {_THINGS[way.route.target]}"
    name = (
        f", not `{found.role.name}` itself" if found.role and found.stack.account and way.route.target == "role" else ""
    )
    return f"reaches {listed(way.reach.resources)}{name}"


def _labels(ways: list[Way], span: Span | None) -> Iterator[Label]:
    """Where the other actions of the ways stand, when that is elsewhere."""
    seen: set[object] = {span}
    for way in ways[:_SHOWN]:
        decisive = span_in(way.reach.statement, decisive_text(way))
        if decisive is not None and decisive not in seen:
            seen.add(decisive)
            yield Label(decisive, "another way")
        for name, statement in way.others:
            other = span_in(statement, *_writings(statement.actions, name))
            if other is not None and other not in seen:
                seen.add(other)
                yield Label(other, f"with `{name}` from here")


def _writings(texts: tuple[str, ...], name: str) -> Iterator[str]:
    return (text for text in texts if matches(text.lower(), name.lower()))


def _notes(found: Escalation, ways: list[Way]) -> Iterator[str]:
    if len(ways) > 1:
        for way in ways[:_SHOWN]:
            yield f"{listed(way.route.names)}: {way.route.gain}"
        if len(ways) > _SHOWN:
            yield f"and {len(ways) - _SHOWN} more ways"
    if found.role and found.role.permissions_boundary:
        yield "the permissions boundary of the role limits what it gains, unless it can take it off"
    sure = ways[0].scope in ("itself", "everything") and not ways[0].route.indirect
    yield HIGH if sure else MEDIUM


def _help(way: Way) -> Iterator[str]:
    text = decisive_text(way)
    target = way.route.target
    if "*" in text or "?" in text:
        yield f"list the actions that the application calls in place of `{text}`"
    elif target == "pass":
        yield "name the roles that may be passed, with a `pass_role` grant or their ARNs"
    elif target == "assume":
        yield "name the roles that may be assumed"
    elif target == "resource":
        yield "name the resources, or limit them by a tag (`aws:ResourceTag/…`)"
    elif target == "role":
        yield "leave it to a deployment role, or limit it with `iam:PermissionsBoundary` or `iam:PolicyARN`"
    else:
        yield "leave it to a deployment role"
