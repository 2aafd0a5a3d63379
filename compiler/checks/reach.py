"""How far a statement reaches: what an action may be used on, and what a Deny takes away from that.

A Deny with conditions takes nothing away here: whether it applies depends on the request.

Source: IAM User Guide, "Policy evaluation logic" (an explicit Deny wins) and "Actions, resources, and condition keys
for AWS services" (condition keys of resources).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from compiler.aws.arn import split_fields
from compiler.aws.global_keys import find_global_key
from compiler.aws.operators import parse_operator
from compiler.aws.pattern import arn_covers, arn_overlaps, covers, has_wildcard, matches
from compiler.aws.service_data import Action, find_action, resource_types_of
from compiler.aws.statement import Condition, Statement
from compiler.checks.working import works_on
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

_KEPT = 1 << 12
_PLACEHOLDER = LatePattern(r"\$\{[^}]*\}")
_OWN_SOURCES = frozenset({"statement", "policy", "actions", "access"})
# Of what the others allow on everything, the grants `actions` and `access` ask for a reason themselves.
_WRITTEN_SOURCES = frozenset({"statement", "policy"})
# Keys with a service's prefix that say how a request is made, and nothing of what it is about.
_OF_THE_CALLER = ("ec2:roledelivery", "s3:authtype", "s3:signature", "sts:")
# Global keys that say what a request is about.
_OF_THE_THING = ("aws:resource", "aws:requesttag", "aws:tagkeys", "aws:calledvia")


@record(frozen=True, slots=True)
class Reach:
    """What one Allow statement lets an action be used on: ``resources`` but for ``excluded`` ones."""

    statement: Statement
    resources: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    def hits(self, arn: str) -> bool:
        """Whether a certain resource is reached."""
        return any(arn_overlaps(text, arn) for text in self.resources) and not any(
            arn_covers(text, arn) for text in self.excluded
        )


def is_own(statement: Statement) -> bool:
    """Whether a person listed the actions of a statement; a grant of the catalogue is made by design."""
    return statement.source in _OWN_SOURCES


def is_written(statement: Statement) -> bool:
    """Whether a statement stands in the spec or in a document as it is."""
    return statement.source in _WRITTEN_SOURCES


def names_action(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action (lower-cased)."""
    if statement.not_actions:
        return not any(matches(text.lower(), action) for text in statement.not_actions)
    return any(matches(text.lower(), action) for text in statement.actions)


def naming_text(statement: Statement, action: str) -> str:
    """What a statement writes for an action: the action itself, or a pattern."""
    found = (text for text in statement.actions if matches(text.lower(), action.lower()))
    return next(found, "" if statement.actions else action)


def reach_of(statement: Statement, action: str, denies: Iterable[Statement]) -> Reach | None:
    """What an Allow lets an action (lower-cased) be used on when the Deny statements have been heard."""
    if statement.effect != "Allow" or not names_action(statement, action):
        return None
    known = find_action(action)
    wide = ("*",) if statement.not_resources else statement.resources
    left = [text for text in wide if known is None or works_on(known, text)]
    excluded = list(statement.not_resources)
    for deny in denies:
        if deny.conditions or not names_action(deny, action):
            continue
        if deny.not_resources:
            left = [rest for text in left for rest in _kept(text, deny.not_resources)]
        else:
            left = [text for text in left if not any(arn_covers(other, text) for other in deny.resources)]
            excluded += deny.resources
    return Reach(statement, tuple(left), tuple(excluded)) if left else None


def _kept(text: str, others: tuple[str, ...]) -> list[str]:
    if any(arn_covers(other, text) for other in others):
        return [text]
    return [other for other in others if arn_overlaps(other, text)]


@lru_cache(_KEPT)
def reaches_all(resource: str, action: Action | None) -> bool:
    """Whether a resource stands for everything (of an account) that the action can work on of some type.

    >>> reaches_all("arn:aws:s3:::*/*", find_action("s3:GetObject"))
    True
    >>> reaches_all("arn:aws:s3:::shop/*", find_action("s3:GetObject"))
    False
    """
    if resource.strip("*") == "" and resource:
        return True
    fields = split_fields(resource)
    if fields is None or action is None or "*" not in resource or not works_on(action, resource):
        return False
    types = resource_types_of(action.service)
    templates = (arn.split(":", 5) for name in action.resource_types for arn in types[name].arns)
    return any(matches(fields[1], item[2]) and covers(fields[4], _PLACEHOLDER.sub("*", item[5])) for item in templates)


def is_wild(resource: str) -> bool:
    """Whether the name in an ARN holds a wildcard. (That of an account may be one: the name says what is meant.)"""
    fields = split_fields(resource)
    return has_wildcard(fields[4] if fields else resource)


@lru_cache(_KEPT)
def narrows(condition: Condition) -> bool:
    """Whether a condition limits what a request may be about: the resource, its tags, what is passed or attached.

    That of a person's network, time or MFA does not. Keys that are not known get the benefit of the doubt.
    """
    key = condition.key.lower()
    parsed = parse_operator(condition.operator)
    if parsed is None:
        return True
    if parsed.operator.family == "Null":
        return False
    if key.startswith("ec2:sourceinstance"):  # who asks is compared with what it is about
        return any("${" in value for value in condition.values)
    if key.startswith("aws:viaaws"):
        return "true" in (value.lower() for value in condition.values)
    return key.startswith(_OF_THE_THING) or (find_global_key(key) is None and not key.startswith(_OF_THE_CALLER))


def is_narrowed(statement: Statement) -> bool:
    """Whether a condition of the statement limits what it is about."""
    return any(narrows(condition) for condition in statement.conditions)
