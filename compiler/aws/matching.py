"""Whether a resource of a policy can be something that an action works on.

A resource pattern *can be* of a type when some ARN is matched by the pattern and built by one of the type's ARN
templates. The answer is exact for what a template says: fields are compared one by one (a template without a region,
as S3's, takes none), and each placeholder takes the characters that ``compiler.aws.placeholders`` gives it.

Most patterns look like the template with stars in place of names, so they are first held against a regular expression
over the pattern's own text: where it matches, an ARN is found by reading each star as nothing or as ``x``. Only what
is left goes through the automaton of the template, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler.aws.arn import split_fields
from compiler.aws.automaton import Automaton, Loop, Part, Step, build
from compiler.aws.overrides import REQUEST_ARNS
from compiler.aws.pattern import overlaps, run, tokens
from compiler.aws.placeholders import Characters, characters_of
from compiler.aws.reference import CLOSE, OPEN
from compiler.aws.service_data import Action, ResourceType, resource_types_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT = 1 << 16
"""Answers of the slow path that are kept: a fleet's distinct resources times the types they are held against."""


def can_be(resource: str, resource_type: ResourceType) -> bool:
    """Whether some ARN that the pattern matches is an ARN of the type.

    ``*`` can be everything. Unknown pieces (Terraform references, policy variables) can be any text; a pattern that
    begins with a reference can hold whole fields in it, and an attribute ``arn`` holds the ARN of a whole resource:
    with ``/*`` behind it, it is an object and no bucket. Another text that is no ARN is nothing.

    >>> from compiler.aws.service_data import resource_types_of
    >>> can_be("arn:aws:s3:::shop/*", resource_types_of("s3")["object"])
    True
    >>> can_be("arn:aws:s3:::shop/*", resource_types_of("s3")["bucket"])
    False
    """
    if not _has_unknown(resource) and _type_regex(resource_type).fullmatch(resource):
        return True
    return not _is_plain(resource) and _can_be(resource, resource_type)


def types_of(resource: str, service: str) -> tuple[str, ...]:
    """The names of the service's resource types that the pattern can be, in the order of the service data."""
    return tuple(name for name, kind in resource_types_of(service).items() if can_be(resource, kind))


def action_matches(action: Action, resource: str) -> bool:
    """Whether the action can work on what the resource pattern matches.

    An action without resource types is decided on the resource ``*`` itself, which only ``*`` matches: ``arn:*`` and
    ``arn:aws:ec2:*:*:*`` do not (IAM User Guide, "IAM JSON policy elements: Resource": such actions need ``*``). A
    few name an ARN in their requests all the same (``compiler.aws.overrides.REQUEST_ARNS``).
    """
    if resource == "*":
        return True
    if not action.resource_types:
        return _is_everything(resource) or _may_be_star(resource) or _names_request(resource, action)
    if not _has_unknown(resource) and _action_regex(action).fullmatch(resource):
        return True
    if _is_plain(resource):
        return False
    types = resource_types_of(action.service)
    return any(_can_be(resource, types[name]) for name in action.resource_types)


def _has_unknown(text: str) -> bool:
    return OPEN in text or "${" in text


def _is_plain(resource: str) -> bool:
    """Whether it is one complete ARN without wildcards and unknown pieces: the expression alone decides on it."""
    return "*" not in resource and "?" not in resource and not _has_unknown(resource) and resource.count(":") >= 5


def _is_everything(resource: str) -> bool:
    """Whether it matches the resource ``*`` itself: stars, and at most one ``?`` between them."""
    return bool(resource) and resource.strip("*") in ("", "?")


def _may_be_star(resource: str) -> bool:
    """Whether it is one reference whose value may be ``*``: not one that holds an ARN."""
    return _REFERENCE.fullmatch(resource) is not None and _ARN_OF_RESOURCE.match(resource) is None


_REFERENCE = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}")
_ARN_OF_RESOURCE = re.compile(rf"{OPEN}[^{CLOSE}]*[._]arn{CLOSE}")
"""A reference that holds the ARN of one resource: ``${aws_s3_bucket.a.arn}``, ``${var.bucket_arn}``. Others may hold
any part of an ARN."""


def _names_request(resource: str, action: Action) -> bool:
    arn = REQUEST_ARNS.get((action.service, action.name))
    return arn is not None and can_be(resource, ResourceType(action.service, action.name, (arn,)))


@lru_cache(_KEPT)
def _can_be(resource: str, resource_type: ResourceType) -> bool:
    if _is_everything(resource):
        return True
    templates = [_template(arn) for arn in resource_type.arns]
    fields = split_fields(resource)
    if fields is not None:
        return any(template.takes(fields) for template in templates)
    if not resource.startswith((OPEN, "arn:")):
        return False
    reference = _ARN_OF_RESOURCE.match(resource)
    if reference is None or reference[0] == resource:
        return any(template.takes_text(resource) for template in templates)
    behind = resource[reference.end() :]
    longer = [(*head, tail + behind) for *head, tail in _any_arns(resource_type.service)]
    return any(template.takes(pattern) for template in templates for pattern in longer)


