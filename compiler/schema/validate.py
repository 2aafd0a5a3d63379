"""Whether documents have the shape of a spec: jsonschema-rs gives the verdict, and only what it refuses is explained.

A valid fleet of 12,000 permissions costs the verdict alone, some milliseconds; nothing that explains is imported, and
of the catalogue no more is compiled than the documents can need.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from compiler.schema.narrow import mentioned, narrowed
from compiler.schema.store import load_schema, load_schema_text, schema_path
from compiler.source import Mapping, to_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.diagnostics import Diagnostics

Json = Any


def validate(documents: Sequence[Mapping], diagnostics: Diagnostics) -> bool:
    """Whether all documents have the shape of a spec; whatever is wrong with them is reported."""
    plains = [(document, to_plain(document)) for document in documents]
    quick = _quick_verdict(frozenset().union(*[mentioned(plain) for _, plain in plains]))
    refused = [(document, plain) for document, plain in plains if not quick.is_valid(plain)]
    # The whole schema has the last word.
    invalid = [(document, plain) for document, plain in refused if not _verdict().is_valid(plain)]
    for document, plain in invalid:
        _explain(document, plain, diagnostics)
    return not invalid


@lru_cache(64)
def _quick_verdict(grants: frozenset[str]) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft7Validator(narrowed(schema_path().read_bytes(), grants))


@cache
def _verdict() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft7Validator(load_schema_text())


def _explain(document: Mapping, plain: Json, diagnostics: Diagnostics) -> None:
    from compiler.schema.messages import diagnose, unexplained
    from compiler.schema.problems import Failure, find_problems, without_consequences

    failures = [
        # Of a union only the union itself is named, so the fault may be anywhere below it.
        Failure(tuple(error.instance_path), deep="anyOf" in error.schema_path[-1:])
        for error in _verdict().iter_errors(plain)
    ]
    problems = without_consequences(find_problems(load_schema(), plain, failures))
    found = [diagnostic for problem in problems for diagnostic in diagnose(document, problem)]
    # Should the two validators ever disagree, the place is still named; silence would let the document pass.
    diagnostics.extend(found or [unexplained(document, failure.path) for failure in failures])
