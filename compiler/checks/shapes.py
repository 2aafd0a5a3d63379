"""What of an action list and of a resource decides whether a statement is sound: everything but names.

A resource pattern is held against ARN templates such as ``table/${TableName}/index/${IndexName}``, whose words stand
between ``/`` and ``:``. A part of the resource that is none of those words can only be the value of a placeholder, and
placeholders take any value alike. So two resources that differ in such parts only match the same templates.
"""

from __future__ import annotations

import re
from functools import cache

from compiler.aws.arn_words import Words, words_of
from compiler.aws.pass_role import PASS_ROLE_REQUIRED
from compiler.aws.reference import OPEN, reference
from compiler.checks.action_patterns import read_patterns
from compiler.diagnostics.value import record

_ACCOUNT, _PARTITION = reference("var.account_id"), reference("var.partition")
_WILDCARD = re.compile(r"[*?]")


@record(frozen=True, slots=True)
class ActionFacts:
    """What the survey has to know of an action list.

    ``words`` are those of the services of the actions; None where all of a resource counts.
    """

    words: Words | None
    is_ascii: bool
    passes_role: bool


@cache
def action_facts(actions: tuple[str, ...]) -> ActionFacts:
    """The facts of an ``Action`` element, read once for each distinct one."""
    patterns = read_patterns(actions)
    services = frozenset(pattern.service for pattern in patterns)
    is_plain = bool(patterns) and not any(pattern.wide or pattern.fault for pattern in patterns)
    literal = (pattern.actions[0] for pattern in patterns if pattern.is_literal and pattern.actions)
    return ActionFacts(
        words_of(services) if is_plain else None,
        all(map(str.isascii, actions)),
        any(action.full_name in PASS_ROLE_REQUIRED for action in literal),
    )


def resource_shape(resource: str, words: Words | None) -> str:
    """The resource with ``~`` for every name and ``#`` for its account; itself where names may matter.

    >>> resource_shape("arn:aws:sqs:eu-west-1:123456789012:orders", action_facts(("sqs:SendMessage",)).words)
    'aws:sqs:eu-west-1:#:~'
    """
    if OPEN in resource:  # in a module nearly every ARN has these two, and they say as much as the literal text
        resource = resource.replace(_ACCOUNT, "0" * 12).replace(_PARTITION, "@")
    if words is None or OPEN in resource or "$" in resource:
        return resource
    fields = resource.split(":", 5)
    if len(fields) < 6 or fields[0] != "arn":
        return resource
    _, partition, service, region, account, rest = fields
    if len(account) == 12 and account.isdecimal() and account.isascii():
        account = "#"
    whole = words.whole
    parts = [part if part in whole else "~" if part.isalnum() else _part_shape(part, words) for part in rest.split("/")]
    return f"{partition}:{service}:{region}:{account}:{'/'.join(parts)}"


def _part_shape(part: str, words: Words) -> str:
    """What of a part (between slashes) counts. A wildcard may make a word of what stands in front of it."""
    if ":" in part:
        return ":".join([_part_shape(piece, words) for piece in part.split(":")])
    if part in words.whole or not part:
        return part
    wild = _WILDCARD.search(part)
    if wild is None:
        return "~"
    head = part[: wild.start()]
    return part if not head or head in words.beginnings else f"~{part[wild.start() :]}"
