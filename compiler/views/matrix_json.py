"""The stacks as JSON for programs, format version 1.

Every stack has all keys; what is not known is ``null``. The format only grows: a change that could break a reader gets
a new ``format_version``.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.views.matrix import Matrix, Row

FORMAT_VERSION = 1


def render(matrix: Matrix) -> str:
    """All stacks to plan, and those that are gone."""
    since = matrix.commit and {"ref": matrix.commit.ref, "commit": matrix.commit.id, "unknown": matrix.unknown or None}
    report = {
        "format_version": FORMAT_VERSION,
        "changed_since": since,
        "stacks": [_row(row) for row in matrix.rows],
        "removed": [_row(row) for row in matrix.removed],
        "summary": {"stacks": matrix.total, "listed": len(matrix.rows), "removed": len(matrix.removed)},
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _row(row: Row) -> dict[str, Any]:
    return {
        "stack": row.stack,
        "dir": row.dir,
        "change": row.change,
        "account": row.account,
        "region": row.region,
        "files": list(row.files),
    }
