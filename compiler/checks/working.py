"""Whether an action works on a resource, read as generously as IAM may read it.

``compiler.aws.matching`` compares ARNs field by field. IAM also lets a ``*`` at the end of a field reach over the colon
behind it: AWS's own Glue policy says ``arn:aws:logs:*:*:/aws-glue/*`` where the log group is
``…:123456789012:log-group:/aws-glue/…``. Whoever says that something can never match has to allow for that.

Source: IAM User Guide, "IAM JSON policy elements: Resource" ("if the * wildcard is the last character of a resource ARN
segment, it can expand to match beyond the colon boundaries").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from compiler.aws.arn import parse_arn
from compiler.aws.matching import action_matches
from compiler.aws.service_data import Action

_KEPT = 1 << 12


def works_on(action: Action, resource: str) -> bool:
    """Whether the action can work on what the resource pattern matches.

    >>> from compiler.aws.service_data import find_action
    >>> works_on(find_action("logs:PutLogEvents"), "arn:aws:logs:*:*:/aws-glue/*")
    True
    >>> works_on(find_action("logs:PutLogEvents"), "arn:aws:logs:*:123456789012:/aws-glue/*")
    False
    """
    return action_matches(action, resource) or any(action_matches(action, text) for text in beyond_colons(resource))


def works_on_any(action: Action, resources: Iterable[str]) -> bool:
    """Whether the action can work on one of several resources."""
    return any(works_on(action, resource) for resource in resources)


@lru_cache(_KEPT)
def beyond_colons(resource: str) -> tuple[str, ...]:
    """What an ARN pattern says when the ``*`` at the end of its region or account reaches further."""
    arn = parse_arn(resource) if "*:" in resource else None
    if arn is None:
        return ()
    found = []
    if arn.account.endswith("*"):
        found.append(replace(arn, resource=f"*:{arn.resource}"))
    if arn.region.endswith("*"):
        rest = f"{arn.account}:{arn.resource}"
        found += [replace(arn, account="*", resource=text) for text in (rest, f"*:{rest}")]
    return tuple(map(str, found))
