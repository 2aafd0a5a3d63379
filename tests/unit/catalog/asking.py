"""Permissions as people write them, turned into policy documents the way the compiler does it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from compiler.aws.statement import document_json
from compiler.catalog import (
    ACCESS,
    ACCOUNT,
    KMS_KEY,
    REGION,
    Context,
    Grant,
    Kind,
    Problem,
    expand,
    load_grant,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.aws.statement import Statement
    from compiler.catalog import Parameter

Json = Any
STACK = Context(partition="aws", region="eu-west-1", account="123456789012")
KEY = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
KEY_ARN = f"arn:aws:kms:eu-west-1:123456789012:key/{KEY}"


def statements(grant: Grant, body: Mapping[str, Json] | None, context: Context = STACK) -> tuple[Statement, ...]:
    """The statements of what stands under a grant; fails on a value that is a problem."""
    written = {name: _texts(value) for name, value in (body or {}).items()}
    verbs = written.pop(ACCESS, grant.default_verbs)
    assert verbs, f"{grant.name} needs access"
    for field in (ACCOUNT, REGION):
        if field in written:
            context = replace(context, **{field: written.pop(field)[0]}, explicit=(*context.explicit, field))
    arguments = {name: _resolved(grant, name, texts, context) for name, texts in written.items() if texts != ("false",)}
    keys = arguments.pop(KMS_KEY, ())
    return expand(grant, verbs, arguments, keys, context)


def document(permission: Mapping[str, Json], context: Context = STACK) -> dict[str, Json]:
    """The policy document of one permission of the catalogue."""
    ((name, body),) = permission.items()
    return document_json(statements(load_grant(name), body, context))


def _resolved(grant: Grant, name: str, texts: tuple[str, ...], context: Context) -> tuple[str, ...]:
    parameter = grant.parameter(name)
    assert parameter is not None, f"{grant.name} has no parameter {name}"
    results = [resolve(parameter, text, context) for text in texts]
    problems = [result for result in results if isinstance(result, Problem)]
    assert not problems, problems
    return tuple(str(result) for result in results)


def _texts(value: Json) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in values)


def bodies(grant: Grant) -> Iterator[dict[str, Json]]:
    """Every combination of parameters that may be given, with their examples; without ``access``."""
    own = [parameter for parameter in grant.parameters if not parameter.implicit]
    required = [parameter for parameter in own if parameter.required]
    optional = [parameter for parameter in own if not parameter.required]
    for count in range(len(optional) + 1):
        for chosen in combinations(optional, count):
            names = {parameter.name for parameter in (*required, *chosen)}
            if all(names.intersection(group) for group in grant.one_of):
                yield {parameter.name: example(parameter) for parameter in (*required, *chosen)}


def example(parameter: Parameter) -> str:
    """A value that fits the parameter."""
    if parameter.kind is Kind.CHOICE:
        return parameter.choices[0].name
    return "true" if parameter.kind is Kind.FLAG else parameter.example
