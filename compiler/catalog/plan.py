"""What a grant means for some verbs and some given parameters, worked out once: everything but the values.

A plan depends on which parameters are given, not on what they say, so a fleet needs a handful of plans for thousands
of permissions. In a plan statements of the same resources and conditions are one, and actions are sorted.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from compiler.catalog.model import (
    ACCOUNT,
    KMS_KEY,
    REGION,
    ConditionTemplate,
    Grant,
    Guard,
    KeyUse,
    StatementTemplate,
    Verb,
)
from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PLACE = ("partition", REGION, ACCOUNT)
Field = tuple[str, str]
"""A parameter (or ``partition``, ``region``, ``account``) and which part of its value: ``""`` for the whole of it."""

_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z]+))?\}")


@record(frozen=True, slots=True)
class Text:
    """A template taken apart: ``form`` with one ``%s`` for each of ``fields``."""

    form: str
    fields: tuple[Field, ...]


@record(frozen=True, slots=True)
class PlannedCondition:
    """One condition whose values are still templates."""

    operator: str
    key: str
    values: tuple[Text, ...]


@record(frozen=True, slots=True)
class PlannedStatement:
    """One statement whose resources are still templates; none: every resource."""

    actions: tuple[str, ...]
    resources: tuple[Text, ...]
    conditions: tuple[PlannedCondition, ...]


@record(frozen=True, slots=True)
class Plan:
    """``statements`` sorted by actions; ``keys`` the ``kms:`` actions by the service that uses the key.

    ``uses`` are the parameters, implicit ones too, that what is planned depends on: a parameter that was given and is
    not among them says nothing here. ``idle`` are the verbs, of those asked for, that allow nothing here.
    """

    statements: tuple[PlannedStatement, ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    uses: frozenset[str]
    idle: tuple[str, ...]


def plan(grant: Grant, verbs: tuple[str, ...], arguments: Mapping[str, tuple[str, ...]]) -> Plan:
    """The plan for verbs of the grant and for the parameters that were given.

    Raises:
        KeyError: the grant has no such verb.
    """
    given = tuple([name for name, values in arguments.items() if values])
    choices = _guarding_choices(grant)
    if choices:
        given += tuple(f"{name}={value}" for name in choices for value in arguments.get(name, ()))
    return _plan(grant, verbs, given)


def without_company(planned: Plan, grant: Grant, arguments: Mapping[str, tuple[str, ...]]) -> Plan:
    """The plan with just the statements that speak of what was asked for, and without keys.

    Left out is what stands on every resource beside statements that do not, and what a given text (a prefix, say) does
    not narrow although it narrows others: the look-up of a bucket's region is not the point of denying a prefix.
    """
    statements = tuple(item for item in planned.statements if item.resources) or planned.statements
    texts = {name for name in arguments if (found := grant.parameter(name)) is not None and found.shape is None}
    narrowed = tuple(item for item in statements if not texts.isdisjoint(_fields(item)))
    return Plan(narrowed or statements, (), planned.uses, planned.idle)


def _fields(statement: PlannedStatement) -> set[str]:
    texts = (*statement.resources, *(value for condition in statement.conditions for value in condition.values))
    return {name for text in texts for name, _ in text.fields}


@cache
def _guarding_choices(grant: Grant) -> tuple[str, ...]:
    """The choices of which single values decide about parts of the grant."""
    guards = [template.guard for _, templates in grant.resources for template in templates]
    for verb in grant.verbs:
        guards += [statement.guard for statement in verb.statements]
        guards += [use.guard for use in verb.kms]
    names = {entry.partition("=")[0] for guard in guards for entry in (*guard.given, *guard.not_given) if "=" in entry}
    return tuple(sorted(names))


@cache
def _plan(grant: Grant, verbs: tuple[str, ...], given: tuple[str, ...]) -> Plan:
    have = frozenset(given)
    resources = {
        key: tuple(template.arn for template in templates if _holds(template.guard, have))
        for key, templates in grant.resources
    }
    merged: dict[tuple[tuple[str, ...], tuple[ConditionTemplate, ...]], set[str]] = {}
    keys: dict[str, set[str]] = {}
    uses: set[str] = set()
    idle: list[str] = []
    for name in dict.fromkeys(verbs):
        closure = tuple(_with_included(grant, name))
        templates = [template for verb in closure for template in verb.statements]
        active = tuple(_active(templates, resources, have))
        if not active:
            idle.append(name)
        for template, arns in active:
            conditions = tuple(sorted(template.when, key=lambda when: (when.operator, when.key)))
            merged.setdefault((arns, conditions), set()).update(template.actions)
            uses |= _names(grant, (*arns, *(value for when in conditions for value in when.values)))
            uses.update(entry.partition("=")[0] for entry in template.guard.given)
        for use in _active_keys(closure, have):
            keys.setdefault(use.via, set()).update(use.actions)
            uses.add(KMS_KEY)
    statements = [
        PlannedStatement(
            actions=tuple(sorted(actions)),
            resources=tuple(parse_text(arn) for arn in arns),
            conditions=tuple(
                PlannedCondition(when.operator, when.key, tuple(parse_text(value) for value in when.values))
                for when in conditions
            ),
        )
        for (arns, conditions), actions in merged.items()
    ]
    return Plan(
        statements=tuple(sorted(statements, key=lambda statement: statement.actions)),
        keys=tuple((via, tuple(sorted(actions))) for via, actions in sorted(keys.items())),
        uses=frozenset(uses),
        idle=tuple(idle),
    )


def _holds(guard: Guard, have: frozenset[str]) -> bool:
    return have.issuperset(guard.given) and have.isdisjoint(guard.not_given)


def _with_included(grant: Grant, name: str, seen: frozenset[str] = frozenset()) -> Iterator[Verb]:
    verb = grant.verb(name)
    if verb is None:
        raise KeyError(name)
    assert name not in seen, f"{grant.name}: the verb {name} includes itself"
    yield verb
    for included in verb.includes:
        yield from _with_included(grant, included, seen | {name})


def _active(
    templates: Iterable[StatementTemplate], resources: Mapping[str, tuple[str, ...]], have: frozenset[str]
) -> Iterator[tuple[StatementTemplate, tuple[str, ...]]]:
    """Statements that count, with their ARN templates; one whose resources are all not named speaks of nothing."""
    for template in templates:
        if _holds(template.guard, have):
            arns = tuple(sorted({arn for key in template.on if key != "*" for arn in resources[key]}))
            if arns or template.on == ("*",):
                yield template, arns


def _active_keys(verbs: Iterable[Verb], have: frozenset[str]) -> Iterator[KeyUse]:
    return (use for verb in verbs for use in verb.kms if _holds(use.guard, have))


def _names(grant: Grant, texts: Iterable[str]) -> set[str]:
    """The parameters in the templates, and the place where those parameters or templates have one."""
    names = {name for text in texts for name, _ in parse_text(text).fields}
    shapes = [parameter.shape for parameter in grant.parameters if parameter.name in names]
    for place in (REGION, ACCOUNT):
        if any(shape is not None and f"{{{place}}}" in shape.arn for shape in shapes):
            names.add(place)
    return names - {"partition"}


@cache
def parse_text(template: str) -> Text:
    """The template as a form and its fields.

    >>> parse_text("{bucket}/{prefix}*")
    Text(form='%s/%s*', fields=(('bucket', ''), ('prefix', '')))
    """
    fields = tuple((match[1], match[2] or "") for match in _FIELD.finditer(template))
    return Text(_FIELD.sub("%s", template.replace("%", "%%")), fields)
