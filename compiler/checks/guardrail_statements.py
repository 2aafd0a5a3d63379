"""What guardrails say about statements: which actions may be allowed, on what, and until when.

A statement keeps a rule only if that can be shown from the statement alone: no Deny, no permissions boundary and no
condition makes up for it, but for those conditions that a rule names itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from compiler.aws.arn import split_fields
from compiler.aws.pattern import arn_covers, arn_overlaps, covers
from compiler.aws.reference import OPEN, display
from compiler.aws.service_data import expand_action
from compiler.aws.statement import Condition, Statement
from compiler.checks.guardrail_breach import Asked, Breach, action_covers, action_overlaps, asked_of
from compiler.checks.guardrail_codes import GUARDED_ACTION, GUARDED_EXPIRY, GUARDED_RESOURCE
from compiler.checks.guardrail_writes import wildcard_writes
from compiler.checks.wording import listed
from compiler.ir.guardrails import Guardrail, Rule

_FEW = 3
_UNTIL = frozenset({"DateLessThan", "DateLessThanEquals"})


def breaches(guardrail: Guardrail, statement: Statement, account: str, today: dt.date) -> Iterator[Breach]:
    """What a guardrail finds in one statement, each rule once; ``account`` is that of the stack."""
    asked = asked_of(guardrail, statement)
    if asked is not None:
        yield from _forbidden(guardrail, asked)
        yield from _not_allowed(guardrail, asked)
        yield from _resources(guardrail, statement, asked)
        yield from _accounts(guardrail, statement, asked, account)
        yield from wildcard_writes(guardrail, statement, asked)
        yield from _expiry(guardrail, statement, today)


def _forbidden(guardrail: Guardrail, asked: Asked) -> Iterator[Breach]:
    for rule in filter(None, (guardrail.rule("forbid_services"), guardrail.rule("forbid_actions"))):
        for word in rule.words:
            pattern = _as_actions(rule, word.text)
            if asked.inverted:
                if not any(action_covers(item, pattern) for item in asked.patterns):
                    yield Breach(
                        GUARDED_ACTION, word.span, f"guardrail `{guardrail.name}` forbids `{word.text}`, which "
                        "`NotAction` leaves allowed", "allows all but what it names", (), ("NotAction",),
                        help=("write out the actions that are needed",),
                    )  # fmt: skip
                    break
                continue
            found = tuple(item for item in asked.patterns if action_overlaps(item, pattern))
            if found:
                wild = [item for item in found if "*" in item or "?" in item]
                yield Breach(
                    GUARDED_ACTION, word.span, f"guardrail `{guardrail.name}` forbids {{}}", "forbidden", found,
                    notes=tuple(_both_match(item, pattern) for item in wild[:1] if not action_covers(pattern, item)),
                    help=("write out the actions that are needed",) if wild else ("take it out",),
                )  # fmt: skip
                break


def _as_actions(rule: Rule, text: str) -> str:
    return f"{text}:*" if rule.key.endswith("_services") else text


def _both_match(pattern: str, forbidden: str) -> str:
    """Which actions make an overlap of two patterns."""
    if "*" in pattern.partition(":")[0]:
        return f"`{pattern}` also matches what `{forbidden}` forbids"
    names = [item.full_name for item in expand_action(pattern) if action_overlaps(item.full_name, forbidden)]
    if names:
        return f"`{pattern}` and `{forbidden}` both match {listed(names)}"
    return f"AWS has no action today that `{pattern}` and `{forbidden}` both match, but may add one"


def _not_allowed(guardrail: Guardrail, asked: Asked) -> Iterator[Breach]:
    rules = tuple(filter(None, (guardrail.rule("allow_services"), guardrail.rule("allow_actions"))))
    if not rules:
        return
    patterns = [_as_actions(rule, word.text) for rule in rules for word in rule.words]
    if asked.inverted:
        found: tuple[str, ...] = () if "*" in patterns else ("NotAction",)
    else:
        found = tuple(item for item in asked.patterns if not any(action_covers(pattern, item) for pattern in patterns))
    if not found:
        return
    partly = [item for item in found if any(action_overlaps(item, pattern) for pattern in patterns)]
    yield Breach(
        GUARDED_ACTION,
        rules[0].span,
        f"guardrail `{guardrail.name}` does not allow {{}}",
        "not shown to be allowed" if partly or asked.inverted else "not among what it allows",
        found,
        notes=(f"only part of what `{partly[0]}` matches is allowed",) if partly else (),
        help=(f"it allows {listed(patterns)}",),
    )


def _resources(guardrail: Guardrail, statement: Statement, asked: Asked) -> Iterator[Breach]:
    rule = guardrail.rule("resources")
    if rule is not None:
        texts = rule.texts
        yield from _beyond(guardrail, rule, statement, asked, lambda item: any(arn_covers(t, item) for t in texts))


def _accounts(guardrail: Guardrail, statement: Statement, asked: Asked, account: str) -> Iterator[Breach]:
    rule = guardrail.rule("accounts")
    if rule is None:
        return
    known = frozenset(account if text == "own" else text for text in rule.texts)
    if not any(_confines(condition, known) for condition in statement.conditions):
        yield from _beyond(guardrail, rule, statement, asked, lambda item: _is_in(item, known))


def _is_in(resource: str, accounts: frozenset[str]) -> bool:
    """Whether an ARN is of one of the accounts, says no account (a bucket's) or is AWS's own."""
    fields = split_fields(resource)
    return fields is not None and any(
        field == fields[3] or covers(field, fields[3]) for field in ("", "aws", *accounts)
    )


def _confines(condition: Condition, accounts: frozenset[str]) -> bool:
    return (
        condition.operator == "StringEquals"
        and condition.key.lower() == "aws:resourceaccount"
        and accounts.issuperset(condition.values)
    )


def _beyond(
    guardrail: Guardrail, rule: Rule, statement: Statement, asked: Asked, is_inside: Callable[[str], bool]
) -> Iterator[Breach]:
    """The resources of a statement that are not shown to be inside; ``*`` only where an action could be limited."""
    if statement.not_resources:
        found: tuple[str, ...] = () if is_inside("*") else ("NotResource",)
    else:
        found = tuple(item for item in statement.resources if not is_inside(item) and (item != "*" or asked.limited))
    if not found:
        return
    shown = tuple(map(display, found))
    unknown = next((item for item in found if OPEN in item or "${" in item), None)
    patterns = rule.texts
    partly = rule.key == "resources" and any(arn_overlaps(pattern, found[0]) for pattern in patterns)
    notes: tuple[str, ...] = ()
    if unknown:
        when = "after `terraform apply`" if OPEN in unknown else "when a request is made"
        notes = (f"what `{display(unknown)}` stands for is only known {when}, so nothing shows that it stays inside",)
    elif partly:
        notes = (f"only part of what `{shown[0]}` matches is inside",)
    elif "*" in found:
        notes = (f"{listed(asked.limited[:_FEW])} can be limited to a resource",) if not asked.inverted else ()
    inside = "inside " if rule.key == "resources" else "in account "
    yield Breach(
        GUARDED_RESOURCE,
        rule.span,
        f"guardrail `{guardrail.name}` does not allow {{}}",
        f"not shown to stay within `{rule.key}`" if unknown or partly else f"outside of its `{rule.key}`",
        shown,
        notes=notes,
        help=(f"name resources {inside}{listed(patterns)}",),
    )


def _expiry(guardrail: Guardrail, statement: Statement, today: dt.date) -> Iterator[Breach]:
    rule = guardrail.rule("max_expiry")
    if rule is None:
        return
    days = int(rule.words[0].text[:-1])
    last = today + dt.timedelta(days=days)
    ends = [_end(item) for item in statement.conditions if _is_end(item)]
    if any(end is not None and end <= last for end in ends):
        return
    known = [end for end in ends if end is not None]
    missing = f"`{statement.source}` {'ends' if known else 'has no end'}"
    yield Breach(
        GUARDED_EXPIRY,
        rule.span,
        f"guardrail `{guardrail.name}` wants an end within {days} days, and {missing}"
        + (f" on {min(known).isoformat()}" if known else ""),
        f"{(min(known) - today).days} days from now" if known else "allowed for ever",
        needles=(min(known).isoformat(),) if known else (),
        help=(f"write `expires: {last.isoformat()}` or an earlier day",),
    )


def _is_end(condition: Condition) -> bool:
    # The time is in every request, so `IfExists` changes nothing.
    return condition.operator.removesuffix("IfExists") in _UNTIL and condition.key.lower() == "aws:currenttime"


def _end(condition: Condition) -> dt.date | None:
    """The last day of a condition on the time: the latest of its values, any of which is enough."""
    try:
        return max(dt.datetime.fromisoformat(value).date() for value in condition.values)
    except ValueError:
        return None
