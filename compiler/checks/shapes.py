"""What of an action list and of a resource decides whether a statement is sound: everything but names.

A resource pattern is held against ARN templates such as ``table/${TableName}/index/${IndexName}``, whose words stand
between ``/`` and ``:``. A part of the resource that is none of those words can only be the value of a placeholder, and
placeholders take any value alike. So two resources that differ in such parts only match the same templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from compiler.aws.pass_role import PASS_ROLE_REQUIRED
from compiler.aws.reference import OPEN, reference
from compiler.aws.service_data import resource_types_of
from compiler.checks.action_patterns import read_patterns

_ACCOUNT, _PARTITION = reference("var.account_id"), reference("var.partition")
_SEPARATOR = re.compile(r"[/:](?![^{]*\})")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\*")


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What the survey has to know of an action list.

    ``names`` finds the parts of a resource that are mere names to the services of the actions; None where all of the
    resource counts. ``length`` is what the list takes in JSON, at most.
    """

    names: re.Pattern[str] | None
    length: int
    is_ascii: bool
    passes_role: bool


@cache
def action_facts(actions: tuple[str, ...]) -> ActionFacts:
    """The facts of an ``Action`` element, read once for each distinct one."""
    patterns = read_patterns(actions)
    services = frozenset(pattern.service for pattern in patterns)
    is_plain = bool(patterns) and not any(pattern.wide or pattern.fault for pattern in patterns)
    literal = (pattern.actions[0] for pattern in patterns if pattern.is_literal and pattern.actions)
    text = "".join(actions)
    return ActionFacts(
        _names_of(services) if is_plain else None,
        # An action with characters that JSON writes longer is unknown anyhow; six is the most that one can take.
        sum(map(len, actions)) * (1 if text.isprintable() else 6) + 3 * len(actions),
        text.isascii(),
        any(action.full_name in PASS_ROLE_REQUIRED for action in literal),
    )


def resource_shape(resource: str, names: re.Pattern[str] | None) -> str:
    """The resource with ``~`` for every name and ``#`` for its account; itself where names may matter.

    >>> resource_shape("arn:aws:sqs:eu-west-1:123456789012:orders", action_facts(("sqs:SendMessage",)).names)
    'aws:sqs:eu-west-1:#:~'
    """
    if OPEN in resource:  # in a module nearly every ARN has these two, and they say as much as the literal text
        resource = resource.replace(_ACCOUNT, "0" * 12).replace(_PARTITION, "@")
    if names is None or OPEN in resource or "$" in resource:
        return resource
    fields = resource.split(":", 5)
    if len(fields) < 6:
        return resource
    scheme, partition, service, region, account, rest = fields
    if scheme != "arn":
        return resource
    if len(account) == 12 and account.isdecimal() and account.isascii():
        account = "#"
    return f"{partition}:{service}:{region}:{account}:{names.sub('~', rest)}"


@cache
def _names_of(services: frozenset[str]) -> re.Pattern[str] | None:
    """What finds the names in the last field of an ARN; None when a template mixes words and names in one part."""
    words: set[str] = set()
    for service in services:
        for kind in resource_types_of(service).values():
            for template in kind.arns:
                for part in _SEPARATOR.split(template.split(":", 5)[5]):
                    if not _PLACEHOLDER.search(part):
                        words.add(part)
                    elif not _PLACEHOLDER.fullmatch(part):
                        return None
    beginnings = {word[:count] for word in words for count in range(1, len(word) + 1)}
    # A part that is a word as a whole is kept, and so is what stands before a wildcard if it may grow into a word.
    kept = rf"(?:{_any_of(words)})(?:[/:]|\Z)|(?:{_any_of(beginnings)})[*?]"
    return re.compile(rf"(?<![^/:])(?!{kept})[^/:*?]+")


def _any_of(words: set[str]) -> str:
    return "|".join(map(re.escape, sorted(words))) or r"(?!)"
