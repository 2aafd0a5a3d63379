"""One grant of the catalogue on a screen: parameters, what each verb grants on which ARNs, and an example compiled."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.views.cells import wrap
from compiler.views.paint import Paint, painter
from compiler.views.yaml_text import block

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.catalog import Grant, Parameter, Verb

Json = Any

_NARROWEST, _WIDEST = 40, 120  # columns
_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def render(grant: Grant, statements: Sequence[Json], *, color: bool, width: int) -> str:
    """The page of a grant; ``statements`` are those that its first example becomes."""
    paint, columns = painter(color), min(max(width, _NARROWEST), _WIDEST)
    lines = [f"{paint('strong', grant.name)}  {grant.title}"]
    for text in (sentence(grant.summary), grant.doc.strip()):
        lines += (f"  {line}" for line in (wrap(text, columns - 2) if text else ()))
    lines += ["", paint("strong", "parameters"), *_parameters(grant.parameters, columns, paint)]
    for verb in grant.verbs:
        title = f"access: {verb.name}" if len(grant.verbs) > 1 else "what it grants"
        lines += ["", paint("strong", title), *_verb(grant, verb, columns, paint)]
    for index, example in enumerate(grant.examples):
        title = "example" if index == 0 else "another example"
        lines += ["", f"{paint('strong', title)}: {example.doc}"]
        lines += (f"  {line}" for line in block([example.permission], columns - 2))
        if index == 0 and statements:
            lines += ["", paint("strong", "becomes")]
            lines += (f"  {line}" for line in json_lines(statements, columns - 2))
    return "\n".join(lines)


def _parameters(parameters: Iterable[Parameter], columns: int, paint: Paint) -> Iterator[str]:
    found = list(parameters)
    names = max((len(parameter.name) for parameter in found), default=0)
    indent = names + 4
    for parameter in found:
        form = parameter_form(parameter)
        yield f"  {paint('help', parameter.name)}{' ' * (names - len(parameter.name) + 2)}{paint('faint', form)}"
        yield from (" " * indent + line for line in wrap(sentence(parameter.doc), columns - indent))


def _verb(grant: Grant, verb: Verb, columns: int, paint: Paint) -> Iterator[str]:
    doc = sentence(verb.doc) + (f" Includes {', '.join(verb.includes)}." if verb.includes else "")
    yield from (f"  {line}" for line in wrap(doc, columns - 2))
    for row in rows(grant, verb):
        yield from (f"  {paint('help', line)}" for line in wrap(", ".join(row["actions"]), columns - 2))
        yield from (f"    on {arn}" for arn in row["resources"])
        for condition in row["conditions"]:
            yield from (f"    {paint('faint', line)}" for line in wrap(condition, columns - 4))


def rows(grant: Grant, verb: Verb) -> list[dict[str, Any]]:
    """What a verb grants itself: actions, ARN templates, and conditions in words; the use of the key last."""
    resources = dict(grant.resources)
    found: list[dict[str, Any]] = []
    for statement in verb.statements:
        arns = [_with_guard(grant, item.arn, item.guard) for key in statement.on for item in resources.get(key, ())]
        words = [f"{item.operator} {item.key}: {', '.join(item.values)}" for item in statement.when]
        words += _guard_words(statement.guard.given, statement.guard.not_given)
        found.append({"actions": statement.actions, "resources": arns or list(statement.on), "conditions": words})
    for use in verb.kms:
        words = [f"StringEquals kms:ViaService: {use.via}", *_guard_words(use.guard.given, use.guard.not_given)]
        found.append({"actions": use.actions, "resources": ["{kms_key}"], "conditions": words})
    return found


def _with_guard(grant: Grant, arn: str, guard: Any) -> str:
    """An ARN with its parameters, which says when it counts if that is not plain from the parameters in it."""
    given = [item for item in guard.given if f"{{{item}}}" not in arn]
    words = _guard_words(given, guard.not_given)
    return arn_text(grant, arn) + (f" ({', '.join(words)})" if words else "")


def _guard_words(given: Iterable[str], not_given: Iterable[str]) -> list[str]:
    return [
        *(f"when {item} is given" for item in given if "=" not in item),
        *(f"when {item.replace('=', ' is ')}" for item in given if "=" in item),
        *(f"when {item} is not given" for item in not_given if "=" not in item),
        *(f"unless {item.replace('=', ' is ')}" for item in not_given if "=" in item),
    ]


def arn_text(grant: Grant, template: str) -> str:
    """An ARN template of a grant with the ARN of a resource parameter in the place of its name.

    ``{bucket}/*`` is ``arn:{partition}:s3:::{bucket}/*``.
    """

    def whole(match: re.Match[str]) -> str:
        parameter = grant.parameter(match[1])
        shape = parameter.shape if parameter is not None else None
        return match[0] if shape is None else shape.arn.replace("{name}", match[0])

    return _FIELD.sub(whole, template)


def parameter_form(parameter: Parameter) -> str:
    """Whether a parameter is required and may be a list, in words."""
    return ("required" if parameter.required else "optional") + (", one or a list" if parameter.many else "")


def sentence(text: str) -> str:
    """A text of the catalogue (lower case, no period) as a sentence."""
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":")) else ".")


def json_lines(value: Json, width: int) -> list[str]:
    """JSON in few lines: what fits stays on one."""
    return list(_json(value, width, ""))


def _json(value: Json, width: int, head: str) -> Iterator[str]:
    short = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, (dict, list)) or len(head) + len(short) < width:
        yield head + short
        return
    is_mapping = isinstance(value, dict)
    yield head + ("{" if is_mapping else "[")
    items: list[tuple[str, Json]] = [("", item) for item in value]
    if isinstance(value, dict):
        items = [(f"{json.dumps(key)}: ", item) for key, item in value.items()]
    for number, (key, item) in enumerate(items, 1):
        lines = list(_json(item, width - 3, key))
        lines[-1] += "," if number < len(items) else ""
        yield from (f"  {line}" for line in lines)
    yield "}" if is_mapping else "]"


def as_data(grant: Grant, group: str, statements: Sequence[Json]) -> dict[str, Any]:
    """A grant as plain data for tools."""
    return {
        "name": grant.name,
        "title": grant.title,
        "summary": grant.summary,
        "doc": grant.doc.strip(),
        "service": grant.service,
        "group": group,
        "parameters": [
            {
                "name": item.name,
                "kind": item.kind.value,
                "required": item.required,
                "many": item.many,
                "doc": item.doc,
                "choices": [choice.name for choice in item.choices],
            }
            for item in grant.parameters
        ],
        "default_access": list(grant.default_verbs),
        "access": [
            {"name": verb.name, "doc": verb.doc, "includes": list(verb.includes), "statements": rows(grant, verb)}
            for verb in grant.verbs
        ],
        "examples": [{"doc": example.doc, "permission": example.permission} for example in grant.examples],
        "statements": list(statements),
    }
