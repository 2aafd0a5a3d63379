"""``{{ expression }}`` inside one scalar: a Jinja2 expression, sandboxed and strict about undefined names.

Only a small part of the expression language is let through: names, attributes, constants, comparisons,
``a if b else c``, ``~``, and a few filters on text. There are no calls, loops, arithmetic or blocks, so the result
is at most linear in what the spec says; filters that can grow a text are capped as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2.environment import TemplateExpression

MAX_LENGTH = 10_000
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_DOTTED = re.compile(r"\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)\s*")
_FILTERS = ("default", "length", "lower", "replace", "trim", "upper")


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """Why a text could not be evaluated: ``kind`` is ``undefined``, ``syntax`` or ``result``.

    ``piece`` is the text to underline; for undefined names ``name`` is the missing one and ``known`` what there is.
    """

    kind: str
    piece: str
    message: str
    name: str = ""
    known: tuple[str, ...] = ()
    help: tuple[str, ...] = ()


def has_template(text: str) -> bool:
    """Whether a text has something to evaluate (or an attempt at it, such as ``{% if %}``)."""
    return "{{" in text or "{%" in text


def mentions(text: str, name: str) -> bool:
    """Whether an expression in the text speaks of a top-level name such as ``layer``.

    >>> mentions("logs/{{ layer.name }}/{{ values.player }}", "layer")
    True
    >>> mentions("layer {{ values.layer }}", "layer")
    False
    """
    pattern = re.compile(rf"(?<![\w.'\"]){re.escape(name)}(?!\w)")
    return any(pattern.search(expression) for expression in _EXPRESSION.findall(text))


def evaluate(text: str, context: Mapping[str, Any]) -> str | TemplateProblem:
    """The text with every ``{{ … }}`` replaced by its value.

    Args:
        text: one scalar.
        context: names to values; values are str, int, bool, None, lists and mappings of such.

    >>> evaluate("shop-{{ values.env }}", {"values": {"env": "prod"}})
    'shop-prod'
    >>> evaluate("{{ values.evn }}", {"values": {"env": "prod"}}).name
    'values.evn'
    """
    if "{%" in text or "{#" in text:
        piece = "{%" if "{%" in text else "{#"
        return TemplateProblem(
            "syntax", piece, f"`{piece}` opens a template block, and only `{{{{ … }}}}` is evaluated",
            help=("use one expression, e.g. `{{ 'a' if values.env == 'prod' else 'b' }}`",),
        )  # fmt: skip
    parts: list[str] = []
    position = 0
    for match in _EXPRESSION.finditer(text):
        parts.append(text[position : match.start()])
        value = _evaluate_one(match.group(0), match.group(1), context)
        if isinstance(value, TemplateProblem):
            return value
        parts.append(value)
        position = match.end()
    rest = text[position:]
    if "{{" in rest:
        return TemplateProblem("syntax", rest[rest.index("{{") :], "`{{` is never closed", help=("close it with `}}`",))
    result = "".join((*parts, rest))
    if len(result) > MAX_LENGTH:
        return TemplateProblem("result", text, f"the result has {len(result)} characters; {MAX_LENGTH} are the most")
    return result


def _evaluate_one(piece: str, expression: str, context: Mapping[str, Any]) -> str | TemplateProblem:
    dotted = _DOTTED.fullmatch(expression)
    # A dotted name needs no template engine: nearly all expressions are one, and importing Jinja2 costs 50 ms.
    value = _lookup(piece, dotted, context) if dotted else _jinja(piece, expression, context)
    if isinstance(value, TemplateProblem):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    kind = "nothing (null)" if value is None else "a list" if isinstance(value, (list, tuple)) else "a mapping"
    return TemplateProblem("result", piece, f"`{expression.strip()}` is {kind}; a text, number or boolean goes here")


def _lookup(piece: str, dotted: re.Match[str], context: Mapping[str, Any]) -> Any:
    value: Any = context
    walked: list[str] = []
    for name in (dotted.group(1), *dotted.group(2).split(".")[1:]):
        walked.append(name)
        if not isinstance(value, Mapping) or name not in value:
            return _undefined(piece, ".".join(walked), value)
        value = value[name]
    return value


def _undefined(piece: str, name: str, parent: Any) -> TemplateProblem:
    prefix = name.rpartition(".")[0]
    known = tuple(f"{prefix}.{key}" if prefix else str(key) for key in parent) if isinstance(parent, Mapping) else ()
    return TemplateProblem("undefined", piece, f"`{name}` is not defined", name=name, known=known)


def _jinja(piece: str, expression: str, context: Mapping[str, Any]) -> Any:
    from jinja2 import TemplateError, UndefinedError

    compiled = _compile(piece, expression)
    if isinstance(compiled, TemplateProblem):
        return compiled
    try:
        return compiled(**context)
    except UndefinedError as error:
        found = re.search(r"(?:attribute |^)'([\w.]+)'", str(error))
        name = found.group(1) if found else expression.strip()
        return TemplateProblem("undefined", piece, f"`{name}` is not defined", name=name, known=tuple(context))
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        return TemplateProblem(
            "result", piece, f"`{expression.strip()}` cannot be evaluated: {_lower_first(str(error))}"
        )


@cache
def _compile(piece: str, expression: str) -> TemplateExpression | TemplateProblem:
    from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.filters["replace"] = _capped_replace
    environment.globals.clear()
    environment.tests = {name: environment.tests[name] for name in ("defined", "none")}
    if len(expression) > MAX_LENGTH:
        return TemplateProblem("syntax", piece, f"an expression has at most {MAX_LENGTH} characters")
    allowed = (
        nodes.Template, nodes.Output, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Compare,
        nodes.Operand, nodes.CondExpr, nodes.Concat, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test,
        nodes.List, nodes.Tuple,
    )  # fmt: skip
    try:
        tree = environment.parse(piece)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, allowed):
                what = type(node).__name__
                return TemplateProblem(
                    "syntax",
                    piece,
                    f"`{expression.strip()}` uses what a spec may not: {_PLAIN_WORDS.get(what, what)}",
                    help=("allowed are names, texts, comparisons, `a if b else c`, `~`, and " + ", ".join(_FILTERS),),
                )
        return environment.compile_expression(expression, undefined_to_none=False)
    except (TemplateSyntaxError, RecursionError) as error:
        reason = str(error).split("\n")[0] if isinstance(error, TemplateSyntaxError) else "nested too deeply"
        return TemplateProblem("syntax", piece, f"`{expression.strip()}` is no expression: {_lower_first(reason)}")


_PLAIN_WORDS = {
    "Call": "a function call",
    "Mul": "multiplication",
    "Pow": "a power",
    "Add": "addition (use `~` to join texts)",
    "Sub": "subtraction",
    "Div": "division",
    "FloorDiv": "division",
    "Mod": "formatting with `%`",
    "Dict": "a mapping",
    "Slice": "a slice",
}


def _lower_first(text: str) -> str:
    return (text[:1].lower() + text[1:]).rstrip(".")


def _capped_replace(text: object, old: str, new: str) -> str:
    source, old, new = str(text), str(old), str(new)
    if len(source) + source.count(old) * len(new) > MAX_LENGTH:
        raise ValueError(f"`replace` gives more than {MAX_LENGTH} characters")
    return source.replace(old, new)
