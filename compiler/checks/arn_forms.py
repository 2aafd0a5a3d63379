"""ARNs as an action needs them, for messages: what kind, and which one is near to what was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from compiler.aws.reference import OPEN
from compiler.aws.service_data import Action, resource_types_of, service_title
from compiler.checks.action_patterns import ActionPattern
from compiler.checks.place import Place
from compiler.checks.wording import either
from compiler.checks.working import works_on

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_SHOWN = 3


def form_of(template: str, place: Place) -> str:
    """An ARN template as an example: ``arn:aws:s3:::<BucketName>``."""
    known = {"Partition": place.partition, "Region": place.region, "Account": place.account}
    return _PLACEHOLDER.sub(lambda match: known.get(match[1], f"<{match[1]}>"), template).replace("${*}", "*")


def forms_of(pattern: ActionPattern, place: Place) -> tuple[str, ...]:
    """The kinds of ARN that the actions of a pattern work on, those of most actions first; ``*`` for no kind at all."""
    counts: Counter[str] = Counter()
    for action in pattern.actions:
        types = resource_types_of(action.service)
        # A resource type's first template is the usual one; the others are variants of it.
        templates = [types[name].arns[0] for name in action.resource_types if name in types]
        counts.update({form_of(template, place) for template in templates} or {"*"})
    ranked = sorted(counts, key=lambda form: (-counts[form], len(form), form))
    return tuple(ranked)


def needs(pattern: ActionPattern, place: Place) -> str:
    """What a pattern needs as its resource, in words: ``\\`arn:aws:s3:::<BucketName>\\```.

    An action that takes several kinds is shown with the shortest ones: they are the ones that people mean.
    """
    forms = forms_of(pattern, place)
    shown = [f"`{form}`" for form in forms[: _SHOWN if len(forms) <= _SHOWN else _SHOWN - 1]]
    more = [f"another ARN of {service_title(pattern.service)}"] if len(forms) > _SHOWN else []
    return either((*shown, *more) or ("`*`",))


def as_arn(text: str, patterns: Iterable[ActionPattern], place: Place) -> str:
    """The ARN that a bare name stands for, where the actions tell: ``shop/*`` is ``arn:aws:s3:::shop/*`` for S3.

    Only services whose ARNs end in the name itself are tried; in all others the kind would be a guess.
    """
    if text.startswith("arn:") or text[:1] in "*?$" or OPEN in text:
        return ""
    for pattern in patterns:
        for action in pattern.actions:
            types = resource_types_of(action.service)
            for name in action.resource_types:
                head, _, resource = types[name].arns[0].rpartition(":")
                candidate = f"{form_of(head, place)}:{text}"
                if not _PLACEHOLDER.sub("", resource).strip("/") and works_on(action, candidate):
                    return candidate
    return ""


def nearest(actions: Iterable[Action], resources: Iterable[str]) -> str | None:
    """An ARN near to one of the resources on which one of the actions works: its parent, or what is below it.

    >>> from compiler.aws.service_data import find_action
    >>> nearest([find_action("s3:ListBucket")], ["arn:aws:s3:::shop/img/*"])
    'arn:aws:s3:::shop'
    """
    wanted = tuple(actions)
    for resource in resources:
        for candidate in _near(resource):
            if any(works_on(action, candidate) for action in wanted):
                return candidate
    return None


def _near(resource: str) -> tuple[str, ...]:
    head, colon, tail = resource.rpartition(":")
    if not colon or "*" in (tail, resource):
        return ()
    parts = tail.split("/")
    parents = [f"{head}:{'/'.join(parts[:count])}" for count in range(len(parts) - 1, 0, -1)]
    below = [] if tail.endswith("*") else [f"{resource.rstrip('/')}/*", f"{resource}:*"]
    return (*parents, *below)
