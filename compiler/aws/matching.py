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
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler.aws.arn import split_fields
from compiler.aws.automaton import Automaton, Loop, Part, Step, build
from compiler.aws.overrides import REQUEST_ARNS
from compiler.aws.pattern import overlaps, run, tokens
from compiler.aws.placeholders import Characters, characters_of
from compiler.aws.reference import CLOSE, OPEN
from compiler.aws.service_data import Action, ResourceType, resource_types_of
from compiler.diagnostics.value import record

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
    if not begins_like(resource, resource_type):
        return False
    if not _has_unknown(resource) and _type_regex(resource_type).fullmatch(resource):
        return True
    return not _is_plain(resource) and _can_be(resource, resource_type)


def begins_like(resource: str, resource_type: ResourceType) -> bool:
    """Whether the last field of a pattern begins as that of the type's ARNs: without that, it is none of them.

    This is quick, and nothing has to be compiled for it.
    """
    start = _start_of(resource)
    return start is None or any(_agree(start, prefix) for prefix in _prefixes(resource_type))


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
    return not _kinds_of(resource, action.service).isdisjoint(action.resource_types)


@lru_cache(_KEPT)
def _kinds_of(resource: str, service: str) -> frozenset[str]:
    """The answer of ``types_of`` is kept: many actions of a statement are held against the same resource."""
    return frozenset(types_of(resource, service))


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


@lru_cache(_KEPT)
def _start_of(resource: str) -> str | None:
    """What the last field of a pattern begins with, up to its first wildcard; None where its fields are not known."""
    fields = None if _is_everything(resource) else split_fields(resource)
    return None if fields is None else _WILD.split(fields[4], maxsplit=1)[0]


@cache
def _prefixes(resource_type: ResourceType) -> tuple[str, ...]:
    """What the last field of each template begins with: where that is not met, nothing has to be compiled."""
    return tuple(dict.fromkeys(map(_prefix_of, (arn.split(":", 5)[5] for arn in resource_type.arns))))


def _prefix_of(resource: str) -> str:
    return resource.partition("${")[0].partition("*")[0]


def _agree(start: str, prefix: str) -> bool:
    return start.startswith(prefix) or prefix.startswith(start)


@cache
def _type_regex(resource_type: ResourceType) -> re.Pattern[str]:
    return re.compile("|".join(dict.fromkeys(_template(arn).expression for arn in resource_type.arns)), re.DOTALL)


@record(frozen=True, slots=True)
class _Template:
    """A compiled ARN template.

    ``fields`` are partition, service, region and account as the template ``arn`` has them, ``prefix`` is what the last
    field begins with; ``expression`` is the regular expression over the text of a pattern. The automata are built when
    they are asked for: most templates never need one.
    """

    arn: str
    fields: tuple[str, ...]
    prefix: str
    expression: str

    def takes(self, fields: tuple[str, ...]) -> bool:
        """Whether some ARN of the template is matched by a pattern with these five fields."""
        *head, resource = fields
        if not all(_field_takes(wanted, field) for wanted, field in zip(self.fields, head, strict=True)):
            return False
        start = _WILD.split(resource, maxsplit=1)[0]
        if not _agree(start, self.prefix):
            return False
        automaton = _of_resource(self.arn)
        return automaton.accepts(run(automaton, tokens(resource)))

    def takes_text(self, pattern: str) -> bool:
        """Whether some ARN of the template is matched by the pattern, whose fields are not known."""
        automaton = _of_whole(self.arn)
        return automaton.accepts(run(automaton, tokens(pattern)))


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
    head = "".join(f"{_compile_field(field)[0]}:" for field in fields)
    text, _ = _compile_resource(fields[1], resource)
    return _Template(arn, tuple(fields), _prefix_of(resource), f"{scheme}:{head}{text}")


@cache
def _of_resource(arn: str) -> Automaton:
    """The automaton that takes all of the last field of a template."""
    _, _, service, _, _, resource = arn.split(":", 5)
    return build(_compile_resource(service, resource)[1])


@cache
def _of_whole(arn: str) -> Automaton:
    """The automaton that takes all of an ARN."""
    scheme, *fields, resource = arn.split(":", 5)
    parts: list[Part] = [*map(Step, scheme), Step(":")]
    for field in fields:
        parts += (*_compile_field(field)[1], Step(":"))
    return build([*parts, *_compile_resource(fields[1], resource)[1]])


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
