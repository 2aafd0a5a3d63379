"""Which condition keys a request can carry, and which conditions need them.

A condition on a key that is not in the request is not met, unless its operator holds without the key (``IfExists``,
``ForAllValues``, most negated ones, ``Null: "true"``). So a key that an action never carries turns an Allow into
nothing, and a Deny as well.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from compiler.aws.global_keys import GLOBAL_KEYS, find_global_key
from compiler.aws.operators import parse_operator, true_when_absent
from compiler.aws.service_data import (
    Action,
    actions_of,
    condition_key_type,
    key_applies,
    resource_types_of,
    service_exists,
    service_prefixes,
    service_title,
)
from compiler.aws.statement import Condition
from compiler.checks.action_patterns import ActionPattern
from compiler.checks.slips import near
from compiler.diagnostics.value import record

MFA = "aws:multifactorauthpresent"
# AWS's reference has it no more; policies of old still name it.
_REPLACED = {"aws:arn": "aws:PrincipalArn"}
# Set where the caller is a service principal, which no identity policy is about.
_SERVICE_CALLS = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
# Keys of identity providers have prefixes that no list is complete for; these two look like those of a service.
_PROVIDERS = frozenset({"saml", "graph"})
# Actions of EC2 whose requests can set tags although the reference does not list the keys for them.
_TAGGING_UNLISTED = frozenset(
    {
        "createcapacityreservationbysplitting",
        "createsubnetcidrreservation",
        "provisionbyoipcidr",
        "purchasehostreservation",
        "startdeclarativepoliciesreport",
    }
)


@record(frozen=True, slots=True)
class UnknownKey:
    """A key that nobody has: ``reason`` says why, ``suggestion`` is the key that was probably meant.

    ``certain`` keys are slips or malformed; any other may be newer than the data.
    """

    key: str
    reason: str
    suggestion: str = ""
    certain: bool = True


def required(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions that are only met by a request that carries their key."""
    return tuple(condition for condition in conditions if _needs_key(condition))


def _needs_key(condition: Condition) -> bool:
    parsed = parse_operator(condition.operator)
    return parsed is not None and not true_when_absent(parsed, condition.values)


def never_carried(condition: Condition) -> bool:
    """Whether no request that an EC2 instance signs with its role carries the key, so that the condition is not met.

    The claims of an identity provider (``saml:aud``, ``accounts.google.com:sub``) stand only in requests of sessions
    that began there.

    What AWS says of ``aws:MultiFactorAuthPresent`` leaves open whether it can be ``false`` for an instance.
    """
    if is_of_provider(condition.key):
        return True
    key = find_global_key(condition.key)
    if key is None or key.ec2_role_presence != "never":
        return False
    return condition.key.lower() != MFA or "false" not in (value.lower() for value in condition.values)


def is_of_service_calls(condition: Condition) -> bool:
    """Whether only requests that an AWS service makes as itself carry the key, so that no role or user has it."""
    return condition.key.lower() in _SERVICE_CALLS


def is_of_provider(key: str) -> bool:
    """Whether the key is a claim of an identity provider."""
    prefix = key.lower().partition(":")[0]
    return prefix == "saml" or ("." in prefix and not service_exists(prefix))


def carries(key: str, action: Action) -> bool:
    """Whether a request for the action can carry the key; true where nothing is known of the key."""
    if key_applies(key, action):
        return not _sets_no_tags(key, action)
    unknown = unknown_key(key)
    if unknown is not None:
        return not unknown.certain  # a key newer than the service data gets the benefit of the doubt
    return not is_of_service(key) and find_global_key(key) is None


def _sets_no_tags(key: str, action: Action) -> bool:
    """Whether the key is about tags that a request sets, and one for the action sets none.

    The reference of EC2 lists these keys with each type of resource, so that they seem to belong to everything that is
    done to one. Those that set tags have them among their own, but for a few (as the API reference shows).
    """
    lower = key.lower()
    if action.service != "ec2" or not (lower == "aws:tagkeys" or lower.startswith("aws:requesttag/")):
        return False
    own = {name.partition("/")[0] for name in action.condition_keys}
    return lower.partition("/")[0] not in own and action.name.lower() not in _TAGGING_UNLISTED


def is_of_service(key: str) -> bool:
    """Whether the key has a service's prefix."""
    return service_exists(key.partition(":")[0])


@cache
def unknown_key(key: str) -> UnknownKey | None:
    """Why a condition key does not exist, or None when it does (or is none of AWS's)."""
    prefix, colon, name = key.partition(":")
    if not colon or not prefix or not name:
        return UnknownKey(key, "a condition key is `prefix:name`", _global(key))
    if key.lower() in _REPLACED:
        return UnknownKey(key, "a key that AWS has given up", _REPLACED[key.lower()])
    found_key = find_global_key(key)
    if found_key is not None and found_key.tagged and not key.partition("/")[2]:
        return UnknownKey(key, "the tag that is meant stands behind a slash", f"{found_key.name}/TAG")
    if found_key is not None or condition_key_type(key) is not None:
        return None
    if prefix.lower() == "aws":
        found = near(key.partition("/")[0], (known.name for known in GLOBAL_KEYS.values()))
        return UnknownKey(key, "not a global condition key", _global(key), found is not None and found.is_slip)
    if service_exists(prefix):
        found = near(key, _keys_of(prefix.lower()))
        reason = f"not a condition key of {service_title(prefix)}"
        return UnknownKey(key, reason, found.word if found else "", found is not None and found.is_slip)
    if "." in prefix or "/" in prefix or prefix.lower() in _PROVIDERS:
        return None
    found = near(prefix, (*service_prefixes(), "aws"))
    suggestion = f"{found.word}:{name}" if found else ""
    return UnknownKey(key, f"`{prefix}` is not a service", suggestion, found is not None and found.is_slip)


def _global(key: str) -> str:
    """The global key like an unknown one; what was forgotten in front of it is not counted."""
    stem, slash, tag = key.partition("/")
    names = [known.name for known in GLOBAL_KEYS.values()]
    found = near(stem if ":" in stem else f"aws:{stem}", names)
    return f"{found.word}{slash}{tag}" if found else ""


@cache
def _keys_of(service: str) -> tuple[str, ...]:
    """All condition keys of a service, as its actions and resource types list them."""
    keys = {key for action in actions_of(service).values() for key in action.condition_keys}
    keys.update(key for kind in resource_types_of(service).values() for key in kind.condition_keys)
    return tuple(sorted(key for key in keys if key.startswith(f"{service}:")))


@cache
def patterns_with(key: str, patterns: tuple[ActionPattern, ...]) -> tuple[str, ...]:
    """Those of the patterns that have an action whose request can carry the key."""
    return tuple(item.text for item in patterns if item.wide or any(carries(key, action) for action in item.actions))
