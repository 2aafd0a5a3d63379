"""The JSON Schema of a guardrails file, and what is wrong with one that it refuses.

The schema is small and needs nothing of the catalogue, so it is built where it is used; the file under
``schemas/`` is for
editors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.schema.build import DIALECT
from compiler.schema.faults import faults
from compiler.schema.forms import (
    NAME_FORM,
    NAME_PATTERN,
    Schema,
    by_name,
    closed,
    documented,
    many,
    patterned,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostics import Diagnostic
    from compiler.source import Mapping

Json = Any

SCOPE = ("reason", "stacks", "apps", "except", "actions")
"""The keys that say why and of what an entry speaks; all others are rules."""

_GUARDRAIL = {"forbid_services": ["iam", "organizations"], "reason": "identities are managed centrally"}
_ACTION = r"(?:\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+)"
_ARN = r"(?:\*|arn:\S+)"


def build_guardrails_schema() -> Json:
    """The whole schema."""
    return {
        "$schema": DIALECT,
        "title": "stackgrant guardrails",
        "description": "What specs may ask for. Who owns this file decides it; nothing in a spec can change it.",
        "examples": [{"version": 1, "guardrails": {"no-iam": _GUARDRAIL}}],
        **closed(
            "guardrails file",
            {
                "version": documented(
                    "Version",
                    "The version of the guardrails language.",
                    [1],
                    {"type": "integer", "enum": [1], "x-form": "the number 1"},
                ),
                "guardrails": documented(
                    "Guardrails",
                    "Guardrails by name. Each stands for itself: what one forbids, no other allows.",
                    [{"no-iam": _GUARDRAIL}],
                    {**by_name("guardrail", "guardrails", _guardrail()), "minProperties": 1},
                ),
            },
            ["version", "guardrails"],
        ),
        "definitions": {
            "name": {
                "title": "Name",
                "description": "The name of a guardrail.",
                "examples": ["no-iam"],
                "type": "string",
                **patterned(NAME_PATTERN, NAME_FORM),
            }
        },
    }


def _guardrail() -> Schema:
    properties = {**_scope(), **_permission_rules(), **_grant_rules(), **_role_rules()}
    return documented(
        "Guardrail",
        "What is demanded, why, and of whom.",
        [_GUARDRAIL],
        closed("guardrail", properties, ["reason"], named=True),
    )


def _scope() -> dict[str, Schema]:
    return {
        "reason": documented(
            "Reason", "Why; every finding says it.", ["identities are managed centrally"], text("a text")
        ),
        "stacks": _list(
            "Stacks", "The guardrail is about these stacks only, by name or account. `*` and `?` are wildcards.",
            ["*-prod", "123456789012"], r"[A-Za-z0-9*?_-]+", "the name of a stack, a pattern of names or an account",
        ),
        "apps": _list(
            "Apps", "The guardrail is about the permissions of these apps, and the roles that carry them, only.",
            ["web-*"], r"[A-Za-z0-9*?_-]+", "the name of an app, or a pattern of names",
        ),
        "except": _list(
            "Except", "Apps, stacks and layers that the guardrail leaves alone, by their path in the spec, and "
            "accounts.",
            ["apps.deploy", "accounts.123456789012"], r"(?:apps|stacks|accounts)\.[A-Za-z0-9*?_.-]+",
            "a path such as `apps.NAME`, `stacks.NAME.layers.NAME` or `accounts.ID`",
        ),
        "actions": _list(
            "Actions", "What the guardrail says about permissions, it says about these actions only.",
            ["s3:*"], _ACTION, "an action or a pattern of actions",
        ),
    }  # fmt: skip


def _permission_rules() -> dict[str, Schema]:
    service, action = "a service prefix such as `s3`", "an action or a pattern of actions"
    return {
        "allow_services": _list(
            "Allowed services", "Nothing may be allowed beside these services and `allow_actions`.",
            ["s3", "sqs"], r"[A-Za-z0-9*?-]+", service,
        ),
        "allow_actions": _list(
            "Allowed actions", "Nothing may be allowed beside these actions and `allow_services`.",
            ["kms:Decrypt", "s3:Get*"], _ACTION, action,
        ),
        "forbid_services": _list(
            "Forbidden services", "Nothing of these services may be allowed.", ["iam", "organizations"],
            r"[A-Za-z0-9*?-]+", service,
        ),
        "forbid_actions": _list(
            "Forbidden actions", "None of these actions may be allowed.", ["s3:PutBucketPolicy", "kms:Delete*"],
            _ACTION, action,
        ),
        "resources": _list(
            "Resources", "Permissions have to stay within these ARN patterns; actions that know no resource may stand "
            "on `*`. With `actions`, those of one service.", ["arn:aws:s3:::shop-*"], _ARN, "an ARN pattern",
        ),
        "accounts": documented(
            "Accounts", "Permissions have to stay within these accounts; `own` is the account of the stack. An ARN "
            "without an account (a bucket's) is not judged; `aws:ResourceAccount` under `when` confines it.", [["own"]],
            many(
                {
                    "type": ["string", "integer"], "minimum": 100_000_000_000, "maximum": 999_999_999_999,
                    **patterned("^(?:[0-9]{12}|own)$", "an account id of 12 digits, or `own`"),
                },
                "an account id or `own`, or a list of these",
            ),
        ),
        "no_wildcard_writes": _flag(
            "No wildcard writes", "Whether actions that write, tag or manage permissions need the full name of what "
            "they work on: neither `*` nor a name with a wildcard, unless a resource tag is demanded.",
        ),
        "max_expiry": documented(
            "Longest time", "Permissions need `expires:` no further away than this many days.", ["90d"],
            {"type": "string", **patterned("^[1-9][0-9]{0,3}d$", "a number of days such as `90d`")},
        ),
    }  # fmt: skip


def _grant_rules() -> dict[str, Schema]:
    form = "the name of a grant, or a pattern of names"
    return {
        "allow_grants": _list(
            "Allowed grants", "No other grants may be used.", ["s3", "sqs"], r"[a-z0-9*?_]+", form
        ),
        "forbid_grants": _list(
            "Forbidden grants", "These grants may not be used: `statement` and `policy` are raw IAM.",
            ["statement", "policy"], r"[a-z0-9*?_]+", form,
        ),
        "no_action_wildcards": _flag(
            "No wildcards in actions", "Whether the actions of `statement`, `policy` and `actions` have to be written "
            "out: no wildcard and no `NotAction`.",
        ),
        "allow_managed_policies": _list(
            "Allowed managed policies", "The policies made elsewhere that may be attached. What they allow is vouched "
            "for: no guardrail judges it. Where none is vouched for, rules about permissions forbid them all.",
            ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"], _ARN, "an ARN pattern",
        ),
        "allow_existing_profiles": _list(
            "Allowed profiles made elsewhere", "The instance profiles that `profile: {existing: …}` may name, by name.",
            ["legacy-*"], r"[\w+=,.@*?-]+", "the name of an instance profile, or a pattern of names",
        ),
    }  # fmt: skip


def _role_rules() -> dict[str, Schema]:
    return {
        "require_boundary": _list(
            "Permissions boundary", "Every role needs a permissions boundary of this ARN.",
            ["arn:aws:iam::123456789012:policy/boundary"], _ARN, "an ARN pattern",
        ),
        "require_tags": documented(
            "Tags", "Every role and policy needs these tags, each with a value of this pattern; `\"*\"` is any value.",
            [{"owner": "*", "stage": ["dev", "prod"]}],
            {
                "type": "object",
                "propertyNames": {"minLength": 1, "x-form": "a tag key"},
                "additionalProperties": many(text(), "a text or a list of texts"),
                "minProperties": 1,
                "x-form": "a mapping of tag keys with patterns",
                "x-entry": "tag",
            },
        ),
        "require_path": _list(
            "Path", "Every role and policy needs an IAM path of this pattern.", ["/shop/*"], r"/[!-~]*|\*",
            "an IAM path or a pattern of paths",
        ),
        "allow_trust": _list(
            "Allowed trust", "Who may assume roles: services, accounts (`own` is that of the stack) and ARN patterns.",
            ["ec2", "own"], r"\*|own|[0-9]{12}|[a-z][a-z0-9.*?-]*|arn:\S+",
            "a service, an account id, `own` or an ARN pattern",
        ),
    }  # fmt: skip


def _list(title: str, description: str, examples: list[str], pattern: str, form: str) -> Schema:
    one = {"type": "string", **patterned(f"^(?:{pattern})$", form)}
    return documented(title, description, [examples], many(one, f"{form}; or a list of these"))


def _flag(title: str, description: str) -> Schema:
    return documented(title, description, [True], {"type": "boolean", "x-form": "`true` or `false`"})


def guardrails_findings(document: Mapping) -> Iterator[Diagnostic]:
    """What is wrong with the shape of a guardrails file; in the words, and with the codes, of specs."""
    return faults(build_guardrails_schema(), document)
