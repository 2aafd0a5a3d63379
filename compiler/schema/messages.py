"""From problems to diagnostics: what is wrong, where, what was expected and what to type."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Code, Diagnostic, Label, closest, did_you_mean, one_of
from compiler.schema import codes
from compiler.schema.forms import TEMPLATE, listed
from compiler.schema.levels import elsewhere_help, key_help
from compiler.schema.problems import Path, Problem, holds_keys, present_keys, unknown_keys
from compiler.schema.refs import resolved
from compiler.schema.store import load_schema
from compiler.schema.wording import (
    entry_span,
    found_words,
    head_span,
    holder,
    inline_yaml,
    shortened,
    subject,
    value_span,
    with_article,
)
from compiler.source import Mapping, Node, Scalar, Sequence, node_at, path_text
from compiler.source.nodes import scalar_value

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any
_MOST_KEYS = 6  # unknown keys with one cause that are named and marked; the rest is only counted


def diagnose(document: Mapping, problem: Problem) -> Iterator[Diagnostic]:
    """The findings for one problem."""
    if problem.path[:1] == ("version",) or (problem.keyword == "required" and not problem.path):
        yield _version(document)
        return
    match problem.keyword:
        case "additionalProperties":
            yield from _unknown_keys(document, problem)
        case "required":
            yield from _missing_keys(document, problem)
        case "oneOf":
            yield _one_key(document, problem)
        case "enum":
            yield _choice(document, problem)
        case "pattern" if problem.is_key:
            yield _name(document, problem)
        case "minLength" if problem.is_key:
            yield _empty_key(document, problem)
        case "pattern":
            yield _form(document, problem)
        case "minimum" | "maximum" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            yield _amount(document, problem)
        case _:
            yield _type(document, problem)


def unexplained(document: Mapping, path: Path) -> Diagnostic:
    """The finding for a place that is known to be wrong without it being known why."""
    return Diagnostic(
        codes.WRONG_FORM,
        "a value does not have the form that its place needs",
        value_span(document, path),
        "not accepted here",
        help=("run `stackgrant schema` with the path of this place",),
        path=path_text(path),
    )


def _version(document: Mapping) -> Diagnostic:
    key, value = document.key("version"), document.get("version")
    if key is None or value is None:
        return Diagnostic(
            codes.VERSION,
            "the document does not say its version",
            head_span(document),
            "`version` is missing",
            help=("begin with `version: 1`",),
        )
    quoted = isinstance(value, Scalar) and value.text == "1"
    if quoted:
        message = "the version is a text, not the number 1"
    elif isinstance(value, Scalar) and not value.is_null:
        message = f"version `{shortened(value.text)}` is not supported"
    else:
        message = f"the version is {found_words(value)}"
    return Diagnostic(
        codes.VERSION,
        message,
        value_span(document, ("version",)),
        "take away the quotes" if quoted else "not a version of the spec language",
        expected="`1`",
        help=("write `version: 1`",),
        path="version",
    )


def _unknown_keys(document: Mapping, problem: Problem) -> Iterator[Diagnostic]:
    """One finding for each cause: keys that stand in a wrong place for the same reason are one."""
    node, _ = node_at(document, problem.path)
    assert isinstance(node, Mapping)
    allowed = problem.schema["properties"]
    missing = [key for key in allowed if key not in node.entries]
    unknown = unknown_keys(problem.schema, problem.instance)
    causes: dict[tuple[str, ...], list[Scalar]] = {}
    for name, (key, value) in node.entries.items():
        if name in unknown:
            help_lines = (
                key_help(name, value, problem)
                or did_you_mean(name, (*missing, *problem.schema.get("x-more", ())))
                or elsewhere_help(name, problem.schema["x-noun"])
            )
            causes.setdefault(help_lines or (f"\0{name}",), []).append(key)
    for help_lines, keys in causes.items():
        name = keys[0].text
        shown = keys if len(keys) <= _MOST_KEYS else keys[: _MOST_KEYS - 1]
        others = [f"{len(keys) - len(shown)} others"] if len(keys) > len(shown) else []
        named = listed([*(f"`{shortened(key.text)}`" for key in shown), *others])
        yield Diagnostic(
            codes.UNKNOWN_KEY,
            f"unknown key{'s' if len(keys) > 1 else ''} {named} in {holder(problem)}" if name else "a key is empty",
            keys[0].span if keys[0].end > keys[0].start else head_span(node),
            f"not a key of {with_article(problem.schema['x-noun'])}",
            tuple(Label(key.span) for key in shown[1:]),
            expected=one_of(missing or allowed, name),
            help=() if help_lines[0].startswith("\0") else help_lines,
            path=path_text((*problem.path, name)),
        )


def _missing_keys(document: Mapping, problem: Problem) -> Iterator[Diagnostic]:
    node, _ = node_at(document, problem.path)
    assert isinstance(node, Mapping)
    properties = problem.schema["properties"]
    missing = [key for key in problem.schema["required"] if key not in node.entries]
    # A mistyped key that is required has been reported as unknown.
    for name in node.entries:
        if name not in properties:
            meant = closest(name, missing)
            missing = [key for key in missing if key != meant]
    if not missing:
        return
    named = listed([f"`{key}`" for key in missing])
    examples = [(key, resolved(load_schema(), properties[key]).get("examples")) for key in missing]
    yield Diagnostic(
        codes.MISSING_KEY,
        f"{holder(problem)} has no {listed([f'`{key}`' for key in missing], 'and no')}",
        entry_span(document, problem.path),
        f"{named} {'are' if len(missing) > 1 else 'is'} missing",
        help=tuple(f"add `{key}: {inline_yaml(values[0])}`" for key, values in examples if values),
        path=path_text(problem.path),
    )


def _one_key(document: Mapping, problem: Problem) -> Diagnostic:
    """A permission, resource or trust entry with none or several of the keys of which it has exactly one."""
    node, _ = node_at(document, problem.path)
    assert isinstance(node, Mapping)
    noun, what = problem.schema["x-noun"], problem.schema["x-one-key"]
    present = present_keys(problem)
    path = path_text(problem.path)
    if not present:
        keys = [alternative["required"][0] for alternative in problem.schema["oneOf"]]
        return Diagnostic(
            codes.NO_GRANT,
            f"{holder(problem)} has no {what}",
            head_span(node) if node.entries else entry_span(document, problem.path),
            f"no {what} in this {noun}",
            expected=one_of(keys, limit=len(keys)),
            help=(f"write `{inline_yaml(problem.schema['examples'][0])[1:-1]}`",)
            if problem.schema.get("examples")
            else (),
            path=path,
        )
    first, second = node.key(present[0]), node.key(present[1])
    assert first is not None
    assert second is not None
    return Diagnostic(
        codes.SEVERAL_GRANTS,
        f"{holder(problem)} has {len(present)} {what}s, {listed([f'`{key}`' for key in present])}",
        second.span,
        f"a second {what}",
        (Label(first.span, "the first one"),),
        help=(f"make it two entries, each with one {what}",),
        path=path,
    )


def _choice(document: Mapping, problem: Problem) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    word = node.text if isinstance(node, Scalar) else ""
    values = [str(value) for value in problem.schema["enum"]]
    return Diagnostic(
        codes.NOT_A_CHOICE,
        f"{subject(problem)} cannot be `{shortened(word)}`",
        value_span(document, problem.path),
        "not one of the choices",
        expected=one_of(values, word, limit=12),
        help=did_you_mean(word, values),
        path=path_text(problem.path),
    )


def _name(document: Mapping, problem: Problem) -> Diagnostic:
    """A key that names something and does not look like a name."""
    name = str(problem.path[-1])
    _, key = node_at(document, problem.path)
    # Decomposed, a letter with an accent is the letter and a sign.
    words = re.findall("[A-Za-z0-9]+", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", name)))
    suggestion = re.sub(r"^[0-9-]+", "", "-".join(words))
    return Diagnostic(
        codes.WRONG_FORM,
        f"`{shortened(name)}` cannot be a name",
        key.span if key is not None else value_span(document, problem.path[:-1]),
        "does not have the form of a name",
        expected=problem.schema["x-form"],
        help=(f"write `{suggestion}`",) if suggestion else (),
        path=path_text(problem.path),
    )


def _empty_key(document: Mapping, problem: Problem) -> Diagnostic:
    _, key = node_at(document, problem.path)
    return Diagnostic(
        codes.WRONG_FORM,
        "a key is empty",
        key.span if key is not None and key.end > key.start else value_span(document, problem.path[:-1]),
        f"expected {problem.schema['x-form']}",
        path=path_text(problem.path),
    )


def _form(document: Mapping, problem: Problem, code: Code = codes.WRONG_FORM) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    word = node.text if isinstance(node, Scalar) else str(problem.instance)
    form = problem.schema["x-form"]
    label = f"expected {form}"
    if "12 digits" in form and word.isascii() and word.isdigit():
        label = f"has {len(word)} digits, not 12"
    return Diagnostic(
        code,
        f"{subject(problem)} cannot be `{shortened(word)}`",
        value_span(document, problem.path),
        label,
        help=_form_help(problem, word),
        path=path_text(problem.path),
    )


def _form_help(problem: Problem, word: str) -> tuple[str, ...]:
    types, digits = problem.schema["type"], re.sub(r"[_,\s-]", "", word)
    if "12 digits" in problem.schema["x-form"]:
        return (f'write `"{digits}"`',) if re.fullmatch("[0-9]{12}", digits) else ()
    if "boolean" in types and problem.schema["pattern"] == TEMPLATE:
        return _flag_help(word)
    if "integer" in types and isinstance(problem.instance, str) and re.fullmatch("[0-9][0-9_,]*", word):
        return (f"write `{int(digits)}`, without quotes",) if word == digits else (f"write `{int(digits)}`",)
    return ()


_FLAGS = dict.fromkeys(("yes", "on", "y", "true"), "true") | dict.fromkeys(("no", "off", "n", "false"), "false")


def _flag_help(word: str) -> tuple[str, ...]:
    """YAML 1.1 took ``yes`` and ``on`` for booleans; here they are texts, as in YAML 1.2."""
    meant = _FLAGS.get(word.lower())
    return (f"write `{meant}`, without quotes",) if meant else ()


def _amount(document: Mapping, problem: Problem) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    if isinstance(node, Scalar):
        # Too few digits of an account are a matter of form: only what counts something has a range.
        counts = problem.schema.get("pattern") == TEMPLATE
        return _form(document, problem, codes.WRONG_AMOUNT if counts else codes.WRONG_FORM)
    size = len(node.entries) if isinstance(node, Mapping) else len(node.items)
    most = problem.schema.get("maxProperties", problem.schema.get("maxItems", 0))
    return Diagnostic(
        codes.WRONG_AMOUNT,
        f"{subject(problem)} has {size} entries, where there can be {most}" if size else f"{subject(problem)} is empty",
        value_span(document, problem.path),
        "too many" if size else "needs at least one entry",
        expected=problem.schema.get("x-form", ""),
        path=path_text(problem.path),
    )


def _type(document: Mapping, problem: Problem) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    form = problem.schema.get("x-form", "another kind of value")
    choices = [value for part in problem.schema.get("anyOf", ()) for value in part.get("enum", ())]
    return Diagnostic(
        codes.WRONG_TYPE,
        f"{subject(problem)} is {found_words(node)}, not {form}",
        value_span(document, problem.path),
        found_words(node),
        expected=one_of(choices, limit=len(choices)) if choices else form,
        help=_type_help(problem, node),
        path=path_text(problem.path),
    )


_ACTION = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z*?]+")


def _type_help(problem: Problem, node: Node) -> tuple[str, ...]:
    types = problem.schema.get("type", ())
    if isinstance(node, Scalar):
        return _scalar_help(problem, node, types)
    if isinstance(node, Mapping) and types == "array":
        return ("begin each entry with `- `",)
    if isinstance(node, Sequence) and "object" in types:
        return ("take away the `- ` before each key",)
    return ()


def _scalar_help(problem: Problem, node: Scalar, types: str | list[str]) -> tuple[str, ...]:
    text = node.text
    if scalar_value(node) is None:
        return _empty_help(problem)
    if problem.schema.get("x-noun") == "permission":
        if _ACTION.fullmatch(text):
            return (f'write `statement: {{Effect: Allow, Action: "{text}", Resource: …}}`',)
        return (f"write `{text}: {{…}}`",) if text in problem.schema["properties"] else ("write `GRANT: {…}`",)
    if types == "array" and "\n" not in text:
        examples = problem.schema.get("examples", ())
        if "object" in resolved(load_schema(), problem.schema["items"]).get("type", ()):
            return (f"write a list such as `{inline_yaml(examples[0])}`",) if examples else ()
        return (f"write `[{shortened(text)}]`",)
    return ()


def _takes_text(schema: Json) -> bool:
    kinds = [schema, *schema.get("anyOf", ())]
    return any("string" in kind.get("type", ()) for kind in kinds)


def _empty_help(problem: Problem) -> tuple[str, ...]:
    key, examples = problem.path[-1], problem.schema.get("examples", ())
    if isinstance(key, int):
        return ("write something behind the `-`, or take it away",)
    if holds_keys(load_schema(), problem.schema) and not _takes_text(problem.schema):
        return ("indent below it what belongs to it, or take the key away",)
    return (f"write `{key}: {inline_yaml(examples[0])}`" if examples else "write a value behind the colon",)
