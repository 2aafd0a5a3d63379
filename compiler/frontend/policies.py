"""One managed policy per app and stack, one for the stack's permissions, one for a layer's own.

A policy whose permissions speak of the layer (``{{ layer.name }}``) exists once per layer; all others are built once
and attached wherever they are used. Statements with a Terraform reference that is only known after apply stand in a
policy of their own (label ending in ``-references``), so that a plan still shows everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace

from compiler.aws.reference import references
from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Label, Origin
from compiler.diagnostics.value import record, value
from compiler.frontend.codes import DUPLICATE_NAME
from compiler.frontend.names import NamesChain, resource_name
from compiler.frontend.permissions import Expanded, expand, may_mention, mentioned_texts
from compiler.frontend.scope import Scope
from compiler.frontend.settings import Chain, SettingsCache
from compiler.frontend.templates import mentions
from compiler.ir.program import ManagedPolicy, Policy
from compiler.ir.spec import App, Layer, Permission, Stack
from compiler.source import Mapping

REFERENCES = "references"


@value(frozen=True, slots=True)
class Attachable:
    """What a list of permissions becomes for a role: labels of our policies, and policies made elsewhere."""

    labels: tuple[str, ...] = ()
    managed: tuple[ManagedPolicy, ...] = ()


@record(slots=True)
class PolicyBuilder:
    """Builds the policies of one stack on demand and remembers them by label."""

    scope: Scope
    stack: Stack
    chain: Chain
    built: dict[str, Policy] = field(default_factory=dict)
    done: dict[tuple[str, str], Attachable] = field(default_factory=dict)
    settings: SettingsCache = field(default_factory=SettingsCache)
    per_layer: dict[str, bool] = field(default_factory=dict)
    names: NamesChain = ()

    def __post_init__(self) -> None:
        """Note the names that the stack gives to all of its policies."""
        self.names = tuple((s.names, f"{path}.names") for s, path in self.chain if s.names)

    def sorted(self) -> tuple[Policy, ...]:
        """All policies by label."""
        return tuple(self.built[label] for label in sorted(self.built))

    def for_app(self, app: App, layer: str, moved_layer: str) -> Attachable:
        """The policies of an app for a layer."""
        name, base = app.name.text, f"app-{app.name.text}"
        scope = self.scope.inside(app={"name": name})
        per_layer = self._speaks_of_layer(scope, app.path, app.permissions)
        key = (base, layer if per_layer else "")
        if key in self.done:
            return self.done[key]
        old = f"app-{app.moved.text}" if app.moved else base
        return self._build(
            scope, app.permissions, key, "app", base,
            ((app.names, f"{app.path}.names"), *self.names) if app.names else self.names,
            f"App {name} in stack {self.stack.name.text}", Origin(app.name.span, app.path),
            _moved(key, old, moved_layer if per_layer else "") if per_layer or old != base else "", self.chain,
        )  # fmt: skip

    def for_stack(self, layer: str, moved_layer: str) -> Attachable:
        """The policies of the stack's own permissions for a layer."""
        stack = self.stack
        per_layer = self._speaks_of_layer(self.scope, stack.path, stack.permissions)
        key = ("stack", layer if per_layer else "")
        if key in self.done:
            return self.done[key]
        return self._build(
            self.scope, stack.permissions, key, "stack", "stack", self.names,
            f"Permissions of every instance in stack {stack.name.text}", Origin(stack.name.span, stack.path),
            _moved(key, "stack", moved_layer if per_layer else ""), self.chain,
        )  # fmt: skip

    def for_layer(self, layer: Layer, kind: str, moved_layer: str, names: NamesChain, chain: Chain) -> Attachable:
        """The policies of a layer's (or combined profile's) own permissions."""
        name = layer.name.text
        key = (f"{kind}-{name}", "")
        if key in self.done:
            return self.done[key]
        scope = self.scope.inside(layer={"name": name})
        what = "Layer" if kind == "layer" else "Profile"
        return self._build(
            scope, layer.permissions, key, "layer", f"{kind}-{name}", names,
            f"{what} {name} in stack {self.stack.name.text}", Origin(layer.name.span, layer.path),
            _moved(key, f"{kind}-{moved_layer}" if moved_layer else key[0], ""), chain,
        )  # fmt: skip

    def _speaks_of_layer(self, scope: Scope, path: str, permissions: Sequence[Permission]) -> bool:
        found = self.per_layer.get(path)
        if found is None:
            found = may_mention(scope, permissions) and any(
                mentions(text, "layer") for text in mentioned_texts(scope, permissions)
            )
            self.per_layer[path] = found
        return found

    def _build(
        self,
        scope: Scope,
        permissions: tuple[Permission, ...],
        key: tuple[str, str],
        kind: str,
        file: str,
        names: NamesChain,
        description: str,
        origin: Origin,
        moved_from: str,
        chain: Chain,
    ) -> Attachable:
        base, layer = key
        if layer:
            scope = scope.inside(layer={"name": layer})
        expanded = expand(scope, permissions)
        common = self.settings.get(scope, chain)
        labels: list[str] = []
        for statements, suffix in _split(expanded):
            # No name of a spec contains `--`, so only a name that ends like the suffix can give a label twice.
            label = f"{base}{suffix}" + (f"--{layer}" if layer else "")
            default = f"{self.stack.name.text}-{base}{suffix}" + (f"-{layer}" if layer else "")
            name, name_origin = resource_name(scope, names, "policy", default, origin, suffix)
            if label in self.built:
                self._same_label(label, origin)
            labels.append(label)
            self.built[label] = Policy(
                label,
                name,
                common.path,
                description + (f", for layer {layer}" if layer else "") + (" (Terraform references)" if suffix else ""),
                statements,
                common.tags,
                origin,
                file,
                kind,
                _with_suffix(moved_from, suffix) if moved_from else "",
                name_origin,
                common.origins,
            )
        managed = tuple(replace(item, holders=((origin.path, item.origin),)) for item in expanded.managed)
        attachable = Attachable(tuple(labels), managed)
        self.done[key] = attachable
        return attachable

    def _same_label(self, label: str, origin: Origin) -> None:
        first = self.built[label].origin
        self.scope.diagnostics.add(
            Diagnostic(
                DUPLICATE_NAME,
                f"the policies of `{origin.path}` and `{first.path}` would both be `{label}`",
                origin.span,
                "the same label",
                (Label(first.span, "and this one"),),
                notes=(f"`-{REFERENCES}` stands behind the name of a policy that holds Terraform references",),
                help=(f"give one of them a name that does not end in `-{REFERENCES}`",),
                path=origin.path,
            )
        )


