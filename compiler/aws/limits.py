"""IAM's quotas and the grammar of names, paths, descriptions, documents and tags.

Sizes are in characters (of policies: without white space), durations in seconds. Patterns are meant for
``fullmatch``. Names are compared without regard to capitals within an account (``Web`` and ``web`` collide).

Sources: IAM API Reference (CreateRole, CreatePolicy, CreateInstanceProfile, TagRole: lengths and patterns); IAM User
Guide, "IAM and AWS STS quotas"; AWS General Reference, "Tag naming limits and requirements".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MANAGED_POLICY_SIZE = 6144
"""Characters of a managed policy; cannot be raised."""
INLINE_POLICIES_SIZE = 10240
"""Characters of all inline policies of a role together; cannot be raised."""
TRUST_POLICY_SIZE = 2048
TRUST_POLICY_SIZE_MAX = 8192
"""Characters of a trust policy: by default, and the most that an account can have it raised to."""
MANAGED_POLICIES_PER_ROLE = 10
MANAGED_POLICIES_PER_ROLE_MAX = 25
"""Managed policies attached to a role: by default, and the most that an account can have it raised to."""

POLICY_VERSIONS = 5
ROLES_PER_INSTANCE_PROFILE = 1
ROLES_PER_ACCOUNT = 1000
INSTANCE_PROFILES_PER_ACCOUNT = 1000
POLICIES_PER_ACCOUNT = 1500
"""Per account by default; the three can be raised."""

SESSION_DURATION_MIN = 3600
SESSION_DURATION_MAX = 43200
"""Seconds that a session of a role may last at most (the role's ``max_session_duration``)."""

DESCRIPTION_LENGTH = 1000
PATH_LENGTH = 512
EXTERNAL_ID_LENGTH_MIN, EXTERNAL_ID_LENGTH_MAX = 2, 1224


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text of some kind has to be: at most ``max_length`` characters, all of it matched by ``pattern``.

    ``allowed`` says the pattern in words that fit behind "may hold".
    """

    max_length: int
    pattern: re.Pattern[str]
    allowed: str

    def accepts(self, text: str) -> bool:
        """Whether the text keeps to the rule."""
        return len(text) <= self.max_length and self.pattern.fullmatch(text) is not None


_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_NAME_IN_WORDS = "letters, digits and `_+=,.@-`"
_PATH = re.compile(r"/|/[\u0021-\u007E]+/")
_PATH_IN_WORDS = "printable ASCII without spaces, with a slash at both ends"

NAMES: Mapping[str, Rule] = {
    "role": Rule(64, _NAME, _NAME_IN_WORDS),
    "instance_profile": Rule(128, _NAME, _NAME_IN_WORDS),
    "policy": Rule(128, _NAME, _NAME_IN_WORDS),
}
"""Names by kind of thing."""

PATHS: Mapping[str, Rule] = {
    "role": Rule(PATH_LENGTH, _PATH, _PATH_IN_WORDS),
    "instance_profile": Rule(PATH_LENGTH, _PATH, _PATH_IN_WORDS),
    "policy": Rule(
        PATH_LENGTH,
        re.compile(r"(?:/[A-Za-z0-9.,+@=_-]+)*/"),
        "letters, digits and `.,+@=_-` between single slashes, with a slash at both ends",
    ),
}
"""Paths by kind of thing. Those of policies are the narrower ones: what fits them fits all."""

DESCRIPTIONS: Mapping[str, Rule] = {
    "role": Rule(
        DESCRIPTION_LENGTH,
        re.compile(r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*"),
        "the characters of Latin-1 (no emoji, no typographic dashes or quotes)",
    ),
    "policy": Rule(DESCRIPTION_LENGTH, re.compile(r".*", re.DOTALL), "any characters"),
}
"""Descriptions by kind of thing; an instance profile has none."""

DOCUMENT_CHARACTERS = re.compile(r"[\u0009\u000A\u000D\u0020-\u00FF]+")
"""What a policy document, trust policies included, may hold."""
SID = re.compile(r"[A-Za-z0-9]*")
ACCOUNT_ID = re.compile(r"[0-9]{12}")
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_+=,.@:/-]+")

TAGS_PER_RESOURCE = 50
TAG_KEY_LENGTH = 128
TAG_VALUE_LENGTH = 256
RESERVED_TAG_PREFIX = "aws:"
"""No tag key may begin with it, in whatever capitals."""

# `\p{L}\p{Z}\p{N}_.:/=+\-@` of the API; Python's `\w` is letters, numbers and `_`, the rest are the separators.
TAG_CHARACTERS = re.compile(r"[\w.:/=+@ \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000-]*")
"""What tag keys and tag values may hold."""


def tag_key_fits(key: str) -> bool:
    """Whether a text can be the key of a tag: 1 to 128 allowed characters, not AWS's own prefix.

    Two keys of one resource must differ in more than capitals: IAM compares tag keys without regard to them.
    """
    return (
        0 < len(key) <= TAG_KEY_LENGTH
        and TAG_CHARACTERS.fullmatch(key) is not None
        and not key.lower().startswith(RESERVED_TAG_PREFIX)
    )


def tag_value_fits(value: str) -> bool:
    """Whether a text can be the value of a tag: at most 256 allowed characters, also none."""
    return len(value) <= TAG_VALUE_LENGTH and TAG_CHARACTERS.fullmatch(value) is not None


def case_variants(keys: list[str]) -> list[tuple[str, str]]:
    """Pairs of tag keys that differ in capitals only, each with the first of its kind, in the order given."""
    first: dict[str, str] = {}
    return [(first[key.lower()], key) for key in keys if first.setdefault(key.lower(), key) != key]
