"""The outlines of all files of a spec in one record: all that a run needs of the files that have not changed.

It saves opening a record for each of them and says nothing that their records do not say: outlines stand under the same
keys. What an outline leaves out is fetched from the record when somebody asks, and worked out anew where that is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from compiler.pipeline.store import Store

Json = Any


def read_index(store: Store, key: str) -> dict[str, Json]:
    """The outlines by the keys of their records; none where there is no index, or it is none of ours."""
    record = store.get(key)
    try:
        found = orjson.loads(record) if record is not None else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def write_index(store: Store, key: str, outlines: Mapping[str, Json]) -> None:
    """Keep the outlines of this run, and no others."""
    store.put(key, orjson.dumps(outlines))
