"""Actions whose calls need other actions to be allowed as well, as far as that is certain.

Source: ``data/dependent_actions.json``, which says where it comes from and what was left out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def dependent_actions() -> Mapping[str, tuple[str, ...]]:
    """The further actions of each action, by full name.

    >>> dependent_actions()["rds:RebootDBCluster"]
    ('rds:RebootDBInstance',)
    """
    return {action: tuple(others) for action, others in _data()["actions"].items()}


@cache
def may_pass_role() -> frozenset[str]:
    """Actions whose calls mostly hand over a role, but need not."""
    return frozenset(_data()["may_pass_role"])


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads((Path(__file__).parent / "data" / "dependent_actions.json").read_bytes())
    return data
