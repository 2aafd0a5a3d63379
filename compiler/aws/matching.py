"""Whether a resource pattern of a policy can be a resource that an action works on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from compiler.aws import overrides
from compiler.aws.arn import split_fields
from compiler.aws.automaton import Automaton, Loop, Part, Step, build
from compiler.aws.pattern import matches, overlaps, run, tokens
from compiler.aws.reference import OPEN
from compiler.aws.service_data import Action, ResourceType, resource_types_of

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_KEPT = 1 << 16
_CLASSES = {
    "name": ("[^/:]+", (Step(excluded="/:"), Loop("/:"))),
    "path": ("[^:]+", (Step(excluded=":"), Loop(":"))),
    "relative": ("[^/:][^:]*", (Step(excluded="/:"), Loop(":"))),
    "colon": ("[^/]+", (Step(excluded="/"), Loop("/"))),
    "any": (".+", (Step(), Loop())),
    "anything": (".*", (Loop(),)),
}


@dataclass(frozen=True, slots=True)
class _Template:
    """A compiled ARN template."""
    fields: tuple[str, str, str, str]
    regex: str
    resource: Automaton
    whole: Automaton


@cache
def _template(arn: str) -> _Template:
    _, partition, service, region, account, resource = arn.split(":", 5)
    fields = (partition, service, region, account)
    pieces = _resource_pieces(service, resource)
    parts: list[Part] = []
    expression = "arn:" + "".join(_field_regex(f) + ":" for f in fields)
    for text, name in pieces:
        if name:
            e, p = _CLASSES[name]
            expression += e
            parts.extend(p)
        else:
            expression += re.escape(text)
            parts.extend(Step(c) for c in text)
    whole: list[Part] = [Step(c) for c in "arn:"]
    for f in fields:
        if "${" in f: whole += [Step(excluded=":"), Loop(":")]
        elif f == "*": whole += [Loop(":")]
        else: whole += [Step(c) for c in f]
        whole.append(Step(":"))
    return _Template(fields, expression, build(parts), build([*whole, *parts]))


def _field_regex(f: str) -> str:
    if "${" in f: return "[^:]+"
    if f == "*": return "[^:]*"
    if not f: return r"\*?"
    return rf"(?:{re.escape(f)}|\*)"


def _resource_pieces(service: str, resource: str) -> list[tuple[str, str]]:
    out = []
    pos = 0
    for m in re.finditer(r"\$\{([^}]*)\}|\*", resource):
        if m.start() > pos: out.append((resource[pos:m.start()], ""))
        if m[0] == "*": out.append(("", "anything"))
        elif m[0] == "${*}": out.append(("*", ""))
        else: out.append(("", overrides.characters_of(service, m[1])))
        pos = m.end()
    if pos < len(resource): out.append((resource[pos:], ""))
    return out


@cache
def _type_regex(t: ResourceType) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_template(a).regex})" for a in t.arns), re.DOTALL)


@cache
def _action_regex(a: Action) -> re.Pattern[str]:
    types = resource_types_of(a.service)
    return re.compile("|".join(_type_regex(types[n]).pattern for n in a.resource_types), re.DOTALL)


def can_be(resource: str, t: ResourceType) -> bool:
    if OPEN not in resource and "${" not in resource and _type_regex(t).fullmatch(resource):
        return True
    return _exact(resource, t)


@lru_cache(_KEPT)
def _exact(resource: str, t: ResourceType) -> bool:
    if matches(resource, "*"): return True
    fields = split_fields(resource)
    if fields is None:
        return resource[:1] == OPEN and any(_template(a).whole.accepts(run(_template(a).whole, tokens(resource))) for a in t.arns)
    return any(_fits(fields, _template(a)) for a in t.arns)


def _fits(fields, template) -> bool:
    for field, wanted in zip(fields, template.fields):
        if "${" in wanted:
            if not field: return False
        elif wanted != "*" and wanted != field and not overlaps(field, wanted):
            return False
    a = template.resource
    return a.accepts(run(a, tokens(fields[4])))


def types_of(resource: str, service: str) -> tuple[str, ...]:
    return tuple(n for n, t in resource_types_of(service).items() if can_be(resource, t))


def action_matches(action: Action, resource: str) -> bool:
    if resource == "*": return True
    if not action.resource_types: return matches(resource, "*")
    if OPEN not in resource and "${" not in resource and _action_regex(action).fullmatch(resource): return True
    types = resource_types_of(action.service)
    return any(_exact(resource, types[n]) for n in action.resource_types)
