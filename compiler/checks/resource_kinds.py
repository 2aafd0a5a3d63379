"""Which kind of resource an ARN pattern is written for, judged by its words.

A wildcard reaches further than it is meant: ``arn:aws:s3:::shop-*`` matches the objects of those buckets as well, and
still it names buckets, since that is how the ARN of a bucket is built.

Source: Service Authorization Reference (ARN templates of the resource types).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from compiler.aws.arn import parse_arn
from compiler.aws.service_data import resource_types_of

_KEPT = 1 << 10
_BETWEEN = re.compile(r"[/:]")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\*")


@lru_cache(_KEPT)
def kinds_of(text: str) -> frozenset[str]:
    """The resource types whose ARNs are built like this one; of several depths the deepest that fits.

    >>> kinds_of("arn:aws:dynamodb:*:*:table/shop-*"), kinds_of("arn:aws:dynamodb:*:*:table/shop-*/index/*")
    (frozenset({'table'}), frozenset({'index'}))
    >>> kinds_of("arn:aws:s3:::shop-*/logs/*")
    frozenset({'object'})
    """
    arn = parse_arn(text)
    if arn is None or "*" in arn.service:
        return frozenset()
    parts = _BETWEEN.split(arn.resource)
    found: dict[int, set[str]] = {}
    for name, template in _templates(arn.service):
        # A name may hold what stands between names elsewhere: the keys of objects, paths of parameters.
        fits = len(template) == len(parts) or (len(template) < len(parts) and template[-1] == "*")
        if fits and all(map(_is_built_like, parts, template)):
            found.setdefault(len(template), set()).add(name)
    return frozenset(found[max(found)]) if found else frozenset()


def _is_built_like(part: str, template: str) -> bool:
    return template in ("*", part)


@cache
def _templates(service: str) -> tuple[tuple[str, list[str]], ...]:
    """The resource part of each ARN template, divided at what stands between names, with ``*`` for each name."""
    return tuple(
        (name, ["*" if _PLACEHOLDER.search(part) else part for part in _BETWEEN.split(template.split(":", 5)[5])])
        for name, kind in resource_types_of(service).items()
        for template in kind.arns
        if template.count(":") >= 5
    )