def _with_suffix(label: str, suffix: str) -> str:
    base, separator, layer = label.partition("--")
    return f"{base}{suffix}{separator}{layer}"


def _moved(key: tuple[str, str], old_base: str, old_layer: str) -> str:
    """The label before a rename, or ``""`` when neither part was renamed."""
    layer = old_layer or key[1]
    old = old_base + (f"--{layer}" if layer else "")
    return "" if old == key[0] + (f"--{key[1]}" if key[1] else "") else old


def _split(expanded: Expanded) -> list[tuple[tuple[Statement, ...], str]]:
    """Statements whose text is known when planning, and those with a reference that is not, with a suffix for each.

    Variables are always known in a plan, so ``var.`` hides nothing.
    """
    if not expanded.statements:
        return []
    # What has kin has no reference, and that is most of what there is.
    hiding = tuple([item for item in expanded.statements if item.kin is None and _hides(item)])
    if not hiding:
        return [(expanded.statements, "")]
    plain = tuple(item for item in expanded.statements if item.kin is not None or not _hides(item))
    return [(plain, ""), (hiding, f"-{REFERENCES}")] if plain else [(hiding, f"-{REFERENCES}")]


def _hides(statement: Statement) -> bool:
    texts = (
        *statement.resources,
        *statement.not_resources,
        *(value for condition in statement.conditions for value in condition.values),
    )
    return any(not name.startswith("var.") for text in texts if "\ue000" in text for name in references(text))


def own_names(layer_names: Mapping | None, path: str, inherited: NamesChain) -> NamesChain:
    """The ``names:`` mappings that apply to a layer, nearest first."""
    return ((layer_names, f"{path}.names"), *inherited) if layer_names else inherited
