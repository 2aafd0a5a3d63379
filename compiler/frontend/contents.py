"""What each file of a spec defines and what it uses of other files: as much of it as other files have to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from compiler.diagnostics import Diagnostic, SourceText, Span
from compiler.diagnostics.value import record, value
from compiler.frontend.codes import UNUSED_DEFINITION
from compiler.source import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from compiler.ir.spec import Permission, Spec

Kind = Literal["app", "bundle", "resource", "stack"]
_TEMPLATE, _REF = "{{", "ref:"


@value(frozen=True, slots=True)
class Definition:
    """One name that a file defines, with the place of the name."""

    kind: Kind
    name: str
    span: Span
    path: str


@record(slots=True)
class Contents:
    """What one file defines, and the names that it uses, wherever those are defined.

    ``general``: it says something that all stacks depend on, or that has to be held against all files (values,
    defaults, renames). ``unclear`` are the kinds of which it uses names that only a stack's values tell.
    """

    defines: list[Definition] = field(default_factory=list)
    uses: set[tuple[Kind, str]] = field(default_factory=set)
    unclear: set[Kind] = field(default_factory=set)
    general: bool = False

    def use(self, kind: Kind, name: str) -> None:
        """Note a name that is used."""
        if _TEMPLATE in name:
            self.unclear.add(kind)
        self.uses.add((kind, name))


def contents(documents: Iterable[Mapping], spec: Spec) -> dict[SourceText, Contents]:
    """What the files of a spec define and use, by their texts."""
    found: dict[SourceText, Contents] = {}
    for document in documents:
        own = found.setdefault(document.source, Contents())
        own.general = own.general or "values" in document.entries or "defaults" in document.entries
    sections: tuple[tuple[Kind, Iterable[tuple[Scalar, str]]], ...] = (
        ("app", ((item.name, item.path) for item in spec.apps.values())),
        ("bundle", ((item.name, item.path) for item in spec.bundles.values())),
        ("resource", ((item.name, item.path) for item in spec.resources.values())),
        ("stack", ((item.name, item.path) for item in spec.stacks.values())),
    )
    for kind, names in sections:
        for name, path in names:
            found[name.source].defines.append(Definition(kind, name.text, name.span, path))
    for app in spec.apps.values():
        if app.moved is not None:
            found[app.name.source].general = True
    for stack in spec.stacks.values():
        for layer in stack.layers:
            for scalar in layer.apps:
                found[scalar.source].use("app", scalar.text)
    # A name that is defined nowhere is an error, which says more than that it is used.
    for permission in all_permissions(spec) if spec.bundles or spec.resources else ():
        grant, body = permission.grant, permission.body
        if grant.text == "bundle" and isinstance(body, Scalar):
            found[grant.source].use("bundle", body.text)
        if spec.resources:
            _use_resources(found[grant.source], permission.node)
    for resource in spec.resources.values():
        if resource.kms_key is not None:
            _use_resources(found[resource.name.source], resource.kms_key)
    return found


def all_permissions(spec: Spec) -> Iterator[Permission]:
    """Every permission that is written in the spec, wherever."""
    for bundle in spec.bundles.values():
        yield from bundle.permissions
    for app in spec.apps.values():
        yield from app.permissions
    for stack in spec.stacks.values():
        yield from stack.permissions
        for layer in (*stack.layers, *stack.profiles):
            yield from layer.permissions


def _use_resources(own: Contents, node: Node) -> None:
    for text in _texts(node):
        if text.startswith(_REF):
            own.use("resource", text.removeprefix(_REF))
        elif text.startswith(_TEMPLATE):
            own.unclear.add("resource")


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Mapping):
        for _, value in node.entries.values():
            yield from _texts(value)


def unused(files: Iterable[Contents]) -> Iterator[Diagnostic]:
    """The definitions that no file uses. Without any stack there is nothing to say: the stacks are elsewhere."""
    files = tuple(files)
    if not any(item.kind == "stack" for file in files for item in file.defines):
        return
    uses = set().union(*(file.uses for file in files))
    unclear = set().union(*(file.unclear for file in files))
    if unclear & {"app", "bundle"}:
        unclear |= {"app", "bundle"}
    for file in files:
        for item in file.defines:
            if item.kind != "stack" and item.kind not in unclear and (item.kind, item.name) not in uses:
                yield Diagnostic(
                    UNUSED_DEFINITION,
                    f"{item.kind} `{item.name}` is never used",
                    item.span,
                    "no layer runs it" if item.kind == "app" else "nothing names it",
                    help=("use it, or take it out",),
                    path=item.path,
                )
