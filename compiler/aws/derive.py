"""Actions from ARNs and access levels, and ARNs for actions: what the service data says about both together.

Source: Service Authorization Reference (access levels, resource types and ARN formats).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from compiler.aws.arn import parse_arn
from compiler.aws.matching import action_matches, can_be
from compiler.aws.service_data import (
    Action,
    ResourceType,
    actions_of,
    resource_types_of,
    service_exists,
    service_prefixes,
)
from compiler.diagnostics.late import LatePattern

LEVELS = ("read", "list", "write", "tagging", "permissions-management")
"""The access levels of the reference, as specs write them; an action has one."""

_KEPT = 1 << 12
_PLACEHOLDER = LatePattern(r"\$\{(\w+)\}")


def level_of(action: Action) -> str:
    """The access level of an action. The data adds ``Write`` to the two that are a kind of writing.

    >>> from compiler.aws.service_data import find_action
    >>> level_of(find_action("s3:PutObject")), level_of(find_action("s3:PutObjectTagging"))
    ('write', 'tagging')
    """
    level = next((name for name in ("Permissions management", "Tagging") if name in action.access_level), None)
    return (level or action.access_level[0]).lower().replace(" ", "-")


@lru_cache(_KEPT)
def kinds_of(arn: str) -> tuple[ResourceType, ...]:
    """The resource types that an ARN pattern can be: those of the service that it names.

    Some services call themselves otherwise in their ARNs (``servicecatalog`` says ``catalog``), so where the named
    service has no such type, those of all services are asked.
    """
    parsed = parse_arn(arn)
    if parsed is None:
        return ()
    own = _kinds(arn, parsed.service)
    return own or tuple(kind for owner in sorted(_owners().get(parsed.service, ())) for kind in _kinds(arn, owner))


def kinds_named(arn_service: str) -> tuple[ResourceType, ...]:
    """All resource types whose ARNs say this service."""
    owners = [arn_service] if resource_types_of(arn_service) else sorted(_owners().get(arn_service, ()))
    return tuple(
        kind
        for owner in owners
        for kind in resource_types_of(owner).values()
        if any(_service_in(template) == arn_service for template in kind.arns)
    )


def is_service(name: str) -> bool:
    """Whether a service, or an ARN of one, is called so."""
    return service_exists(name) or name in _owners()


def actions_on(kind: ResourceType, levels: Iterable[str]) -> tuple[Action, ...]:
    """The actions of the service of a resource type that work on it, of these access levels."""
    wanted = frozenset(levels)
    return tuple(
        action
        for action in actions_of(kind.service).values()
        if kind.name in action.resource_types and level_of(action) in wanted
    )


def unlimited_actions(service: str, levels: Iterable[str]) -> tuple[Action, ...]:
    """The actions of a service that know no resource, of these access levels."""
    wanted = frozenset(levels)
    return tuple(
        action for action in actions_of(service).values() if not action.resource_types and level_of(action) in wanted
    )


def action_takes(action: Action, arn: str, kind: ResourceType | None) -> bool:
    """Whether an action that knows resources works on an ARN, which is of the type ``kind`` when that is said.

    Services repeat the types that they borrow (``sts`` has roles of ``iam``): one that has an ARN format of the type
    is that type.
    """
    if kind is None or arn == "*":
        return action_matches(action, arn)
    types = resource_types_of(action.service)
    return any(not set(kind.arns).isdisjoint(types[name].arns) for name in action.resource_types)


def arn_formats(kinds: Iterable[ResourceType], partition: str, region: str, account: str) -> tuple[str, ...]:
    """The ARN formats of resource types with the place filled in: ``arn:aws:s3:::<BucketName>``; each once.

    A type's first format is the usual one; the others are shown where there is but one type.
    """
    known = {"Partition": partition, "Region": region, "Account": account}
    listed = tuple(kinds)
    templates = dict.fromkeys(arn for kind in listed for arn in (kind.arns if len(listed) == 1 else kind.arns[:1]))
    return tuple(
        _PLACEHOLDER.sub(lambda match: known.get(match[1], f"<{match[1]}>"), template).replace("${*}", "*")
        for template in templates
    )


def kinds_for(actions: Iterable[Action]) -> tuple[ResourceType, ...]:
    """The resource types that actions work on, each once."""
    return tuple(
        dict.fromkeys(resource_types_of(action.service)[name] for action in actions for name in action.resource_types)
    )


def _kinds(arn: str, service: str) -> tuple[ResourceType, ...]:
    return tuple(kind for kind in resource_types_of(service).values() if can_be(arn, kind))


@cache
def _owners() -> dict[str, frozenset[str]]:
    """By the service that ARNs say: the prefixes that have types with such ARNs. Reads all types; rarely needed."""
    owners: dict[str, set[str]] = {}
    for prefix in service_prefixes():
        for kind in resource_types_of(prefix).values():
            for template in kind.arns:
                owners.setdefault(_service_in(template), set()).add(prefix)
    return {name: frozenset(prefixes) for name, prefixes in owners.items()}


def _service_in(template: str) -> str:
    return template.split(":", 3)[2]