@cache
def _any_arns(service: str) -> tuple[tuple[str, ...], ...]:
    """The fields of a pattern for every ARN that a resource of the service can have."""
    arns = dict.fromkeys(arn for kind in resource_types_of(service).values() for arn in kind.arns)
    return tuple(tuple(re.sub(r"\$\{[^}]*\}", "*", field) for field in arn.split(":", 5)[1:]) for arn in arns)


@cache
def _type_regex(resource_type: ResourceType) -> re.Pattern[str]:
    return _any_of([resource_type])


@cache
def _action_regex(action: Action) -> re.Pattern[str]:
    types = resource_types_of(action.service)
    return _any_of([types[name] for name in action.resource_types])


def _any_of(types: list[ResourceType]) -> re.Pattern[str]:
    expressions = dict.fromkeys(_template(arn).expression for kind in types for arn in kind.arns)
    return re.compile("|".join(expressions), re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Template:
    """A compiled ARN template.

    ``fields`` are partition, service, region and account as the template has them, ``prefix`` is what the last field
    begins with, ``resource`` takes all of the last field, ``whole`` all of the ARN; ``expression`` is the regular
    expression over the text of a pattern.
    """

    fields: tuple[str, ...]
    prefix: str
    resource: Automaton
    whole: Automaton
    expression: str

    def takes(self, fields: tuple[str, ...]) -> bool:
        """Whether some ARN of the template is matched by a pattern with these five fields."""
        *head, resource = fields
        if not all(_field_takes(wanted, field) for wanted, field in zip(self.fields, head, strict=True)):
            return False
        start = _WILD.split(resource, maxsplit=1)[0]
        if not (start.startswith(self.prefix) or self.prefix.startswith(start)):
            return False
        return self.resource.accepts(run(self.resource, tokens(resource)))

    def takes_text(self, pattern: str) -> bool:
        """Whether some ARN of the template is matched by the pattern, whose fields are not known."""
        return self.whole.accepts(run(self.whole, tokens(pattern)))


def _field_takes(wanted: str, field: str) -> bool:
    if wanted == "*":
        return True
    return bool(field) if "${" in wanted else wanted == field or overlaps(field, wanted)


_WILD = re.compile(rf"[*?{OPEN}]|\$\{{")
_PIECE = re.compile(r"\$?\{(?P<name>[^}]*)\}|\*|[^{$*]+|\$")  # one template has its dollar sign missing

# How the text of a pattern looks where a placeholder stands, and the parts of an automaton that take its values.
_TAKEN: Mapping[Characters, tuple[str, tuple[Part, ...]]] = {
    "name": ("[^/:]+", (Step(excluded="/:"), Loop("/:"))),
    "relative": ("[^/:][^:]*", (Step(excluded="/:"), Loop(":"))),
    "path": ("[^:]+", (Step(excluded=":"), Loop(":"))),
    "colon": ("[^/]+", (Step(excluded="/"), Loop("/"))),
    "any": (".+", (Step(), Loop())),
    "anything": (".*", (Loop(),)),
}


@cache
def _template(arn: str) -> _Template:
    scheme, *fields, resource = arn.split(":", 5)
    head: list[Part] = [*map(Step, scheme), Step(":")]
    expression = f"{scheme}:"
    for field in fields:
        text, parts = _compile_field(field)
        expression += f"{text}:"
        head += (*parts, Step(":"))
    text, tail = _compile_resource(fields[1], resource)
    prefix = resource.partition("${")[0].partition("*")[0]
    return _Template(tuple(fields), prefix, build(tail), build([*head, *tail]), expression + text)


def _compile_field(field: str) -> tuple[str, tuple[Part, ...]]:
    """The expression and the automaton parts of one of the fields in front."""
    if field == "*":
        return "[^:]*", (Loop(":"),)
    if "${" in field:
        return "[^:]+", (Step(excluded=":"), Loop(":"))
    return (rf"(?:{re.escape(field)}|\*)" if field else r"\*?"), tuple(map(Step, field))


def _compile_resource(service: str, resource: str) -> tuple[str, list[Part]]:
    """The expression and the automaton parts of the last field."""
    expression = ""
    parts: list[Part] = []
    for match in _PIECE.finditer(resource):
        piece, name = match[0], match["name"]
        if piece == "*" or name not in (None, "*"):
            text, taken = _TAKEN["anything" if piece == "*" else characters_of(service, name)]
            expression += text
            parts += taken
        else:
            literal = name or piece
            expression += re.escape(literal)
            parts += map(Step, literal)
    return expression, parts
