"""Turns verbs and arguments of a grant into IAM statements.

Nothing is decided here: the plan says which statements there are, this fills in the values. That is string formatting
for the usual permission, so a fleet of thousands costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from compiler.aws.arn import parse_arn
from compiler.aws.partitions import partition_of_region, via_service
from compiler.aws.reference import has_reference
from compiler.aws.statement import Condition, Statement
from compiler.catalog.plan import PLACE, Plan, PlannedCondition, Text, plan

if TYPE_CHECKING:
    from compiler.catalog.context import Context
    from compiler.catalog.model import Grant
    from compiler.diagnostics import Origin

_Values = Mapping[str, tuple[str, ...]]


def expand(
    grant: Grant,
    verbs: tuple[str, ...],
    arguments: Mapping[str, tuple[str, ...]],
    kms_keys: tuple[str, ...],
    context: Context,
) -> tuple[Statement, ...]:
    """The statements that the verbs stand for, with effect Allow and without origins.

    ``arguments`` hold the parameters that were given, implicit ones left out: ARNs for resources, texts for the rest,
    ``("true",)`` for a flag that is set; a flag that is not set is left out. ``kms_keys`` are ARNs. Actions and
    resources of each statement are sorted and unique; no two statements have the same resources and conditions.

    Raises:
        KeyError: the grant has no such verb.
    """
    return fill(grant, plan(grant, verbs, arguments), arguments, kms_keys, context)


def fill(
    grant: Grant,
    planned: Plan,
    arguments: Mapping[str, tuple[str, ...]],
    kms_keys: tuple[str, ...],
    context: Context,
    origins: tuple[Origin, ...] = (),
) -> tuple[Statement, ...]:
    """The statements of a plan, its templates filled in, said to come from ``origins``."""
    values: _Values = {
        **arguments,
        "partition": (context.partition,),
        "region": (context.region,),
        "account": (context.account,),
    }
    name = grant.name
    statements = [
        Statement(
            actions=statement.actions,
            resources=_texts(statement.resources, values) if statement.resources else ("*",),
            conditions=tuple([_condition(condition, values) for condition in statement.conditions])
            if statement.conditions
            else (),
            origins=origins,
            source=name,
        )
        for statement in planned.statements
    ]
    if len({statement.resources for statement in statements}) < len(statements):
        statements = _merged(statements)
    if kms_keys and planned.keys:
        for region, keys in _by_region(kms_keys, context.region).items():
            statements += [
                Statement(
                    actions=actions,
                    resources=keys,
                    conditions=_via(service, region, context.partition),
                    origins=origins,
                    source=grant.name,
                )
                for service, actions in planned.keys
            ]
    return tuple(statements)


def _merged(statements: Iterable[Statement]) -> list[Statement]:
    """Statements of the same resources and conditions as one: two parameters may name the same resource."""
    by_resources: dict[tuple[str, ...], list[Statement]] = {}
    merged: list[Statement] = []
    for statement in statements:
        alike = by_resources.setdefault(statement.resources, [])
        for other in alike:
            if other.conditions == statement.conditions:
                both = replace(other, actions=tuple(sorted({*other.actions, *statement.actions})))
                merged[merged.index(other)] = alike[alike.index(other)] = both
                break
        else:
            alike.append(statement)
            merged.append(statement)
    return merged


def _texts(templates: tuple[Text, ...], values: _Values) -> tuple[str, ...]:
    """All texts that the templates give, sorted and unique."""
    if len(templates) == 1:
        found = _fill(templates[0], values)
        return found if len(found) == 1 else tuple(sorted(set(found)))
    return tuple(sorted({text for template in templates for text in _fill(template, values)}))


def _fill(template: Text, values: _Values) -> tuple[str, ...]:
    """One text for each combination of the values in the template."""
    form, fields = template.form, template.fields
    if len(fields) == 1 and not fields[0][1]:
        texts = values[fields[0][0]]
        return texts if form == "%s" else tuple([form % (text,) for text in texts])
    names = tuple(dict.fromkeys([name for name, _ in fields]))
    return tuple(
        [
            form % tuple([_part(chosen[name], part) for name, part in fields])
            for combination in product(*[values[name] for name in names])
            for chosen in (dict(zip(names, combination, strict=True)),)
        ]
    )


def _part(text: str, part: str) -> str:
    """A part of an ARN: its partition, region or account, or the name behind the last ``/`` or ``:``."""
    if not part:
        return text
    arn = parse_arn(text)
    assert arn is not None, f"{text} is a resource that ARNs are derived from"
    if part in PLACE:
        return str(getattr(arn, part))
    return arn.resource.replace(":", "/").rpartition("/")[2]


def _condition(condition: PlannedCondition, values: _Values) -> Condition:
    return Condition(condition.operator, condition.key, _texts(condition.values, values))


def _by_region(keys: Iterable[str], default: str) -> Mapping[str, tuple[str, ...]]:
    """Keys by the region that they are in. A service uses keys of its own region, so that is where it is called.

    A key that only Terraform knows is taken to be in the region ``default``.
    """
    regions: dict[str, set[str]] = {}
    for key in keys:
        arn = parse_arn(key)
        region = arn.region if arn else default
        regions.setdefault(region, set()).add(key)
    return {region: tuple(sorted(found)) for region, found in sorted(regions.items())}


@cache
def _via(service: str, region: str, partition: str) -> tuple[Condition, ...]:
    """That the service uses the key. Where only Terraform knows the partition, under each name that it can have."""
    known = partition_of_region(region) if has_reference(partition) else partition
    partitions = (known,) if known else ("aws", "aws-cn", "aws-us-gov")
    names = tuple(sorted({via_service(service, region, name) for name in partitions}))
    return (Condition("StringEquals", "kms:ViaService", names),)
