"""The roles and profiles of a stack: its default profile, one per layer that has its own, and combined ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace

from compiler.diagnostics import Diagnostic, Label, Origin, did_you_mean, one_of
from compiler.diagnostics.value import record
from compiler.frontend.codes import PROFILE_MODE, UNKNOWN_NAME
from compiler.frontend.lower import RESERVED_LAYER
from compiler.frontend.moves import check_moves
from compiler.frontend.names import NamesChain, resource_name
from compiler.frontend.policies import Attachable, PolicyBuilder, own_names
from compiler.frontend.profile_mode import (
    EXISTING,
    EXTEND,
    INHERIT,
    NONE,
    ProfileMode,
    layer_mode,
    parse_mode,
)
from compiler.frontend.scope import Scope
from compiler.frontend.settings import Chain, chain_of, trust_statements
from compiler.ir.program import LayerProfile, ManagedPolicy, Profile, Role, SettingOrigins
from compiler.ir.spec import Layer, Stack
from compiler.source import Scalar

DEFAULT = RESERVED_LAYER


@record(slots=True)
class RoleBuilder:
    """Builds what one stack's instances get. ``partition`` is the literal one, also for modules."""

    scope: Scope
    stack: Stack
    chain: Chain
    partition: str
    policies: PolicyBuilder
    roles: list[Role] = field(default_factory=list)
    links: list[LayerProfile] = field(default_factory=list)

    def build(self) -> tuple[tuple[Role, ...], tuple[LayerProfile, ...]]:
        """All roles by label, and which profile each layer's instances get."""
        default = self._default()
        for layer in sorted(self.stack.layers, key=lambda item: item.name.text):
            self._layer(layer, default)
        for profile in sorted(self.stack.profiles, key=lambda item: item.name.text):
            self._combined(profile, default)
        own = {DEFAULT: self.stack.name} if default is not None and default.role_label else {}
        check_moves(self.scope.diagnostics, (*self.stack.layers, *self.stack.profiles), "layer", own)
        return (
            tuple(sorted(self.roles, key=lambda role: role.label)),
            tuple(sorted(self.links, key=lambda link: link.layer)),
        )

    def _default(self) -> LayerProfile | None:
        """The stack's default profile, or None when the stack has none (or its description is wrong)."""
        stack = self.stack
        mode = ProfileMode(EXTEND)
        if stack.profile is not None:
            found = parse_mode(self.scope, stack.profile, f"{stack.path}.profile")
            if found is None or found.mode == NONE:
                return None
            mode = found
        if mode.mode == EXISTING:
            if mode.role:
                attached = self.policies.for_stack(DEFAULT, "")
                self._existing_role(DEFAULT, mode, [attached], Origin(stack.name.span, stack.path), "stack")
            link = LayerProfile(DEFAULT, "", mode.name, mode.arn, mode.role)
        else:
            attached = self.policies.for_stack(DEFAULT, "")
            description = stack.description or f"Default profile of stack {stack.name.text}"
            self._own_role(
                DEFAULT, stack.name.text, [attached], self.chain, Origin(stack.name.span, stack.path), "stack",
                description, "",
            )  # fmt: skip
            link = LayerProfile(DEFAULT, DEFAULT)
        self.links.append(link)
        return link

    def _layer(self, layer: Layer, default: LayerProfile | None) -> None:
        mode = layer_mode(self.scope, layer)
        if mode is None:
            return
        name = layer.name.text
        origin = Origin(layer.name.span, layer.path)
        if mode.mode == NONE:
            self._mode_fault(layer, "a layer without a profile has nothing to say here", "`none` is for a stack")
            return
        if mode.mode == INHERIT:
            if default is None:
                self._missing_default(layer)
            else:
                self.links.append(
                    LayerProfile(name, default.role_label, default.profile_name, default.profile_arn, default.role_name)
                )
            return
        attached = list(self._of_layer(layer, "layer", with_stack=mode.mode == EXTEND))
        if mode.mode == EXISTING:
            if mode.role:
                self._existing_role(name, mode, attached, origin, f"layer-{name}")
            self.links.append(LayerProfile(name, "", mode.name, mode.arn, mode.role))
            return
        self._own_role(
            name, f"{self.stack.name.text}-{name}", attached, self._chain(layer), origin, f"layer-{name}",
            layer.description or f"Layer {name} of stack {self.stack.name.text}", _text(layer.moved), layer,
        )  # fmt: skip
        self.links.append(LayerProfile(name, name))

    def _combined(self, profile: Layer, default: LayerProfile | None) -> None:
        """A profile for instances that sit in several layers: everything that any of the layers may do."""
        by_name = {layer.name.text: layer for layer in self.stack.layers}
        attached: list[Attachable] = []
        for scalar in profile.layers:
            layer = by_name.get(scalar.text)
            if layer is None:
                self._unknown(scalar, "layer", by_name, f"{profile.path}.layers")
                continue
            mode = layer_mode(self.scope, layer)
            if mode is None:
                continue
            if mode.mode == EXISTING or (mode.mode == INHERIT and default is not None and not default.role_label):
                self._mode_fault(
                    layer, f"layer `{scalar.text}` has a profile made elsewhere, which cannot be combined",
                    "its permissions are not known here", Label(scalar.span, "combined here"),
                )  # fmt: skip
                continue
            attached += self._of_layer(layer, "layer", with_stack=mode.mode in (EXTEND, INHERIT))
        name = profile.name.text
        chain = self._chain(profile)
        attached.append(self.policies.for_layer(profile, "profile", _text(profile.moved), self._names(profile), chain))
        layers = ", ".join(scalar.text for scalar in profile.layers)
        self._own_role(
            name, f"{self.stack.name.text}-{name}", attached, chain, Origin(profile.name.span, profile.path),
            f"profile-{name}",
            profile.description or f"Layers {layers} of stack {self.stack.name.text}", _text(profile.moved), profile,
        )  # fmt: skip
        self.links.append(LayerProfile(name, name))

    def _of_layer(self, layer: Layer, kind: str, *, with_stack: bool) -> Iterable[Attachable]:
        name, moved = layer.name.text, _text(layer.moved)
        if with_stack:
            yield self.policies.for_stack(name, moved)
        apps = self.scope.spec.apps
        for index, scalar in enumerate(layer.apps):
            text = self.scope.text(scalar, f"{layer.path}.apps[{index}]")
            if text is None:
                continue
            if text not in apps:
                self._unknown(scalar, "app", apps, f"{layer.path}.apps[{index}]")
                continue
            yield self.policies.for_app(apps[text], name, moved)
        if layer.permissions:
            yield self.policies.for_layer(layer, kind, moved, self._names(layer), self._chain(layer))

    def _own_role(
        self,
        label: str,
        default_name: str,
        attached: list[Attachable],
        chain: Chain,
        origin: Origin,
        file: str,
        description: Scalar | str,
        moved_from: str,
        layer: Layer | None = None,
    ) -> None:
        scope = self.scope.inside(layer={"name": label})
        names = self._names(layer)
        role_name, role_origin = resource_name(scope, names, "role", default_name, origin)
        profile_name, profile_origin = resource_name(scope, names, "profile", default_name, origin)
        common = self.policies.settings.get(scope, chain)
        path = common.path
        labels, managed = _union(attached)
        text = description if isinstance(description, str) else scope.text(description, f"{origin.path}.description")
        self.roles.append(
            Role(
                label,
                role_name,
                path,
                text or "",
                common.permissions_boundary,
                common.session_duration,
                common.tags,
                trust_statements(scope, chain, self.partition, origin),
                labels,
                managed,
                Profile(profile_name, path, profile_origin),
                origin,
                file,
                exclusive=common.exclusive,
                protect=common.protect,
                moved_from=moved_from,
                name_origin=role_origin,
                settings=(*common.origins, *_description_origin(description, origin)),
            )
        )

    def _existing_role(
        self, label: str, mode: ProfileMode, attached: list[Attachable], origin: Origin, file: str
    ) -> None:
        labels, managed = _union(attached)
        for other in self.roles:
            if other.existing and other.name == mode.role and _shares(other, labels, managed):
                self._attached_twice(other, mode.role, origin)
                return
        self.roles.append(
            Role(
                label,
                mode.role,
                "/",
                "",
                "",
                None,
                (),
                (),
                labels,
                managed,
                None,
                origin,
                file,
                existing=True,
                exclusive=False,
            )
        )

    def _attached_twice(self, other: Role, role: str, origin: Origin) -> None:
        """Terraform would detach the policy from both as soon as one of the two leaves the spec."""
        self.scope.diagnostics.add(
            Diagnostic(
                PROFILE_MODE,
                f"a policy is attached to role `{role}` twice",
                origin.span,
                "attaches it as well",
                (Label(other.origin.span, "attached here"),),
                notes=("a role has a policy once: when one of the two goes, both lose it",),
                help=("name all apps at one of the two, and only `profile: {existing: …}` at the other",),
                path=origin.path,
            )
        )

    def _chain(self, layer: Layer) -> Chain:
        own = chain_of((layer.settings, layer.path))
        return (*own, *self.chain) if own else self.chain

    def _names(self, layer: Layer | None) -> NamesChain:
        inherited = tuple((s.names, f"{path}.names") for s, path in self.chain if s.names)
        return own_names(layer.settings.names, layer.path, inherited) if layer else inherited

    def _unknown(self, scalar: Scalar, kind: str, known: Iterable[str], path: str) -> None:
        names = tuple(known)
        self.scope.diagnostics.add(
            Diagnostic(
                UNKNOWN_NAME,
                f"{kind} `{scalar.text}` does not exist",
                scalar.span,
                f"not defined under `{kind}s`",
                expected=one_of(names, scalar.text) if names else "",
                help=did_you_mean(scalar.text, names),
                path=path,
            )
        )

    def _missing_default(self, layer: Layer) -> None:
        profile = self.stack.profile
        if not isinstance(profile, Scalar) or profile.text != NONE:
            return  # what is wrong with the stack's profile has been said
        self.scope.diagnostics.add(
            Diagnostic(
                PROFILE_MODE,
                f"layer `{layer.name.text}` takes the stack's default profile, and the stack has none",
                layer.name.span,
                "has no apps and no permissions of its own",
                (Label(profile.span, "no default profile is made"),),
                help=("give the layer a profile: `profile: replace`, or `profile: {existing: NAME}`",),
                path=layer.path,
            )
        )

    def _mode_fault(self, layer: Layer, message: str, label: str, *secondary: Label) -> None:
        node = layer.profile or layer.name
        self.scope.diagnostics.add(
            Diagnostic(PROFILE_MODE, message, node.span, label, secondary, path=f"{layer.path}.profile")
        )


