"""The catalogue as the schema needs it: names, forms, choices and examples of each grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from compiler.catalog.loader import grant_names, load_grant
from compiler.catalog.model import Grant, Kind, Parameter
from compiler.schema.shape import GrantShape, ParameterShape

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

_KINDS: dict[Kind, Literal["text", "choice", "flag", "number"]] = {
    Kind.RESOURCE: "text",
    Kind.TEXT: "text",
    Kind.CHOICE: "choice",
    Kind.FLAG: "flag",
    Kind.NUMBER: "number",
}
# Parameters that no example of a grant uses, because examples show what is usual.
_EXAMPLES: dict[str, Json] = {
    "account": "210987654321",
    "region": "eu-central-1",
    "kms_key": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
}


def grant_shapes() -> tuple[GrantShape, ...]:
    """All grants of the catalogue, sorted by name."""
    return tuple(_shape(load_grant(name)) for name in grant_names())


def _shape(grant: Grant) -> GrantShape:
    return GrantShape(
        name=grant.name,
        title=grant.title,
        description=_sentence(grant.summary) + (f" {grant.doc.strip()}" if grant.doc else ""),
        parameters=tuple(_parameter(grant, parameter) for parameter in grant.parameters),
        primary=grant.primary,
        examples=tuple(example.permission for example in grant.examples),
    )


def _parameter(grant: Grant, parameter: Parameter) -> ParameterShape:
    return ParameterShape(
        name=parameter.name,
        description=_sentence(parameter.doc),
        kind=_KINDS[parameter.kind],
        required=parameter.required,
        many=parameter.many,
        choices=tuple((choice.name, _sentence(choice.doc)) for choice in parameter.choices),
        pattern=parameter.pattern,
        form=_form(parameter),
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        examples=tuple(_examples(grant, parameter)),
    )


def _form(parameter: Parameter) -> str:
    if parameter.kind is Kind.RESOURCE:
        article = "an" if parameter.noun[:1] in "aeio" else "a"
        return f"the name or ARN of {article} {parameter.noun}"
    return parameter.pattern_help


def _examples(grant: Grant, parameter: Parameter) -> Iterator[Json]:
    """Values of the parameter in the grant's examples, otherwise one that shows its form."""
    found: list[Json] = []
    for example in grant.examples:
        value = (example.permission[grant.name] or {}).get(parameter.name)
        if value is not None and value not in found:
            found.append(value)
    if found:
        yield from found
    elif parameter.choices:
        yield parameter.choices[0].name
    elif parameter.kind is Kind.FLAG:
        yield True
    elif parameter.kind is Kind.NUMBER:
        yield parameter.minimum or 0
    elif parameter.name in _EXAMPLES:
        yield _EXAMPLES[parameter.name]
    elif parameter.example:
        yield parameter.example
    elif parameter.grant and parameter.grant != grant.name:
        yield from _examples_of_primary(load_grant(parameter.grant))
    else:
        yield f"shop-{parameter.noun.replace(' ', '-')}"


def _examples_of_primary(grant: Grant) -> Iterator[Json]:
    """Names of the resource that another grant is about, for a parameter that takes the same."""
    primary = grant.parameter(grant.primary)
    if primary is not None:
        yield from _examples(grant, primary)


def _sentence(text: str) -> str:
    """A summary in the catalogue's style (lower case, no period) as a sentence for editors."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":")) else ".")
