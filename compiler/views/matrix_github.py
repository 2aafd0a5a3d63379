"""The stacks as a matrix of GitHub Actions: one line for ``fromJSON`` in ``strategy.matrix``.

A matrix makes 256 jobs at most, and one without entries fails the workflow, so the job that uses it needs
``if: needs.….outputs.matrix != '{"include":[]}'``: what is printed for no stacks is exactly that text.
Source: GitHub Docs, "Actions limits", Job Matrix.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from compiler.views.matrix import Entry

MOST_JOBS = 256


def render(entries: Sequence[Entry]) -> str:
    """``{"include":[{"stack":…,"dir":…,"account":…,"region":…},…]}`` on one line."""
    return json.dumps({"include": [asdict(entry) for entry in entries]}, separators=(",", ":"))
