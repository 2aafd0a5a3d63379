"""IAM's quotas and the grammar of names, paths, descriptions, documents and tags.

Lengths are in characters (of policies: without white space), durations in seconds. Patterns are meant for
``fullmatch``. Names of roles, instance profiles and policies are unique in an account without regard to capitals.

Sources: IAM API Reference (CreateRole, CreateInstanceProfile, CreatePolicy, TagRole, AssumeRole: lengths and
patterns); IAM User Guide, "IAM and AWS STS quotas"; AWS General Reference, "Tag naming limits and requirements".
"""

from __future__ import annotations

from compiler.diagnostics.late import LatePattern

# Policy documents. The first two quotas cannot be raised.
MANAGED_POLICY_LENGTH = 6144
INLINE_POLICIES_LENGTH = 10240
"""All inline policies of a role together."""
TRUST_POLICY_LENGTH = 2048
"""By default."""
MAX_TRUST_POLICY_LENGTH = 8192
"""What an account can have it raised to."""
DOCUMENT_PATTERN = LatePattern(r"[\u0009\u000A\u000D\u0020-\u00FF]+")
"""Permission and trust policies alike."""
SID_PATTERN = LatePattern(r"[A-Za-z0-9]*")

# Numbers of things. All but the last two can be raised.
MANAGED_POLICIES_PER_ROLE = 10
MAX_MANAGED_POLICIES_PER_ROLE = 25
"""What an account can have it raised to."""
ROLES_PER_ACCOUNT = 1000
INSTANCE_PROFILES_PER_ACCOUNT = 1000
POLICIES_PER_ACCOUNT = 1500
POLICY_VERSIONS = 5
ROLES_PER_INSTANCE_PROFILE = 1

# Names
ROLE_NAME_LENGTH = 64
PROFILE_NAME_LENGTH = 128
POLICY_NAME_LENGTH = 128
NAME_PATTERN = LatePattern(r"[A-Za-z0-9_+=,.@-]+")
"""Of roles, instance profiles and policies."""
ROLE_NAME_PATTERN = NAME_PATTERN

# Paths. What fits the pattern of policies fits that of roles.
PATH_LENGTH = 512
ROLE_PATH_PATTERN = LatePattern(r"/|/[\u0021-\u007E]+/")
"""Of roles and instance profiles."""
POLICY_PATH_PATTERN = LatePattern(r"(?:/[A-Za-z0-9.,+@=_-]+)*/")

# Descriptions (instance profiles have none). The API model gives policies a length only.
DESCRIPTION_LENGTH = 1000
ROLE_DESCRIPTION_PATTERN = LatePattern(r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*")

# Sessions
MIN_SESSION_DURATION = 3600
MAX_SESSION_DURATION = 43200
MIN_EXTERNAL_ID_LENGTH = 2
MAX_EXTERNAL_ID_LENGTH = 1224
EXTERNAL_ID_PATTERN = LatePattern(r"[A-Za-z0-9_+=,.@:/-]+")
ACCOUNT_ID_PATTERN = LatePattern(r"[0-9]{12}")

# Tags. Keys of one resource must differ in more than capitals.
TAG_COUNT = 50
TAG_KEY_LENGTH = 128
"""At most; at least 1."""
TAG_VALUE_LENGTH = 256
"""At most; a value may be empty."""
TAG_PATTERN = LatePattern(r"[\w.:/=+@ \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000-]*")
"""Keys and values: ``\\p{L}\\p{Z}\\p{N}_.:/=+\\-@`` of the API (Python's ``\\w`` is letters, numbers and ``_``)."""
RESERVED_TAG_PREFIX = "aws:"
"""No key may begin with it, in whatever capitals."""
