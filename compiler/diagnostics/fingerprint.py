"""What a finding is known by from one run to the next, whatever the lines above it have become.

Two findings are the same when they say the same code of the same words at the same place of the document (list indexes
left out). Equal ones are counted, so that a second copy of a mistake is a new finding.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from compiler.diagnostics.model import Diagnostic

_INDEX = re.compile(r"\[\d+\]")


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """A fingerprint for each of the findings of one run, in order, all different."""
    counts: Counter[str] = Counter()
    result: list[str] = []
    for item in diagnostics:
        key = "\n".join(_parts(item))
        counts[key] += 1
        result.append(hashlib.sha256(f"{key}\n{counts[key]}".encode()).hexdigest()[:32])
    return result


def _parts(item: Diagnostic) -> tuple[str, ...]:
    path = _INDEX.sub("", item.path)
    if item.span is None:
        return (item.code.id, path, item.message)
    source = item.span.source
    line, _ = source.position(item.span.start)
    words = " ".join(source.line(line).split())
    return (item.code.id, path, source.file.replace("\\", "/"), source.address, words)
