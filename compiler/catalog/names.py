"""Short names and name patterns of resources: whether they can be right, and the ARN that they stand for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from compiler.aws.reference import OPEN, display, substitute
from compiler.catalog.context import Context, Problem, with_article
from compiler.diagnostics.late import LatePattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog.model import Parameter, Shape

_VARIABLE = LatePattern(r"\$\{[^}]*\}")
_UNKNOWN = "xxx"  # stands for text that is not known yet: letters fit wherever something may vary


def known_text(text: str) -> str:
    """The text with what is not known yet, Terraform references and IAM variables, replaced by letters."""
    if OPEN in text:
        text = substitute(text, _UNKNOWN)
    return _VARIABLE.sub(_UNKNOWN, text) if "${" in text else text


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits a pattern of the catalogue."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def is_name(shape: Shape, known: str) -> bool:
    """Whether a known text can be the name of such a resource, or a pattern of names, and is no likely mistake."""
    pattern = shape.wildcard_pattern if "*" in known or "?" in known else shape.name_pattern
    return bool(pattern) and fits(pattern, known) and not (shape.likely_mistake and fits(shape.likely_mistake, known))


def arn_of_name(shape: Shape, name: str, context: Context) -> str:
    """The ARN of a name or name pattern, which is not checked."""
    if shape.leading:
        name = name.removeprefix(shape.leading)
    if shape.ending and not name.endswith(("*", shape.ending)):
        name += shape.ending
    before, after = around(shape.arn, context.partition, context.region, context.account)
    return f"{before}{name}{after}"


@cache
def around(arn: str, partition: str, region: str, account: str) -> tuple[str, str]:
    """What stands before and behind the name in the ARNs of a place."""
    before, _, after = arn.partition("{name}")
    place = {"partition": partition, "region": region, "account": account}
    return before.format(**place), after.format(**place)


def resolve_name(parameter: Parameter, shape: Shape, text: str, context: Context) -> str | Problem:
    """The ARN of a short name or name pattern."""
    known = known_text(text)
    return arn_of_name(shape, text, context) if is_name(shape, known) else _no_name(parameter, shape, text, known)


def _no_name(parameter: Parameter, shape: Shape, text: str, known: str) -> Problem:
    noun, help_lines = with_article(parameter.noun), hints(shape, known)
    if not help_lines and ("*" in known or "?" in known) and not shape.wildcard_pattern:
        return Problem(
            message=f"`{display(text)}` is a pattern, which cannot name {noun}",
            label="no wildcards here",
            expected=shape.name_help,
        )
    if not help_lines:
        help_lines = tuple(f"write `{better}`" for better in _nearly(text) if is_name(shape, known_text(better)))[:1]
    return Problem(
        message=f"`{display(text)}` cannot be the name of {noun}",
        label=f"not the name of {noun}",
        help=help_lines,
        expected=shape.name_help,
    )


def _nearly(text: str) -> Iterator[str]:
    """What may have been meant: without capitals or spaces, with one slash in front or none around."""
    plain = text.strip()
    yield plain
    yield plain.lower()
    yield "/" + plain.strip("/")
    yield plain.strip("/")


def hints(shape: Shape, known: str) -> tuple[str, ...]:
    """The help for a likely mistake: one line, or none."""
    for hint in shape.hints:
        if fits(hint.pattern, known):
            return (hint.help,)
    return ()
