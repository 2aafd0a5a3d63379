"""Reads grants from the catalogue's data files, one file at a time and each only once.

A file is trusted to fit ``catalog.schema.json``: a test holds all of them against it, so nothing is checked here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.catalog.implicit import implicit_parameters
from compiler.catalog.model import (
    Choice,
    ConditionTemplate,
    Example,
    Grant,
    Guard,
    Hint,
    KeyUse,
    Kind,
    Parameter,
    ResourceTemplate,
    Shape,
    StatementTemplate,
    Verb,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = Any

DATA = Path(__file__).parent / "data"
_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)(\.[a-z]+)?\}")


@cache
def grant_names() -> tuple[str, ...]:
    """The names of all grants of the catalogue, sorted; no file is read."""
    return tuple(sorted(path.stem for path in DATA.glob("*.yaml")))


@cache
def load_grant(name: str) -> Grant:
    """The grant of that name, read from its file.

    Raises:
        KeyError: the catalogue has no such grant.
    """
    from compiler.source.yaml_reader import load_plain  # the YAML library, which whoever only lists names does without

    if name not in grant_names():
        raise KeyError(name)
    return parse_grant(name, load_plain((DATA / f"{name}.yaml").read_text(encoding="utf-8")))


def parse_grant(name: str, data: Json) -> Grant:
    """The grant that a data file describes."""
    resources = {key: _listed(value) for key, value in data.get("resources", {}).items()}
    texts = [item["arn"] if isinstance(item, dict) else item for items in resources.values() for item in items]
    parts = {match[1] for text in texts for match in _FIELD.finditer(text) if match[2]}
    parameters = tuple(_parameter(name, key, value, parts) for key, value in data.get("parameters", {}).items())
    optional = frozenset(parameter.name for parameter in parameters if not parameter.required)
    verbs = tuple(_verb(key, value, data["service"]) for key, value in data["verbs"].items())
    default_verbs = tuple(data.get("default_access", ())) or (
        tuple(verb.name for verb in verbs) if len(verbs) == 1 else ()
    )
    return Grant(
        name=name,
        title=data["title"],
        summary=data["summary"],
        doc=data.get("doc", ""),
        service=data["service"],
        version=data["version"],
        parameters=(*parameters, *implicit_parameters(verbs, default_verbs, _arns(parameters, texts), _key_parameter)),
        resources=tuple((key, tuple(_resource(item, optional) for item in items)) for key, items in resources.items()),
        verbs=verbs,
        default_verbs=default_verbs,
        examples=tuple(Example(item["doc"], item["permission"]) for item in data["examples"]),
        sources=tuple(data["sources"]),
        primary=next((parameter.name for parameter in parameters if parameter.grant == name), ""),
        one_of=tuple(tuple(group) for group in data.get("one_of", ())),
    )


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _arns(parameters: Iterable[Parameter], texts: Iterable[str]) -> tuple[str, ...]:
    return (*(parameter.shape.arn for parameter in parameters if parameter.shape), *texts)


def _key_parameter() -> Parameter:
    return _primary("kms")


def _primary(grant: str) -> Parameter:
    """The parameter that an entry of ``resources:`` of that grant stands for."""
    loaded = load_grant(grant)
    found = loaded.parameter(loaded.primary)
    assert found is not None, f"{grant} has no resource of its own"
    return found


def _parameter(grant: str, name: str, data: Json, parts: set[str]) -> Parameter:
    kind = Kind(data["kind"])
    borrowed = _primary(data["of"]) if "of" in data else None
    shape = borrowed.shape if borrowed else _shape(data) if kind is Kind.RESOURCE else None
    return Parameter(
        name=name,
        kind=kind,
        doc=data["doc"],
        required=data.get("required", False),
        many=data.get("many", False),
        pattern=data.get("pattern", ""),
        pattern_help=data.get("pattern_help", ""),
        choices=tuple(Choice(key, doc) for key, doc in data.get("choices", {}).items()),
        minimum=data.get("minimum"),
        maximum=data.get("maximum"),
        shape=shape,
        grant=borrowed.grant if borrowed else grant if shape else "",
        noun=borrowed.noun if borrowed else data.get("noun", name.replace("_", " ")),
        parts=name in parts,
        example=str(data.get("example", borrowed.example if borrowed else "")),
    )


def _shape(data: Json) -> Shape:
    return Shape(
        arn=data["arn"],
        name_pattern=data["name_pattern"],
        name_help=data["name_help"],
        wildcard_pattern=data.get("wildcard_pattern", ""),
        leading=data.get("leading", ""),
        ending=data.get("ending", ""),
        ending_pattern=data.get("ending_pattern", ""),
        trim=data.get("trim", ""),
        terraform=tuple(data["terraform"]),
        name_attributes=tuple(data.get("name_attributes", ())),
        hints=tuple(Hint(item["pattern"], item["help"]) for item in data.get("hints", ())),
        likely_mistake="|".join(f"(?:{item['pattern']})" for item in data.get("hints", ())),
    )


def _guard(data: Json, given: Iterable[str] = ()) -> Guard:
    wanted = (*_listed(data.get("given", [])), *given)
    return Guard(tuple(dict.fromkeys(wanted)), tuple(_listed(data.get("not_given", []))))


def _resource(item: Json, optional: frozenset[str]) -> ResourceTemplate:
    """One ARN; it exists only when every parameter in it was given, so that need not be said in the file."""
    data = item if isinstance(item, dict) else {"arn": item}
    return ResourceTemplate(data["arn"], _guard(data, (m[1] for m in _FIELD.finditer(data["arn"]) if m[1] in optional)))


def _verb(name: str, data: Json, service: str) -> Verb:
    return Verb(
        name=name,
        doc=data["doc"],
        includes=tuple(data.get("includes", ())),
        statements=tuple(_statement(item, service) for item in data.get("statements", ())),
        kms=tuple(
            KeyUse(tuple(f"kms:{action}" for action in item["actions"]), item["via"], _guard(item))
            for item in data.get("kms", ())
        ),
    )


def _statement(data: Json, service: str) -> StatementTemplate:
    when = (
        ConditionTemplate(operator, key, tuple(_listed(values)))
        for operator, keys in data.get("when", {}).items()
        for key, values in keys.items()
    )
    return StatementTemplate(
        on=tuple(_listed(data["on"])),
        actions=tuple(action if ":" in action else f"{service}:{action}" for action in data["actions"]),
        when=tuple(when),
        guard=_guard(data),
    )
