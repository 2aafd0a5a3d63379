"""What is wrong with an invalid document, as located problems: jsonschema looks only where the quick validator failed.

jsonschema needs a second for a large fleet and explains well; jsonschema-rs needs milliseconds and says where. So the
places that it names steer jsonschema, which skips every part that is valid. Unions are resolved here: a problem belongs
to the alternative that the author meant, judged by the type of what was written.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from compiler.diagnostics.value import record
from compiler.schema.refs import resolved
from compiler.schema.store import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Json = Any
Path = tuple[str | int, ...]


@record(frozen=True, slots=True)
class Problem:
    """One failed keyword of the schema.

    ``path`` leads to the value that failed; with ``is_key`` it is the last key of the path that failed, not its value.
    ``schema`` is the part of the schema that asked for it.
    """

    keyword: str
    path: Path
    schema: dict[str, Any]
    instance: Json
    is_key: bool = False


@record(frozen=True, slots=True)
class Failure:
    """A place where the quick validator failed; ``deep`` when the fault may be anywhere below it."""

    path: Path
    deep: bool


def find_problems(schema: Json, document: Json, failures: Sequence[Failure]) -> tuple[Problem, ...]:
    """The problems of a document that the quick validator refused at the given places."""
    suspects: set[int] = set()
    for failure in failures:
        suspects |= _suspects(document, failure)
    validator = _guided_validator(frozenset(suspects))(schema)
    return tuple(problem for error in validator.iter_errors(document) for problem in _flatten(error))


def _suspects(document: Json, failure: Failure) -> set[int]:
    """Identities of the containers on the way to a failure, and below it if the fault may be there."""
    found = {id(document)}
    value = document
    for step in failure.path:
        value = value[step]
        found.add(id(value))
    if failure.deep:
        found.update(id(container) for container in _containers(value))
    return found


def _containers(value: Json) -> Iterator[Json]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        if isinstance(child, (dict, list)):
            yield child
            yield from _containers(child)


def _guided_validator(suspects: frozenset[int]) -> Any:
    """A draft-07 validator that enters only containers among ``suspects``; single values are always checked."""
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def enters(value: Json) -> bool:
        return not isinstance(value, (dict, list)) or id(value) in suspects

    def properties(validator: Any, rules: Json, instance: Json, schema: Json) -> Iterator[Any]:
        if isinstance(instance, dict):
            displaced = displaced_keys(schema, instance)
            for key, rule in rules.items():
                if key in instance and key not in displaced and enters(instance[key]):
                    yield from validator.descend(instance[key], rule, path=key, schema_path=key)

    def additional(validator: Any, rule: Json, instance: Json, schema: Json) -> Iterator[Any]:
        if not isinstance(instance, dict):
            return
        extra = unknown_keys(schema, instance)
        if rule is False and extra:
            yield ValidationError("unknown keys")
        elif rule is not False:
            for key in extra:
                if enters(instance[key]):
                    yield from validator.descend(instance[key], rule, path=key)

    def items(validator: Any, rule: Json, instance: Json, _: Json) -> Iterator[Any]:
        for index, item in enumerate(instance if isinstance(instance, list) else ()):
            if enters(item):
                yield from validator.descend(item, rule, path=index)

    def pattern(_: Any, regex: str, instance: Json, __: Json) -> Iterator[Any]:
        if isinstance(instance, str) and not _compiled(regex).search(instance):
            yield ValidationError("does not fit")

    overrides = {"properties": properties, "additionalProperties": additional, "items": items, "pattern": pattern}
    return extend(Draft7Validator, overrides)  # type: ignore[no-untyped-call]


def unknown_keys(schema: Json, instance: Json) -> list[str]:
    """The keys of a mapping that may not stand in it."""
    known, displaced = schema.get("properties", {}), displaced_keys(schema, instance)
    return [key for key in instance if key in displaced or (key not in known and not fits_pattern(schema, key))]


def displaced_keys(schema: Json, instance: Json) -> frozenset[str]:
    """Keys that could be a grant of their own, but are a parameter of the grant above them that lost its indentation.

    ``access: read`` beside ``s3:`` is the access to S3; the grant ``access`` is a mapping.
    """
    if "x-one-key" not in schema:
        return frozenset()
    keys = [alternative["required"][0] for alternative in schema["oneOf"]]
    present = [key for key in instance if key in keys]
    if len(present) < 2:
        return frozenset()
    owner, *others = present
    below = resolved(load_schema(), schema["properties"][owner]).get("properties", {})
    return frozenset(key for key in others if key in below and not isinstance(instance[key], dict))


def fits_pattern(schema: Json, key: str) -> bool:
    """Whether a key may stand in a mapping for its form rather than its name (an operator among shorthands)."""
    return any(_compiled(regex).search(key) for regex in schema.get("patternProperties", ()))


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    """A schema's pattern with ECMA's meaning of ``$``: the end of the text, not also before a last line end."""
    return re.compile(re.sub(r"(?<!\\)\$(?=\||$)", r"\\Z", regex), re.ASCII)


def _flatten(error: Any, above: Path = ()) -> Iterator[Problem]:
    path = (*above, *error.relative_path)
    if "propertyNames" in error.relative_schema_path:
        yield Problem(error.validator, (*path, error.instance), error.schema, error.instance, is_key=True)
    elif error.validator == "anyOf":
        yield from _union(error, path)
    else:
        yield Problem(error.validator, path, error.schema, error.instance)


def _union(error: Any, path: Path) -> Iterator[Problem]:
    """The problems of the alternative that was meant, or one of type when no alternative takes such a value."""
    alternatives: list[list[Any]] = [[] for _ in error.validator_value]
    for inner in error.context:
        alternatives[inner.relative_schema_path[0]].append(inner)
    meant = [
        errors
        for branch, errors in zip(error.validator_value, alternatives, strict=True)
        if not branch.get("x-template") and not any(_is_type_mismatch(inner) for inner in errors)
    ]
    if not meant:
        yield Problem("type", path, error.schema, error.instance)
        return
    for inner in min(meant, key=len):
        yield from _flatten(inner, path)


def _is_type_mismatch(error: Any) -> bool:
    return error.validator == "type" and not error.relative_path


def without_consequences(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without those that only follow from another, each once."""
    unique = {(problem.keyword, problem.path, problem.is_key): problem for problem in problems}
    closed = [problem for problem in unique.values() if problem.keyword == "additionalProperties"]
    unknown = {problem.path for problem in closed}
    emptied = {(*problem.path, key) for problem in closed for key in emptied_keys(problem)}
    return tuple(
        problem
        for problem in unique.values()
        if (problem.keyword != "oneOf" or _is_own_fault(problem, unknown))
        and not (problem.keyword == "type" and problem.path in emptied)
    )


