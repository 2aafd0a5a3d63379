"""The words in the ARNs of a service: what stands in its templates between ``/`` and ``:`` and is no placeholder.

A part of an ARN that is none of them can only be the value of a placeholder, that is a name, and no template tells one
name from another.
"""

from __future__ import annotations

import re
from functools import cache

from compiler.aws.service_data import resource_types_of
from compiler.diagnostics.value import record

_SEPARATOR = re.compile(r"[/:](?![^{]*\})")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\*")


@record(frozen=True, slots=True)
class Words:
    """The words that stand between ``/`` and ``:`` in the ARN templates of some services, and how words may begin."""

    whole: frozenset[str]
    beginnings: frozenset[str]


@cache
def words_of(services: frozenset[str]) -> Words | None:
    """The words of the services' templates; None when a template mixes words and names in one part."""
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
    return Words(frozenset(words), frozenset(beginnings))
