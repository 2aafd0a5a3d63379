"""The known ways from some permissions to more: sets of actions, read from ``data/privilege_escalation.json``.

The file names its sources. Which sets lie within what somebody may do is found with bits, because every statement of a
program is asked.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import orjson

from compiler.aws.pattern import matches
from compiler.aws.statement import Statement
from compiler.diagnostics.value import record

_DATA = Path(__file__).parent / "data" / "privilege_escalation.json"
_KEPT = 1 << 10


@record(frozen=True, slots=True)
class Route:
    """One set of actions; the fields are those of the data file, actions lower-cased with their written names."""

    id: str
    names: tuple[str, ...]
    actions: tuple[str, ...]
    decisive: str
    target: str
    to: frozenset[str]
    gain: str
    indirect: bool
    mask: int


@cache
def _mask(actions: tuple[str, ...]) -> int:
    """The actions of paths that an ``Action`` element matches, as bits."""
    # What names no service is refused by IAM, but for `*`.
    texts = [text.lower() for text in actions if ":" in text or not text.strip("*")]
    mask = 0
    for text in texts:
        mask |= _mask_of_pattern(text)
    return mask


@cache
def _mask_of_pattern(text: str) -> int:
    if "*" not in text and "?" not in text:
        return _bits().get(text, 0)
    return sum(bit for name, bit in _bits().items() if matches(text, name))


@cache
def routes() -> tuple[Route, ...]:
    """The paths of the data file, without those that need more than another one needs already."""
    return tuple(
        item for item in _read() if not any(other.mask & item.mask == other.mask != item.mask for other in _read())
    )


@cache
def _read() -> tuple[Route, ...]:
    bits = _bits()
    return tuple(
        Route(
            raw["id"],
            tuple(raw["actions"]),
            tuple(name.lower() for name in raw["actions"]),
            raw["decisive"].lower(),
            raw["target"],
            frozenset(raw["to"]),
            raw["gain"],
            raw.get("indirect", False),
            sum({bits[name.lower()] for name in raw["actions"]}),
        )
        for raw in _raw()
    )


@cache
def _bits() -> dict[str, int]:
    names = sorted({name.lower() for raw in _raw() for name in raw["actions"]})
    return {name: 1 << index for index, name in enumerate(names)}


@cache
def _raw() -> tuple[dict[str, Any], ...]:
    return tuple(orjson.loads(_DATA.read_bytes())["paths"])


@lru_cache(_KEPT)
def within(mask: int) -> tuple[Route, ...]:
    """The routes all of whose actions are among these."""
    return tuple(route for route in routes() if route.mask & mask == route.mask)


def mask_of(statement: Statement) -> int:
    """The actions of routes that a statement is about, as bits."""
    if statement.not_actions:
        return sum(_bits().values()) & ~_mask(statement.not_actions)
    return _mask(statement.actions)
