"""``{{ expression }}`` inside one scalar: a Jinja2 expression, sandboxed and strict about undefined names.

Only a small part of the expression language is let through: names, attributes, constants, comparisons,
``a if b else c``, ``~``, and a few filters on text. There are no calls, loops, arithmetic or blocks. A dot and an index
reach what the spec says and nothing of Python, and no text, on the way or at the end, is longer than ``MAX_LENGTH``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.environment import Environment, TemplateExpression

MAX_LENGTH = 10_000
_EXPRESSION = LatePattern(r"\{\{(.*?)\}\}", re.DOTALL)
_DOTTED = LatePattern(r"\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)\s*")
_UNKNOWN = "only Terraform knows the value"


class Unknown:
    """A Terraform reference among the names: it can be joined with text, and nothing can be asked of it."""

    __slots__ = ("text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.text = text

    def _refuse(self, *_: object) -> NoReturn:
        raise ValueError(_UNKNOWN)

    __bool__ = __len__ = __contains__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


@record(frozen=True, slots=True)
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
        context: names to values; values are str, int, bool, None, ``Unknown``, lists and mappings of such.

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
    position = length = 0
    for match in _EXPRESSION.finditer(text):
        parts.append(text[position : match.start()])
        length += len(parts[-1])
        value = _evaluate_one(match.group(0), match.group(1), context)
        if isinstance(value, TemplateProblem):
            return value
        parts.append(value)
        position = match.end()
        length += len(value)
        if length > MAX_LENGTH:
            break
    rest = text[position:]
    if length + len(rest) > MAX_LENGTH:
        return TemplateProblem("result", text, f"the result has more than {MAX_LENGTH} characters")
    if "{{" in rest:
        return TemplateProblem("syntax", rest[rest.index("{{") :], "`{{` is never closed", help=("close it with `}}`",))
    return "".join((*parts, rest))


def _evaluate_one(piece: str, expression: str, context: Mapping[str, Any]) -> str | TemplateProblem:
    dotted = _DOTTED.fullmatch(expression)
    # A dotted name needs no template engine: nearly all expressions are one, and importing Jinja2 costs 50 ms.
    value = _lookup(piece, dotted, context) if dotted else _jinja(piece, expression, context)
    if isinstance(value, TemplateProblem):
        return value
    text = value.text if isinstance(value, Unknown) else _as_text(value)
    if text is None:
        what = f"{_kind(value)}; a text, number or boolean goes here"
        return TemplateProblem("result", piece, f"`{expression.strip()}` is {what}")
    if dotted and has_template(text):
        message = f"the value of `{expression.strip()}` has an expression in it, and values are taken as they are"
        return TemplateProblem("result", piece, message, help=("write the expression where the value is used",))
    return text


def _as_text(value: object) -> str | None:
    """What a value is inside a text; None for what cannot stand in one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else None


def _kind(value: object) -> str:
    return "nothing (null)" if value is None else "a list" if isinstance(value, (list, tuple)) else "a mapping"


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
    from jinja2 import TemplateError, Undefined, UndefinedError

    compiled = _compile(piece, expression)
    if isinstance(compiled, TemplateProblem):
        return compiled
    try:
        value = compiled(**context)
        if isinstance(value, Undefined):
            str(value)  # raises: what is not defined cannot become a text
        return value
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
    from jinja2 import TemplateSyntaxError, nodes
    from jinja2.environment import TemplateExpression
    from jinja2.parser import Parser

    if len(expression) > MAX_LENGTH:
        return TemplateProblem("syntax", piece, f"an expression has at most {MAX_LENGTH} characters")
    allowed = (
        nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Compare, nodes.Operand, nodes.CondExpr,
        nodes.Concat, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test, nodes.List, nodes.Tuple,
    )  # fmt: skip
    environment = _environment()
    try:
        parser = Parser(environment, expression, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError(f"`{parser.stream.current.value}` is left over", 1)
        root = nodes.Template([nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)], lineno=1)
        for node in (tree, *tree.find_all(nodes.Node)):
            if not isinstance(node, allowed):
                what = type(node).__name__
                return TemplateProblem(
                    "syntax",
                    piece,
                    f"`{expression.strip()}` uses what a spec may not: {_PLAIN_WORDS.get(what, what)}",
                    help=(f"allowed are names, texts, comparisons, `a if b else c`, `~`, and {', '.join(_FILTERS)}",),
                )
        for node in root.find_all(nodes.Concat):
            node.nodes = [nodes.Filter(part, _JOINED, [], [], None, None) for part in node.nodes]
        root.set_environment(environment)
        return TemplateExpression(environment.from_string(root), undefined_to_none=False)
    except (TemplateSyntaxError, RecursionError, MemoryError, ValueError) as error:
        deep = isinstance(error, (RecursionError, MemoryError))
        reason = "nested too deeply" if deep else str(error).split("\n")[0]
        return TemplateProblem("syntax", piece, f"`{expression.strip()}` is no expression: {_lower_first(reason)}")


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined, Undefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Values(ImmutableSandboxedEnvironment):
        """Reaches entries of mappings and items of lists; what Python objects have besides does not exist."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, Mapping) and attribute in obj:
                return obj[attribute]
            if isinstance(obj, Undefined):
                str(obj)  # raises: the parent is what is missing
            return self.undefined(obj=obj, name=attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if isinstance(obj, (list, tuple)) and isinstance(argument, int) and 0 <= argument < len(obj):
                return obj[argument]
            return self.getattr(obj, str(argument))

    environment = Values(undefined=StrictUndefined, autoescape=False)
    environment.filters = {**_FILTERS, "default": environment.filters["default"], _JOINED: _joined}
    environment.tests = {name: environment.tests[name] for name in ("defined", "none")}
    environment.globals.clear()
    return environment


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


def _text(value: object) -> str:
    """A text that a filter works on.

    Raises:
        ValueError: the value is none, or a very long one.
    """
    text = _as_text(value)
    if text is None:
        str(value)  # raises for what is not defined
        raise ValueError(_UNKNOWN if isinstance(value, Unknown) else f"{_kind(value)} is no text")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a text has more than {MAX_LENGTH} characters")
    return text


def _joined(value: object) -> str:
    return value.text if isinstance(value, Unknown) else _text(value)


def _replace(value: object, old: object, new: object) -> str:
    text, before, after = _text(value), _text(old), _text(new)
    if len(text) + text.count(before) * len(after) > MAX_LENGTH:
        raise ValueError(f"`replace` gives more than {MAX_LENGTH} characters")
    return text.replace(before, after)


def _length(value: object) -> int:
    return len(value) if isinstance(value, (list, tuple, Mapping)) else len(_text(value))


_FILTERS: dict[str, Callable[..., Any]] = {
    "default": lambda value: value,  # Jinja's own: it alone may be asked about what is not defined
    "length": _length,
    "lower": lambda value: _text(value).lower(),
    "replace": _replace,
    "trim": lambda value: _text(value).strip(),
    "upper": lambda value: _text(value).upper(),
}
_JOINED = "text of `~`"  # no name that an expression could spell
