"""The program as meant: per stack, the roles, profiles and policies that shall exist, each with its origin.

Everything is resolved: templates evaluated, names and ARNs built, grants expanded to statements. Checks read it,
passes rewrite it, the emitter turns it into Terraform. Terraform references in strings are marked
(``compiler.aws.reference``).
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from compiler.aws.statement import Statement
from compiler.diagnostics import Origin
from compiler.diagnostics.value import record, value

Json = Any
Tags = tuple[tuple[str, str], ...]
# Where the settings of a thing are written, by name: `path`, `session_duration`, `tags.owner`, …
SettingOrigins = tuple[tuple[str, Origin], ...]


@value(frozen=True, slots=True)
class Policy:
    """A customer managed policy.

    ``label`` is the Terraform label (``app-storefront``); ``file`` the stem of the file it stands in; ``kind`` is
    ``app``, ``stack`` or ``layer``; ``moved_from`` the label it had before a rename. ``part`` numbers the policies that
    one was split into (the first is 1); those with the labels in ``after`` are attached before this one is changed.
    With ``inline`` it is no managed policy: its document stands in the one role that names it.
    """

    label: str
    name: str
    path: str
    description: str
    statements: tuple[Statement, ...]
    tags: Tags
    origin: Origin
    file: str
    kind: str
    moved_from: str = ""
    name_origin: Origin | None = None
    settings: SettingOrigins = field(default=(), compare=False)
    part: int = 1
    after: tuple[str, ...] = ()
    inline: bool = False

    def with_statements(self, statements: tuple[Statement, ...]) -> Policy:
        """The same policy with other statements; written out, since a fleet has too many for ``replace``."""
        return Policy(
            self.label, self.name, self.path, self.description, statements, self.tags, self.origin, self.file,
            self.kind, self.moved_from, self.name_origin, self.settings, self.part, self.after, self.inline,
        )  # fmt: skip


@record(frozen=True, slots=True)
class ManagedPolicy:
    """A policy made elsewhere (AWS managed or the account's own), attached by ARN.

    ``label`` is unique within a role and stable: it is made from the policy's name. ``holders`` are the paths of the
    apps, stacks and layers whose permissions name it, each with the place where it does.
    """

    label: str
    arn: str
    origin: Origin
    holders: tuple[tuple[str, Origin], ...] = field(default=(), compare=False)


@value(frozen=True, slots=True)
class Profile:
    """An instance profile of a role that we create."""

    name: str
    path: str
    name_origin: Origin


@value(frozen=True, slots=True)
class Role:
    """A role with its trust policy, its instance profile and what is attached to it.

    ``policies`` are labels of the stack's managed policies, sorted, ``inline`` those of its inline policies;
    ``managed`` are policies from elsewhere. With ``existing`` the role is made elsewhere (``name`` is its name) and
    only the attachments are ours.
    """

    label: str
    name: str
    path: str
    description: str
    permissions_boundary: str
    max_session_duration: int | None
    tags: Tags
    trust: tuple[Statement, ...]
    policies: tuple[str, ...]
    managed: tuple[ManagedPolicy, ...]
    profile: Profile | None
    origin: Origin
    file: str
    existing: bool = False
    exclusive: bool = True
    protect: bool = False
    moved_from: str = ""
    name_origin: Origin | None = None
    settings: SettingOrigins = field(default=(), compare=False)
    inline: tuple[str, ...] = ()


def setting_origin(thing: Role | Policy, *names: str) -> Origin:
    """Where the first of these settings is written; the thing's own origin when none is."""
    known = dict(thing.settings)
    return next((known[name] for name in names if name in known), thing.origin)


@value(frozen=True, slots=True)
class LayerProfile:
    """Which instance profile a layer's instances get: that of our role ``role_label``, or one made elsewhere."""

    layer: str
    role_label: str = ""
    profile_name: str = ""
    profile_arn: str = ""
    role_name: str = ""


@record(frozen=True, slots=True)
class TerraformSettings:
    """What stands in ``terraform {}`` and ``provider "aws" {}`` besides what we put there ourselves."""

    required_version: str = ">= 1.5"
    aws_version: str = ">= 5.72.0, < 7.0.0"
    backend: tuple[str, Json] | None = None
    provider: Json = None


@record(frozen=True, slots=True)
class Quotas:
    """Quotas that an account can have raised (IAM User Guide, "IAM and AWS STS quotas"); the defaults are AWS's."""

    managed_policies_per_role: int = 10
    trust_policy_length: int = 2048


@record(frozen=True, slots=True)
class StackProgram:
    """Everything one stack's root module holds."""

    name: str
    account: str
    region: str
    partition: str
    origin: Origin
    policies: tuple[Policy, ...] = ()
    roles: tuple[Role, ...] = ()
    layers: tuple[LayerProfile, ...] = ()
    terraform: TerraformSettings = field(default_factory=TerraformSettings)
    quotas: Quotas = field(default_factory=Quotas)
    shrink_actions: bool = False


@record(frozen=True, slots=True)
class Program:
    """All stacks, sorted by name."""

    stacks: tuple[StackProgram, ...]
    spec_name: str
