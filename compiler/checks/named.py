"""The roles, instance profiles and policies with names that are unusual: what the naming rules look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.diagnostics import Origin
from compiler.diagnostics.value import value
from compiler.ir.program import Policy, Program, Role


@value(frozen=True, slots=True)
class Named:
    """One named resource: ``kind`` is the key under ``names:``, ``what`` the words for it.

    ``origin`` is what it is made for (a layer, an app), ``name_origin`` where its name comes from, ``owner`` what knows
    where its settings are written.
    """

    kind: str
    what: str
    name: str
    path: str
    description: str
    origin: Origin
    name_origin: Origin
    owner: Role | Policy
    existing: bool = False


# What no rule has anything to say about; anything else is looked at closely.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")
_PLAIN_LENGTH = 500

_last: tuple[Program, list[Named]] | None = None


def unusual_names(program: Program) -> list[Named]:
    """Every role, instance profile and policy of which name, path or description are not as they mostly are.

    The last answer is kept, since several rules ask.
    """
    global _last
    if _last is None or _last[0] is not program:
        _last = program, list(_unusual(program))
    return _last[1]


def _unusual(program: Program) -> Iterator[Named]:
    plain = _PLAIN_NAME.fullmatch
    for stack in program.stacks:
        for role in stack.roles:
            where = role.name_origin or role.origin
            description = "" if role.existing else role.description
            if not (plain(role.name) and role.path == "/" and _is_plain(description)):
                yield Named("role", "role", role.name, role.path, description, role.origin, where, role, role.existing)
            profile = role.profile
            if profile is not None and not (plain(profile.name) and profile.path == "/"):
                what, origin = "instance profile", profile.name_origin
                yield Named("profile", what, profile.name, profile.path, "", role.origin, origin, role)
        for policy in stack.policies:
            if not (plain(policy.name) and policy.path == "/" and _is_plain(policy.description)):
                where = policy.name_origin or policy.origin
                text = policy.description
                yield Named("policy", "policy", policy.name, policy.path, text, policy.origin, where, policy)


def _is_plain(description: str) -> bool:
    return len(description) <= _PLAIN_LENGTH and description.isascii() and description.isprintable()
