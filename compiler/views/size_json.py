"""How full roles and policies are, for programs: format version 1.

``characters`` are those that IAM counts, ``percent`` is rounded down. ``managed_policies.quota`` is the account's, of
which one place stays free; ``room`` are the characters of policies made here, of those that the other places hold.
Of what does not exist (the trust policy of a role made elsewhere) the value is ``null``. The format only grows: a
change that could break a reader gets a new ``format_version``.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.checks.role_size import Fill, PolicySize, RoleSize, shares
from compiler.views.size_screen import Sizes, fullest, fullest_first, policies_of

FORMAT_VERSION = 1
Json = Any


def render(sizes: Sizes) -> str:
    """The figures of all roles, in the order of the screen."""
    top = fullest(sizes)
    labels = {(stack.name, item.policy.label) for stack, roles in sizes for size in roles for item in policies_of(size)}
    report = {
        "format_version": FORMAT_VERSION,
        "stacks": [
            {
                "name": stack.name,
                "account": stack.account,
                "region": stack.region,
                "roles": [_role(size) for size in fullest_first(roles)],
            }
            for stack, roles in sizes
        ],
        "summary": {
            "roles": sum(len(roles) for _, roles in sizes),
            "policies": len(labels),
            "fullest": top and {"stack": top.stack, "role": top.role, "name": top.name, "percent": top.fill.percent},
        },
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _role(size: RoleSize) -> Json:
    return {
        "label": size.role.label,
        "name": size.role.name,
        "existing": size.role.existing,
        "managed_policies": {
            "attached": size.attached.used,
            "quota": size.attached.quota,
            "percent": size.attached.percent,
        },
        "room": _characters(size.room),
        "trust_policy": _characters(size.trust),
        "inline_policies": _characters(size.in_line),
        "policies": [_policy(item) for item in policies_of(size)],
        "made_elsewhere": [policy.arn for policy in size.role.managed],
    }


def _policy(item: PolicySize) -> Json:
    largest = next(iter(shares(item.policy.statements)), None)
    return {
        "label": item.policy.label,
        "name": item.policy.name,
        "inline": item.policy.inline,
        **_characters(item.fill),
        "lower_bound": item.references,
        "largest": largest and {"paths": list(largest.paths), "characters": largest.characters},
    }


def _characters(fill: Fill | None) -> Json:
    return fill and {"characters": fill.used, "quota": fill.quota, "percent": fill.percent}
