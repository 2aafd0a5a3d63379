"""Plain data as the YAML that people would write: one line where it fits, a block where it does not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.views.cells import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

# Texts that YAML 1.1 and 1.2 readers alike take for this very text, inside of braces too.
_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./+-]|:(?=[A-Za-z0-9_/]))*")
_DEEPEST = 3  # collections inside of one another on one line; more of them nobody reads
_NOT_TEXT = re.compile(r"(?i)true|false|yes|no|on|off|y|n|null|_")


def flow(value: Json) -> str:
    """The value on one line.

    >>> flow({"bucket": "shop-assets", "access": ["read"], "account": "123456789012"})
    '{bucket: shop-assets, access: [read], account: "123456789012"}'
    """
    if isinstance(value, dict):
        return f"{{{', '.join(f'{flow(key)}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def block(value: Json, width: int) -> list[str]:
    """The value as lines of up to ``width`` columns, as far as it can be broken: a line for each key or item."""
    return list(_block(value, width)) if isinstance(value, (dict, list)) and value else [flow(value)]


def _block(value: dict[str, Json] | list[Json], width: int) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            first, *rest = [flow(item)] if _is_short(item, width - 2) else block(item, width - 2)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        return
    for key, item in value.items():
        if not item or not isinstance(item, (dict, list)) or _is_short(item, width - width_of(flow(key)) - 2):
            yield f"{flow(key)}: {flow(item)}"
        else:
            yield f"{flow(key)}:"
            yield from (f"  {line}" for line in block(item, width - 2))


def _is_short(value: Json, width: int) -> bool:
    """Whether a value reads well on one line of this width."""
    return _depth(value) <= _DEEPEST and width_of(flow(value)) <= width


def _depth(value: Json) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)
