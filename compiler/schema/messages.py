"""From problems to diagnostics: what is wrong, where, what was expected and what to type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Label, closest, did_you_mean, one_of
from compiler.schema import codes
from compiler.schema.levels import key_help
from compiler.schema.problems import Path, Problem, present_keys
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
        case "pattern":
            yield _form(document, problem)
        case "minimum" | "maximum" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minLength":
            yield _amount(document, problem)
        case _:
            yield _type(document, problem)


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
    return Diagnostic(
        codes.VERSION,
        "the version is a text, not the number 1" if quoted else f"version {_shown(value)} is not supported",
        value_span(document, ("version",)),
        "take away the quotes" if quoted else "not a version of the spec language",
        expected="`1`",
        help=("write `version: 1`",),
        path="version",
    )


def _shown(node: Node) -> str:
    return f"`{shortened(node.text)}`" if isinstance(node, Scalar) and not node.is_null else found_words(node)


def _unknown_keys(document: Mapping, problem: Problem) -> Iterator[Diagnostic]:
    node, _ = node_at(document, problem.path)
    assert isinstance(node, Mapping)
    allowed = problem.schema["properties"]
    for name, (key, value) in node.entries.items():
        if name in allowed:
            continue
        missing = [other for other in allowed if other not in node.entries]
        noun = problem.schema["x-noun"]
        yield Diagnostic(
            codes.UNKNOWN_KEY,
            f"unknown key `{shortened(name)}` in {holder(problem)}",
            key.span if key.end > key.start else head_span(node),
            f"not a key of {with_article(noun)}",
            expected=one_of(missing or allowed, name),
            help=did_you_mean(name, missing) or key_help(name, value, problem),
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
    named = [f"`{key}`" for key in missing]
    listed = ", ".join(named[:-1]) + f" and {named[-1]}" if len(named) > 1 else named[0]
    examples = [(key, resolved(load_schema(), properties[key]).get("examples")) for key in missing]
    yield Diagnostic(
        codes.MISSING_KEY,
        f"{holder(problem)} has no {listed.replace(' and ', ' and no ')}",
        entry_span(document, problem.path),
        f"{listed} {'are' if len(named) > 1 else 'is'} missing",
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
    listed = ", ".join(f"`{key}`" for key in present[:-1]) + f" and `{present[-1]}`"
    return Diagnostic(
        codes.SEVERAL_GRANTS,
        f"{holder(problem)} has {len(present)} {what}s, {listed}",
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
        f"{_key_words(problem.path)} cannot be `{shortened(word)}`",
        value_span(document, problem.path),
        "not one of the choices",
        expected=one_of(values, word, limit=12),
        help=did_you_mean(word, values),
        path=path_text(problem.path),
    )


def _key_words(path: Path) -> str:
    """The nearest key of a path in backticks."""
    return f"`{next((step for step in reversed(path) if isinstance(step, str)), '')}`"


def _name(document: Mapping, problem: Problem) -> Diagnostic:
    """A key that names something and does not look like a name."""
    name = str(problem.path[-1])
    _, key = node_at(document, problem.path)
    words = re.findall(r"[A-Za-z0-9]+", name)
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


def _form(document: Mapping, problem: Problem) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    word = node.text if isinstance(node, Scalar) else str(problem.instance)
    form = problem.schema["x-form"]
    is_flag = "boolean" in problem.schema["type"]
    help_lines: tuple[str, ...] = ()
    if is_flag:
        meant = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
        guess = meant.get(word.lower()) or (word.lower() if word.lower() in ("true", "false") else "")
        help_lines = (f"write `{guess}` without quotes",) if guess else ()
    digits = len(word) if word.isascii() and word.isdigit() else 0
    label = f"has {digits} digits" if "12 digits" in form and digits else f"not {form}"
    return Diagnostic(
        codes.WRONG_FORM,
        f"`{shortened(word)}` is not {form.partition(':')[0]}"
        if not is_flag
        else f"{subject(problem)} is neither {_either(form)}",
        value_span(document, problem.path),
        label.partition(":")[0],
        expected=form,
        help=help_lines,
        path=path_text(problem.path),
    )


def _either(form: str) -> str:
    return form.replace(" or ", " nor ")


def _amount(document: Mapping, problem: Problem) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    path = path_text(problem.path)
    form = problem.schema.get("x-form", "a value")
    if isinstance(node, Scalar):
        # A number of too few or too many digits is a matter of form: only a true number has a range.
        is_number = problem.schema.get("pattern") == r"\{\{"
        return Diagnostic(
            codes.WRONG_AMOUNT if is_number else codes.WRONG_FORM,
            f"`{shortened(node.text)}` is not {form}",
            value_span(document, problem.path),
            f"not {form}" if not is_number else "out of range",
            expected=form,
            path=path,
        )
    size = len(node.entries) if isinstance(node, Mapping) else len(node.items)
    most = problem.schema.get("maxProperties", problem.schema.get("maxItems", 0))
    return Diagnostic(
        codes.WRONG_AMOUNT,
        f"{subject(problem)} has {size} entries, where there can be {most}" if size else f"{subject(problem)} is empty",
        value_span(document, problem.path),
        "too many" if size else "needs at least one entry",
        expected=form,
        path=path,
    )


def _type(document: Mapping, problem: Problem) -> Diagnostic:
    node, _ = node_at(document, problem.path)
    form = problem.schema.get("x-form", "another kind of value")
    return Diagnostic(
        codes.WRONG_TYPE,
        f"{subject(problem)} is {found_words(node)}, not {form}",
        value_span(document, problem.path),
        f"expected {form}",
        help=_type_help(problem, node),
        path=path_text(problem.path),
    )


_ACTION = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z*?]+")


def _type_help(problem: Problem, node: Node) -> tuple[str, ...]:
    types = problem.schema.get("type", ())
    if isinstance(node, Scalar):
        return _scalar_help(problem, node, types)
    if isinstance(node, Mapping) and "array" in types:
        return ("begin each entry with `- `",)
    if isinstance(node, Sequence) and "object" in types:
        return ("take away the `- ` before each key",)
    return ()


def _scalar_help(problem: Problem, node: Scalar, types: str | list[str]) -> tuple[str, ...]:
    text = node.text
    if scalar_value(node) is None:
        return ("indent below it what belongs to it, or take the key away",)
    if problem.schema.get("x-noun") == "permission":
        if _ACTION.fullmatch(text):
            return (f'write `statement: {{Effect: Allow, Action: "{text}", Resource: …}}`',)
        return (f"write `{text}: {{…}}`",) if text in problem.schema["properties"] else ("write `GRANT: {…}`",)
    if types == "array" and "\n" not in text:
        return (f"write `[{shortened(text)}]`",)
    return ()
