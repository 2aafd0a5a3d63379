"""From YAML nodes to the Spec: sections of all documents put together, names unique across them.

Lowering is total: a node of the wrong shape is passed over, because the schema has reported it already (a bug is
raised if it has not). So one run reports what is wrong everywhere, and nothing is ever silently dropped from a spec
that has no errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from compiler.diagnostics import Diagnostic, Diagnostics, Label
from compiler.diagnostics.value import record
from compiler.frontend.codes import DUPLICATE_NAME, RESERVED_NAME
from compiler.ir.spec import App, Bundle, Layer, Permission, Resource, Settings, Spec, Stack
from compiler.source import Mapping, Node, Scalar
from compiler.source import Sequence as NodeSequence

PERMISSION_KEYS = frozenset({"effect", "when", "reason", "expires"})
RESERVED_LAYER = "default"


@record(slots=True)
class _Lowering:
    diagnostics: Diagnostics
    bad: tuple[tuple[int, int, int], ...] = ()
    seen: dict[tuple[str, str], Scalar] = field(default_factory=dict)

    def skip(self) -> None:
        """Note that something was passed over, which is only right when it has been reported."""
        if not self.diagnostics.has_errors:
            raise AssertionError("a node was dropped although the schema accepted it")

    def is_bad(self, node: Node) -> bool:
        """Whether an error was reported inside a node."""
        source = id(node.source)
        return any(s == source and node.start <= start and end <= node.end for s, start, end in self.bad)


def lower(documents: Sequence[Mapping], diagnostics: Diagnostics) -> Spec:
    """All documents of a spec as one Spec; duplicate names are reported with both places."""
    errors = [item.span for item in diagnostics if item.span is not None]
    lowering = _Lowering(diagnostics, tuple((id(span.source), span.start, span.end) for span in errors))
    values: dict[str, tuple[Scalar, Node]] = {}
    defaults: dict[str, tuple[Scalar, Node]] = {}
    resources: dict[str, Resource] = {}
    bundles: dict[str, Bundle] = {}
    apps: dict[str, App] = {}
    stacks: dict[str, Stack] = {}
    for document in documents:
        for key, entry in _named(lowering, document, "values"):
            values[key.text] = (key, entry)
        for key, entry in _named(lowering, document, "defaults"):
            defaults[key.text] = (key, entry)
        for key, entry in _named(lowering, document, "resources"):
            if (resource := _resource(lowering, key, entry)) is not None:
                resources[key.text] = resource
        for key, entry in _named(lowering, document, "bundles"):
            path = f"bundles.{key.text}"
            bundles[key.text] = Bundle(key, path, _permissions(lowering, entry, path))
        for key, entry in _named(lowering, document, "apps"):
            apps[key.text] = _app(lowering, key, entry)
        for key, entry in _named(lowering, document, "stacks"):
            if (stack := _stack(lowering, key, entry)) is not None:
                stacks[key.text] = stack
    merged = _joined(defaults, documents)
    return Spec(
        _joined(values, documents), _settings(merged) if merged else Settings(), resources, bundles, apps, stacks
    )


def _joined(entries: dict[str, tuple[Scalar, Node]], documents: Sequence[Mapping]) -> Mapping | None:
    first = documents[0] if documents else None
    return Mapping(entries, first.source, first.start, first.start) if entries and first else None


def _named(lowering: _Lowering, document: Mapping, section: str) -> Iterator[tuple[Scalar, Node]]:
    """The entries of a section, those whose name another document has already taken reported and left out."""
    node = document.get(section)
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return
    if not isinstance(node, Mapping):
        lowering.skip()
        return
    for key, entry in node.entries.values():
        first = lowering.seen.setdefault((section, key.text), key)
        if first is not key:
            _duplicate(lowering, section, key, first)
            continue
        yield key, entry


def _duplicate(lowering: _Lowering, section: str, key: Scalar, first: Scalar) -> None:
    what = {"values": "value", "defaults": "default", "layers and profiles": "layer or profile"}.get(
        section, section[:-1]
    )
    lowering.diagnostics.add(
        Diagnostic(
            DUPLICATE_NAME,
            f"{what} `{key.text}` is defined twice",
            key.span,
            "defined again here",
            (Label(first.span, "first defined here"),),
            help=("give one of them another name; names are unique across all files of a spec",),
            path=f"{section}.{key.text}",
        )
    )


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) and not node.is_null else None


def _mapping(node: Node | None) -> Mapping | None:
    return node if isinstance(node, Mapping) else None


def _scalars(node: Node | None) -> tuple[Scalar, ...]:
    if not isinstance(node, NodeSequence):
        return ()
    return tuple(item for item in node.items if isinstance(item, Scalar))


def _settings(node: Mapping) -> Settings:
    get = node.entries.get
    if not _SETTINGS.isdisjoint(node.entries):
        found = {key: entry[1] for key in _SETTINGS if (entry := get(key)) is not None}
        return Settings(
            tags=_mapping(found.get("tags")),
            path=_scalar(found.get("path")),
            permissions_boundary=_scalar(found.get("permissions_boundary")),
            session_duration=_scalar(found.get("session_duration")),
            trust=found.get("trust"),
            names=_mapping(found.get("names")),
            exclusive=_scalar(found.get("exclusive")),
            protect=_scalar(found.get("protect")),
            quotas=_mapping(found.get("quotas")),
            shrink=_scalar(found.get("shrink")),
            terraform=_mapping(found.get("terraform")),
        )
    return _NO_SETTINGS


_SETTINGS = frozenset(Settings.__match_args__)
_NO_SETTINGS = Settings()


def _permissions(lowering: _Lowering, node: Node | None, path: str) -> tuple[Permission, ...]:
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ()
    if not isinstance(node, NodeSequence):
        lowering.skip()
        return ()
    result: list[Permission] = []
    bad = lowering.bad
    for index, item in enumerate(node.items):
        if not isinstance(item, Mapping) or (bad and lowering.is_bad(item)):
            lowering.skip()
            continue
        entries, where = item.entries, f"{path}[{index}]"
        if len(entries) == 1:  # as nearly all have
            ((name, (grant, body)),) = entries.items()
            if name not in PERMISSION_KEYS:
                result.append(Permission(grant, body, item, where))
                continue
        grants = [entry for key, entry in entries.items() if key not in PERMISSION_KEYS]
        if len(grants) != 1:
            lowering.skip()
            continue
        grant, body = grants[0]
        result.append(
            Permission(
                grant,
                body,
                item,
                where,
                _scalar(item.get("effect")),
                item.get("when"),
                _scalar(item.get("reason")),
                _scalar(item.get("expires")),
            )
        )
    return tuple(result)


def _body(lowering: _Lowering, node: Node, key: Scalar) -> Mapping | None:
    """The mapping of a named entry; nothing at all counts as an empty one."""
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Scalar) and node.is_null:
        return Mapping({}, key.source, key.start, key.end)
    lowering.skip()
    return None


def _app(lowering: _Lowering, key: Scalar, node: Node) -> App:
    path = f"apps.{key.text}"
    body = _body(lowering, node, key)
    if body is None:
        return App(key, path)
    return App(
        key,
        path,
        _scalar(body.get("description")),
        _scalar(body.get("owner")),
        _permissions(lowering, body.get("permissions"), f"{path}.permissions"),
        _mapping(body.get("names")),
        _scalar(body.get("moved")),
    )


def _resource(lowering: _Lowering, key: Scalar, node: Node) -> Resource | None:
    if not isinstance(node, Mapping):
        lowering.skip()
        return None
    kinds = [(kind, body) for kind, body in node.entries.values() if kind.text != "kms_key"]
    if len(kinds) != 1 or not isinstance(kinds[0][1], Scalar):
        lowering.skip()
        return None
    kind, body = kinds[0]
    assert isinstance(body, Scalar)
    return Resource(key, f"resources.{key.text}", kind, body, node, _scalar(node.get("kms_key")))


def _layers(lowering: _Lowering, node: Node | None, path: str, taken: dict[str, Scalar]) -> tuple[Layer, ...]:
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ()
    if not isinstance(node, Mapping):
        lowering.skip()
        return ()
    result: list[Layer] = []
    for key, entry in node.entries.values():
        body = _body(lowering, entry, key)
        where = f"{path}.{key.text}"
        if not _is_free(lowering, key, where, taken) or body is None:
            continue
        result.append(
            Layer(
                key,
                where,
                _settings(body),
                _scalar(body.get("description")),
                _scalars(body.get("apps")),
                _permissions(lowering, body.get("permissions"), f"{where}.permissions"),
                body.get("profile"),
                _scalars(body.get("layers")),
                _scalar(body.get("moved")),
            )
        )
    return tuple(result)


def _is_free(lowering: _Lowering, key: Scalar, path: str, taken: dict[str, Scalar]) -> bool:
    """Whether a layer or combined profile may have this name: they share one set of names in a stack."""
    if key.text == RESERVED_LAYER:
        lowering.diagnostics.add(
            Diagnostic(
                RESERVED_NAME,
                f"`{RESERVED_LAYER}` is the name of the stack's own profile",
                key.span,
                "reserved",
                help=("give the layer another name",),
                path=path,
            )
        )
        return False
    first = taken.setdefault(key.text, key)
    if first is not key:
        _duplicate(lowering, "layers and profiles", key, first)
        return False
    return True


def _stack(lowering: _Lowering, key: Scalar, node: Node) -> Stack | None:
    path = f"stacks.{key.text}"
    body = _mapping(node)
    account, region = (_scalar(body.get("account")), _scalar(body.get("region"))) if body else (None, None)
    if body is None or account is None or region is None:
        lowering.skip()
        return None
    taken: dict[str, Scalar] = {}
    return Stack(
        key,
        path,
        account,
        region,
        _settings(body),
        _scalar(body.get("partition")),
        _scalar(body.get("description")),
        _mapping(body.get("values")),
        _permissions(lowering, body.get("permissions"), f"{path}.permissions"),
        body.get("profile"),
        _layers(lowering, body.get("layers"), f"{path}.layers", taken),
        _layers(lowering, body.get("profiles"), f"{path}.profiles", taken),
    )
