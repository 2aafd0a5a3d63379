"""Small pieces of the schema: texts, flags, choices and lists, each admitting templates where a text may stand.

``x-form`` says in words what fits; messages and ``stackgrant schema`` use it, validators ignore it. It is a phrase with
an article, so that it reads well after "expected" and "is not".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Json = Any
Schema = dict[str, Any]

SCALAR = ("string", "number", "boolean")
"""Types of a text: people write ``tags: {cost: 42, on: true}`` and mean texts."""

# Schema patterns search, so a template or a Terraform reference anywhere in the text is enough to leave the rest to
# the stages that evaluate it. Patterns keep to what ECMA 262, Python and Rust read alike.
_EVALUATED_LATER = r"\{\{|\$\{"
TEMPLATE = r"\{\{"

_FEW = 4  # choices that a headline may list

NAME_PATTERN = "^[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*$"
NAME_FORM = "a name: letters and digits in words joined by `-` or `_`, beginning with a letter"


def documented(title: str, description: str, examples: Iterable[Json], schema: Schema) -> Schema:
    """A schema with what editors show for it."""
    return {"title": title, "description": description, "examples": list(examples), **schema}


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def text(form: str = "a text") -> Schema:
    """Any text, numbers and booleans included."""
    return {"type": list(SCALAR), "x-form": form}


def patterned(pattern: str, form: str) -> Schema:
    """A pattern with its form in words, which editors show in place of the pattern."""
    return {"pattern": pattern, "patternErrorMessage": f"Expected {form}.", "x-form": form}


def fitting(pattern: str, form: str, types: Sequence[str] = ("string",)) -> Schema:
    """A text that fits ``pattern`` as a whole, or that is evaluated later."""
    kind = list(types) if len(types) > 1 else types[0]
    return {"type": kind, **patterned(f"^(?:{pattern})$|{_EVALUATED_LATER}", form)}


def many(schema: Schema, form: str) -> Schema:
    """One value or a list of at least one. Keywords that only concern texts leave lists alone."""
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return {**schema, "type": [*types, "array"], "items": schema, "minItems": 1, "x-form": form}


def flag() -> Schema:
    """``true`` or ``false``, or a template that gives one of them."""
    return {"type": ["boolean", "string"], **patterned(TEMPLATE, "`true` or `false`")}


def number(minimum: int | None, maximum: int | None) -> Schema:
    """A whole number, or a template that gives one."""
    limits = {key: value for key, value in (("minimum", minimum), ("maximum", maximum)) if value is not None}
    words = {
        (True, True): f"from {minimum} to {maximum}",
        (True, False): f"from {minimum}",
        (False, True): f"up to {maximum}",
    }
    span = words.get((minimum is not None, maximum is not None), "")
    form = f"a whole number {span}".strip()
    return {"type": ["integer", "string"], **patterned(TEMPLATE, form), **limits}


def choice(choices: Iterable[tuple[str, str]]) -> Schema:
    """One of the values, each with what it means."""
    pairs = list(choices)
    return {
        "type": "string",
        "enum": [value for value, _ in pairs],
        "enumDescriptions": [meaning for _, meaning in pairs],
    }


def choice_or_template(choices: Iterable[tuple[str, str]], *, lists: bool = False) -> Schema:
    """A choice, with ``lists`` also a list of them, or a template that gives one."""
    one = choice(choices)
    template = {"type": "string", "pattern": TEMPLATE, "x-template": True}
    form = listed([f"`{value}`" for value in one["enum"]], "or") if len(one["enum"]) <= _FEW else "one of its choices"
    single = {"anyOf": [one, template], "x-form": form}
    if not lists:
        return single
    form = f"{form}, or a list of these"
    several = {"type": "array", "items": single, "minItems": 1, "x-form": form}
    return {"anyOf": [one, several, template], "x-form": form}


def closed(
    noun: str,
    properties: Mapping[str, Schema],
    required: Iterable[str] = (),
    *,
    nullable: bool = False,
    named: bool = False,
) -> Schema:
    """A mapping of exactly these keys. ``noun`` is what messages call it; ``named`` when its key is its name."""
    needed = list(required)
    return {
        "type": ["object", "null"] if nullable else "object",
        "properties": dict(properties),
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        "x-noun": noun,
        **({"x-named": True} if named else {}),
        "x-form": f"a mapping with {listed([f'`{key}`' for key in needed])}" if needed else "a mapping",
    }


def one_key_of(keys: Iterable[str], what: str) -> Schema:
    """Exactly one of the keys has to be there; ``what`` is what messages call such a key."""
    return {"oneOf": [{"required": [key]} for key in keys], "x-one-key": what}


def by_name(noun: str, plural: str, entry: Schema, *, key: str = "name") -> Schema:
    """A mapping from names to entries."""
    return {
        "type": "object",
        "propertyNames": ref(key),
        "additionalProperties": entry,
        "x-form": f"a mapping of {plural} by name",
        "x-entry": noun,
    }


def listed(words: Sequence[str], joint: str = "and") -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" {joint} {words[-1]}"