def emptied_keys(problem: Problem) -> dict[str, list[str]]:
    """Keys of a mapping that are empty and followed by unknown keys, which were meant to be indented below them."""
    known = problem.schema["properties"]
    schema, displaced = load_schema(), displaced_keys(problem.schema, problem.instance)
    found: dict[str, list[str]] = {}
    last = ""
    for key, value in problem.instance.items():
        if key in known and key not in displaced:
            last = key if value is None and holds_keys(schema, known[key]) else ""
        elif last:
            found.setdefault(last, []).append(key)
    return found


def holds_keys(schema: Json, part: Json) -> bool:
    """Whether something can stand below a key: its value may be a list or a mapping."""
    part = resolved(schema, part)
    types = part.get("type", ())
    if "object" in types or "array" in types:
        return True
    return any(holds_keys(schema, alternative) for alternative in part.get("anyOf", ()))


def _is_own_fault(problem: Problem, unknown: set[Path]) -> bool:
    """Whether a wrong number of grants is a fault in itself.

    A value that is no mapping has been reported as such, and an unknown key in an entry without a grant was meant to be
    the grant.
    """
    if not isinstance(problem.instance, dict):
        return False
    present = present_keys(problem)
    return len(present) > 1 or (not present and problem.path not in unknown)


def present_keys(problem: Problem) -> list[str]:
    """The keys of a one-key entry (see ``forms.one_key_of``) that are there, in written order."""
    keys = {alternative["required"][0] for alternative in problem.schema["oneOf"]}
    displaced = displaced_keys(problem.schema, problem.instance)
    return [key for key in problem.instance if key in keys and key not in displaced]
