"""ARNs that were written for a resource: whether they are of that kind and in the right place."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from compiler.aws.arn import Arn, parse_arn
from compiler.aws.reference import display, has_reference, substitute
from compiler.catalog.context import Context, Problem, with_article
from compiler.catalog.loader import grant_names, load_grant
from compiler.catalog.names import fits, hints, is_name, known_text
from compiler.diagnostics.late import LatePattern

if TYPE_CHECKING:
    from compiler.catalog.model import Parameter, Shape

_ACCOUNT = LatePattern(r"[0-9]{12}|(?=.*[*?])[0-9*?]{1,12}")


def resolve_arn(parameter: Parameter, shape: Shape, text: str, context: Context) -> str | Problem:
    """The ARN as it has to stand in a statement: without what the service leaves out, with what it adds."""
    arn = parse_arn(text)
    if arn is None:
        return Problem(
            message=f"`{display(text)}` is not a complete ARN",
            label="an ARN has six fields",
            expected=f"an ARN such as `{example_arn(shape)}`",
        )
    name = _name_in(shape, arn)
    if name is None:
        return _other_arn(parameter, shape, text, arn, arn.resource)
    if shape.trim and name.endswith(shape.trim):
        name, text = name.removesuffix(shape.trim), text.removesuffix(shape.trim)
    known = known_text(name)
    if shape.leading and known.startswith(shape.leading):
        return Problem(
            message=f"`{display(text)}` has `{shape.leading}` twice",
            label="no such ARN exists",
            help=(f"write `{display(text.removesuffix(name) + name.removeprefix(shape.leading))}`",),
        )
    if not _is_name_in_arn(shape, known):
        return _other_arn(parameter, shape, text, arn, name)
    problem = _place_problem(parameter, shape, text, arn, context)
    if problem:
        return problem
    if shape.ending and not known.endswith("*") and not fits(f".*(?:{shape.ending_pattern})", known):
        text += shape.ending
    return text


def grants_for_arn(arn: Arn) -> tuple[str, ...]:
    """The grants whose main resource the ARN can be. Reads the whole catalogue, so it is for messages only."""
    found = []
    for name in grant_names():
        grant = load_grant(name)
        parameter = grant.parameter(grant.primary)
        if parameter and parameter.shape:
            part = _name_in(parameter.shape, arn)
            if part is not None and _is_name_in_arn(parameter.shape, known_text(part)):
                found.append(name)
    return tuple(found)


def example_arn(shape: Shape) -> str:
    """An ARN of that shape, for messages."""
    return shape.arn.format(partition="aws", region="eu-west-1", account="123456789012", name="NAME") + shape.ending


def _name_in(shape: Shape, arn: Arn) -> str | None:
    """The name in an ARN of the same service and kind; None when it is of another."""
    service, resource = _form(shape.arn)
    if arn.service != service:
        return None
    match = resource.fullmatch(arn.resource)
    if match is None and shape.leading and has_reference(arn.resource):
        # a name that only Terraform knows may bring its leading text along: `parameter${aws_ssm_parameter.a.name}`
        match = resource.fullmatch(substitute(arn.resource, f"{shape.leading}xxx"))
    return match[1] if match else None


@cache
def _form(template: str) -> tuple[str, re.Pattern[str]]:
    """Service and resource part of an ARN template, the latter as a pattern whose group is the name."""
    form = parse_arn(template)
    assert form is not None, f"{template} is no ARN"
    before, _, after = form.resource.partition("{name}")
    return form.service, re.compile(f"{_literal(before)}(.+){_literal(after)}", re.DOTALL)


def _literal(text: str) -> str:
    """The text as a pattern; ``*`` stands for one piece of the ARN, such as an id that nobody writes."""
    return re.escape(text).replace(r"\*", "[^/:]*")


def _is_name_in_arn(shape: Shape, known: str) -> bool:
    return is_name(shape, known) or bool(shape.leading and is_name(shape, shape.leading + known))


def _other_arn(parameter: Parameter, shape: Shape, text: str, arn: Arn, name: str) -> Problem:
    """That the ARN is of another service or kind; ``name`` is the part that does not fit, or the whole resource."""
    same_service = arn.service == _form(shape.arn)[0]
    help_lines = hints(shape, known_text(name)) if same_service else ()
    if not help_lines:
        others = (name for name in grants_for_arn(arn) if name != parameter.grant)
        help_lines = tuple(f"the grant `{name}` is for such ARNs" for name in others)
    noun = with_article(parameter.noun)
    return Problem(
        message=f"`{display(text)}` is not the ARN of {noun}",
        label=f"not {noun}" if same_service else f"an ARN of `{display(arn.service)}`",
        help=help_lines,
        expected=f"an ARN such as `{example_arn(shape)}`",
    )


def _place_problem(parameter: Parameter, shape: Shape, text: str, arn: Arn, context: Context) -> Problem | None:
    """What is wrong with the partition, region or account of an ARN of the right service and kind."""
    shown, noun = display(text), with_article(parameter.noun)
    known = not has_reference(arn.partition) and not has_reference(context.partition)
    if known and arn.partition not in ("*", context.partition):
        return Problem(
            message=f"`{shown}` is in the partition `{arn.partition}`, the stack is in `{context.partition}`",
            label="another partition",
            help=(f"write `{display(f'arn:{context.partition}{text[4 + len(arn.partition) :]}')}`",),
        )
    wanted = parse_arn(shape.arn)
    assert wanted is not None
    for field in ("region", "account"):
        value = getattr(arn, field)
        if bool(value) != bool(getattr(wanted, field)):
            return Problem(
                message=f"the ARN of {noun} has {f'no {field}' if value else with_article(field)}",
                label=f"no {field} belongs here" if value else f"the {field} is empty",
                expected=f"an ARN such as `{example_arn(shape)}`",
            )
        if ("*" in value or "?" in value) and not shape.wildcard_pattern:
            return Problem(
                message=f"`{shown}` is a pattern, which cannot name {noun}",
                label=f"no wildcards in the {field}",
                expected=f"an ARN such as `{example_arn(shape)}`",
            )
        if field in context.explicit and not parameter.implicit and value != getattr(context, field):
            return Problem(
                message=f"`{shown}` is in another {field} than `{field}` says",
                label=f"`{display(value)}` here, `{display(getattr(context, field))}` there",
                help=(f"remove `{field}`: the ARN says it",),
            )
    if (
        wanted.account
        and "$" not in arn.account
        and not has_reference(arn.account)
        and not _ACCOUNT.fullmatch(arn.account)
    ):
        return Problem(message=f"`{arn.account}` is not an account", label="not 12 digits", expected="12 digits")
    return None
