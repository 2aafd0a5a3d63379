"""From a place in a generated file back to the spec: file and line, the thing that stands there, its ``"//"``.

This reads the layout that ``encode`` writes (two spaces for each level), so that a line tells its keys without a
parser that keeps positions.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

Json = Any

_KEY = re.compile(r'( *)("(?:[^"\\]|\\.)*"): ')
# A document stands in `locals`; what it belongs to is the resource that encodes it.
_OWNERS = {"policy_": "aws_iam_policy", "trust_": "aws_iam_role"}


def enclosing_keys(text: str, line: int) -> tuple[str, ...]:
    """The keys around a line (from 1) of a generated file, outermost first.

    >>> enclosing_keys('{\\n  "locals": {\\n    "a": [\\n      1\\n    ]\\n  }\\n}\\n', 4)
    ('locals', 'a')
    """
    lines = text.split("\n")[:line]
    limit = len(lines[-1]) - len(lines[-1].lstrip(" ")) + 1 if lines else 0
    keys: list[str] = []
    for candidate in reversed(lines):
        match = _KEY.match(candidate)
        if match and len(match[1]) < limit:
            limit = len(match[1])
            keys.append(orjson.loads(match[2]))
    return tuple(reversed(keys))


def resource_at(text: str, line: int) -> tuple[str, str] | None:
    """Type and label of the resource that a line of a generated file is about, or None."""
    keys = enclosing_keys(text, line)
    if len(keys) >= 3 and keys[0] == "resource":
        return keys[1], keys[2]
    if len(keys) >= 2 and keys[0] == "locals":
        for prefix, kind in _OWNERS.items():
            if keys[1].startswith(prefix):
                return kind, keys[1].removeprefix(prefix)
    return None


def origin_of(content: bytes, resource: tuple[str, str]) -> str:
    """The spec path that a resource of a generated file names as its origin; empty when it names none."""
    kind, label = resource
    try:
        comment = orjson.loads(content)["resource"][kind][label]["//"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
    return comment.rpartition(": ")[2] if isinstance(comment, str) else ""
