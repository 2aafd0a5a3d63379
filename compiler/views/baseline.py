"""The baseline: findings that were there when checking began, so that only new ones count.

``{"stackgrant_baseline": 1, "findings": [{"fingerprint": …, "code": …, "place": …, "message": …}]}``; only the
fingerprints count, the rest is for people. Sorted, so that a change is a small diff.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from compiler.diagnostics import Diagnostic
from compiler.diagnostics.fingerprint import fingerprints
from compiler.views.cells import clean

_FORMAT = 1


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """The baseline that accepts these findings."""
    rows = [
        {
            "fingerprint": mark,
            "code": item.code.id,
            "place": (clean(item.span.source.name) if item.span else "") + (f" {item.path}" if item.path else ""),
            "message": clean(item.message),
        }
        for item, mark in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]
    rows.sort(key=lambda row: (row["place"], row["code"], row["fingerprint"]))
    return json.dumps({"stackgrant_baseline": _FORMAT, "findings": rows}, indent=2, ensure_ascii=False) + "\n"


def parse(text: str) -> frozenset[str] | None:
    """The fingerprints of a baseline, or None when the text is none."""
    try:
        root = json.loads(text)
        if root["stackgrant_baseline"] != _FORMAT:
            return None
        return frozenset(str(row["fingerprint"]) for row in root["findings"])
    except (ValueError, KeyError, TypeError):
        return None


def split(
    diagnostics: Sequence[Diagnostic], known: frozenset[str]
) -> tuple[list[Diagnostic], list[Diagnostic], frozenset[str]]:
    """The new findings, those of the baseline, and the fingerprints that nothing has any more."""
    new: list[Diagnostic] = []
    old: list[Diagnostic] = []
    marks = fingerprints(diagnostics)
    for item, mark in zip(diagnostics, marks, strict=True):
        (old if mark in known else new).append(item)
    return new, old, known.difference(marks)
