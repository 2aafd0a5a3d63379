"""What is wrong with a document that a small schema refuses; in the words, and with the codes, of specs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.source import to_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostics import Diagnostic
    from compiler.source import Mapping

Json = Any


def faults(schema: Json, document: Mapping) -> Iterator[Diagnostic]:
    """Everything in which a document has not the form of a schema."""
    import jsonschema_rs

    from compiler.schema.messages import diagnose, unexplained
    from compiler.schema.problems import Failure, find_problems, without_consequences

    plain = to_plain(document)
    validator = jsonschema_rs.Draft7Validator(schema)
    if validator.is_valid(plain):
        return
    failures = [
        Failure(tuple(error.instance_path), deep="anyOf" in error.schema_path[-1:])
        for error in validator.iter_errors(plain)
    ]
    problems = without_consequences(find_problems(schema, plain, failures))
    found = [diagnostic for problem in problems for diagnostic in diagnose(document, problem)]
    yield from found or [unexplained(document, failure.path) for failure in failures]
