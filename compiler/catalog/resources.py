"""Turns what was written for a parameter into what statements need: an ARN for resources, a checked text for the rest.

What cannot be right is a ``Problem``, a value; the caller knows the place and makes a diagnostic of it. What passes can
be such a resource, and may still not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.aws.reference import display
from compiler.catalog.arns import example_arn, resolve_arn
from compiler.catalog.context import Context, Problem, with_article
from compiler.catalog.model import Kind, Parameter, Shape
from compiler.catalog.names import arn_of_name, fits, known_text, resolve_name
from compiler.catalog.terraform import is_one_reference, name_or_arn

if TYPE_CHECKING:
    from collections.abc import Callable


def resolve(parameter: Parameter, text: str, context: Context) -> str | Problem:
    """The ARN of a resource (short name, pattern, ARN or marked Terraform reference), or the text of another parameter.

    ``ref:NAME`` is followed by the caller. A flag is ``true`` or ``false``, a number its digits.
    """
    shape = parameter.shape
    if shape is None:
        return _resolve_text(parameter, text)
    if text.startswith("arn:"):
        return resolve_arn(parameter, shape, text, context)
    if is_one_reference(text):
        found = name_or_arn(parameter, shape, text)
        if found is None:
            return _unclear_reference(parameter, shape, text)
        return text if found == "arn" else arn_of_name(shape, text, context)
    return resolve_name(parameter, shape, text, context)


def _unclear_reference(parameter: Parameter, shape: Shape, text: str) -> Problem:
    noun = with_article(parameter.noun)
    if parameter.parts or not shape.terraform:
        help_line = f"write the name, or an ARN such as `{example_arn(shape)}`"
    else:
        help_line = f"refer to the ARN, as in `${{{shape.terraform[0]}.NAME.arn}}`"
    return Problem(
        message=f"`{display(text)}` is not known to be the ARN of {noun}",
        label=f"neither the ARN nor the name of {noun}, as far as its last part tells",
        help=(help_line,),
        expected=f"a name, an ARN such as `{example_arn(shape)}`, or a reference that ends in `arn`",
    )


def _resolve_text(parameter: Parameter, text: str) -> str | Problem:
    expected = _EXPECTED[parameter.kind](parameter, text)
    if expected is None:
        return text
    return Problem(
        message=f"`{display(text)}` cannot be the {parameter.noun}",
        label=f"not {with_article(parameter.noun)}",
        expected=expected,
    )


def _text_expected(parameter: Parameter, text: str) -> str | None:
    """What was expected, or None when the text is fine; so do the others below."""
    return None if fits(parameter.pattern, known_text(text)) else parameter.pattern_help


def _choice_expected(parameter: Parameter, text: str) -> str | None:
    names = [choice.name for choice in parameter.choices]
    return None if text in names else f"one of {', '.join(f'`{name}`' for name in names)}"


def _flag_expected(_parameter: Parameter, text: str) -> str | None:
    return None if text in ("true", "false") else "`true` or `false`"


def _number_expected(parameter: Parameter, text: str) -> str | None:
    low, high = parameter.minimum, parameter.maximum
    assert low is not None
    assert high is not None
    return None if fits("-?[0-9]{1,18}", text) and low <= int(text) <= high else f"a whole number from {low} to {high}"


_EXPECTED: dict[Kind, Callable[[Parameter, str], str | None]] = {
    Kind.TEXT: _text_expected,
    Kind.CHOICE: _choice_expected,
    Kind.FLAG: _flag_expected,
    Kind.NUMBER: _number_expected,
}
