"""What is sound and still worth saying about a spec: definitions that nothing uses, and grants that run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from compiler.diagnostics import Diagnostic
from compiler.frontend.codes import EXPIRY, UNUSED_DEFINITION
from compiler.ir.spec import App, Bundle, Permission, Resource, Spec
from compiler.source import Mapping, Node, Scalar, Sequence

NEAR = dt.timedelta(days=30)


def hygiene(spec: Spec, today: dt.date) -> Iterator[Diagnostic]:
    """Warnings and notes about the spec as written."""
    yield from _expiries(spec, today)
    if spec.stacks:  # files without a stack are parts of a spec, and what they define is used elsewhere
        yield from _unused(spec)


def _all_permissions(spec: Spec) -> Iterator[Permission]:
    for bundle in spec.bundles.values():
        yield from bundle.permissions
    for app in spec.apps.values():
        yield from app.permissions
    for stack in spec.stacks.values():
        yield from stack.permissions
        for layer in (*stack.layers, *stack.profiles):
            yield from layer.permissions


def _expiries(spec: Spec, today: dt.date) -> Iterator[Diagnostic]:
    for permission in _all_permissions(spec):
        if permission.expires is None:
            continue
        try:
            day = dt.date.fromisoformat(permission.expires.text)
        except ValueError:
            continue  # a template, or no date: reported where it is evaluated
        if day < today:
            yield Diagnostic(
                EXPIRY,
                f"`{permission.grant.text}` expired on {day.isoformat()}",
                permission.expires.span,
                f"{'denies' if permission.effect and permission.effect.text == 'deny' else 'grants'} nothing any more",
                help=("take the permission away, or give it a later day",),
                path=f"{permission.path}.expires",
            )
        elif day - today <= NEAR:
            yield Diagnostic(
                EXPIRY,
                f"`{permission.grant.text}` expires on {day.isoformat()}",
                permission.expires.span,
                f"in {(day - today).days} days" if day != today else "today",
                help=("give it a later day, or plan to do without it",),
                path=f"{permission.path}.expires",
            )


def _unused(spec: Spec) -> Iterator[Diagnostic]:
    permissions = tuple(_all_permissions(spec))
    bundles = {item.body.text for item in permissions if item.grant.text == "bundle" and isinstance(item.body, Scalar)}
    apps = {scalar.text for stack in spec.stacks.values() for layer in stack.layers for scalar in layer.apps}
    templated = any("{{" in name for name in (*bundles, *apps))
    if not templated:
        yield from _unused_of("app", spec.apps, apps)
        yield from _unused_of("bundle", spec.bundles, bundles)
    if spec.resources:
        texts = [text for item in permissions for text in _texts(item.node)]
        texts += [item.kms_key.text for item in spec.resources.values() if item.kms_key is not None]
        if not any("{{" in text and text.startswith(("ref:", "{{")) for text in texts):
            used = {text.removeprefix("ref:") for text in texts if text.startswith("ref:")}
            yield from _unused_of("resource", spec.resources, used)


def _unused_of(
    kind: str, defined: dict[str, App] | dict[str, Bundle] | dict[str, Resource], used: set[str]
) -> Iterator[Diagnostic]:
    for name, item in defined.items():
        if name not in used:
            yield Diagnostic(
                UNUSED_DEFINITION,
                f"{kind} `{name}` is never used",
                item.name.span,
                "no layer runs it" if kind == "app" else "nothing names it",
                help=("use it, or take it out",),
                path=item.path,
            )


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Mapping):
        for _, value in node.entries.values():
            yield from _texts(value)
