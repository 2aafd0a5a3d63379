"""The spec as written: what the YAML says, by name, with every scalar still carrying its place.

Nothing is resolved here: templates are not evaluated, references not followed, defaults not applied. The schema
(``schemas/stackgrant.schema.json``) and these classes list the same keys; a test holds them against each other.
"""

from __future__ import annotations

from dataclasses import field

from compiler.diagnostics.value import record, value
from compiler.source import Mapping, Node, Scalar


@value(frozen=True, slots=True)
class Permission:
    """One entry of a permission list: ``grant`` is its one grant key, ``body`` what stands behind it."""

    grant: Scalar
    body: Node
    node: Mapping
    path: str
    effect: Scalar | None = None
    when: Node | None = None
    reason: Scalar | None = None
    expires: Scalar | None = None


@record(frozen=True, slots=True)
class Settings:
    """What ``defaults``, a stack, a layer or a combined profile may say about the roles below it."""

    tags: Mapping | None = None
    path: Scalar | None = None
    permissions_boundary: Scalar | None = None
    session_duration: Scalar | None = None
    trust: Node | None = None
    names: Mapping | None = None
    exclusive: Scalar | None = None
    protect: Scalar | None = None
    quotas: Mapping | None = None
    shrink: Scalar | None = None
    terraform: Mapping | None = None


@value(frozen=True, slots=True)
class App:
    """An application and what it may do."""

    name: Scalar
    path: str
    description: Scalar | None = None
    owner: Scalar | None = None
    permissions: tuple[Permission, ...] = ()
    names: Mapping | None = None
    moved: Scalar | None = None


@value(frozen=True, slots=True)
class Layer:
    """A layer of a stack, or (with ``layers``) a combined profile for instances that sit in several layers."""

    name: Scalar
    path: str
    settings: Settings = field(default_factory=Settings)
    description: Scalar | None = None
    apps: tuple[Scalar, ...] = ()
    permissions: tuple[Permission, ...] = ()
    profile: Node | None = None
    layers: tuple[Scalar, ...] = ()
    moved: Scalar | None = None


@record(frozen=True, slots=True)
class Stack:
    """A stack: one account, one region, a default instance profile and layers."""

    name: Scalar
    path: str
    account: Scalar
    region: Scalar
    settings: Settings = field(default_factory=Settings)
    partition: Scalar | None = None
    description: Scalar | None = None
    values: Mapping | None = None
    permissions: tuple[Permission, ...] = ()
    profile: Node | None = None
    layers: tuple[Layer, ...] = ()
    profiles: tuple[Layer, ...] = ()


@record(frozen=True, slots=True)
class Resource:
    """A named resource: ``kind`` is the grant it is for (``s3``), ``node`` its whole entry."""

    name: Scalar
    path: str
    kind: Scalar
    body: Scalar
    node: Mapping
    kms_key: Scalar | None = None


@record(frozen=True, slots=True)
class Bundle:
    """A reusable list of permissions."""

    name: Scalar
    path: str
    permissions: tuple[Permission, ...]


@record(frozen=True, slots=True)
class Spec:
    """A whole spec, merged from all its documents; names are unique in each section."""

    values: Mapping | None = None
    defaults: Settings = field(default_factory=Settings)
    resources: dict[str, Resource] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)