def _description_origin(description: Scalar | str, origin: Origin) -> SettingOrigins:
    if isinstance(description, str):
        return ()
    return (("description", Origin(description.span, f"{origin.path}.description")),)


def _text(scalar: Scalar | None) -> str:
    return scalar.text if scalar is not None else ""


def _shares(role: Role, labels: tuple[str, ...], managed: tuple[ManagedPolicy, ...]) -> bool:
    arns = {policy.arn for policy in role.managed}
    return not set(role.policies).isdisjoint(labels) or any(policy.arn in arns for policy in managed)


def _union(attached: Iterable[Attachable]) -> tuple[tuple[str, ...], tuple[ManagedPolicy, ...]]:
    """Labels and managed policies of all parts, each once (managed ones by ARN), sorted."""
    labels: set[str] = set()
    managed: dict[str, ManagedPolicy] = {}
    for item in attached:
        labels.update(item.labels)
        for policy in item.managed:
            first = managed.setdefault(policy.arn, policy)
            if first is not policy:
                managed[policy.arn] = replace(first, holders=tuple(dict.fromkeys((*first.holders, *policy.holders))))
    taken: dict[str, int] = {}
    result: list[ManagedPolicy] = []
    for arn in sorted(managed):
        policy = managed[arn]
        count = taken[policy.label] = taken.get(policy.label, 0) + 1
        if count > 1:
            # Two policies of one name in different paths or accounts: numbered in the order of their ARNs.
            policy = replace(policy, label=f"{policy.label}-{count}")
        result.append(policy)
    return tuple(sorted(labels)), tuple(sorted(result, key=lambda item: item.label))
