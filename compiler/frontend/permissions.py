"""From permissions as written to statements: which expansion each grant has, and what stands around a grant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Label, Origin, did_you_mean, one_of
from compiler.diagnostics.value import value
from compiler.frontend.catalog_grants import REF, catalog_statements
from compiler.frontend.codes import BUNDLE_CYCLE, EFFECT_NOT_ALLOWED, UNKNOWN_NAME
from compiler.frontend.scope import Scope
from compiler.frontend.templates import evaluate, has_template
from compiler.ir.program import ManagedPolicy
from compiler.ir.spec import Permission
from compiler.source import Node, Scalar
from compiler.source import Sequence as NodeSequence

# The grants with an expansion of their own; all others are the catalogue's.
_OWN = frozenset({"bundle", "managed_policy", "statement", "policy", "pass_role", "assume_role", "access", "actions"})


@value(frozen=True, slots=True)
class Expanded:
    """What a list of permissions comes to: statements for a policy of ours, and policies made elsewhere."""

    statements: tuple[Statement, ...] = ()
    managed: tuple[ManagedPolicy, ...] = ()


def expand(
    scope: Scope, permissions: Iterable[Permission], via: tuple[str, ...] = (), *, denying: bool = False
) -> Expanded:
    """All permissions of a list in this scope.

    ``via`` names the bundles that led here; ``denying``: one of them is denied as a whole.
    """
    statements: list[Statement] = []
    managed: list[ManagedPolicy] = []
    for permission in permissions:
        grant = permission.grant.text
        if grant not in _OWN and _is_plain(permission):  # most of what there is
            statements += catalog_statements(scope, permission, denying=denying)
        elif grant == "bundle":
            inner = _bundle(scope, permission, via, denying=denying)
            managed += inner.managed
            if inner.managed and not _is_plain(permission):
                _not_possible(scope, permission, "the bundle attaches a managed policy, which applies as it is")
            statements += _around(scope, permission, inner.statements, denying=denying)
        elif grant == "managed_policy":
            from compiler.frontend.iam_grants import managed_policy

            policy = managed_policy(scope, permission)
            managed += [policy] if policy else []
            if not _is_plain(permission):
                _not_possible(scope, permission, "a managed policy applies as it is")
        else:
            found = _statements(scope, permission, denying=denying or _denies(permission))
            statements += _around(scope, permission, found, denying=denying)
    return Expanded(tuple(statements), tuple(managed))


def may_mention(scope: Scope, permissions: Sequence[Permission]) -> bool:
    """Whether there is anything to look at for ``mentioned_texts``; mostly there is not. A list stands in one file."""
    spec = scope.spec
    return bool(spec.resources or spec.bundles or (permissions and permissions[0].node.source.has_templates))


def mentioned_texts(scope: Scope, permissions: Iterable[Permission], via: tuple[str, ...] = ()) -> Iterator[str]:
    """Every text with a template in the permissions, bundles and ``ref:`` followed; to see of what they speak."""
    resources = scope.spec.resources
    for permission in permissions:
        if permission.node.source.has_templates or resources:
            for text in _texts(permission.node):
                if "{{" in text:
                    yield text
                if text.startswith(REF) and (resource := resources.get(_evaluated(scope, text)[len(REF) :])):
                    yield from (inner for inner in _texts(resource.node) if "{{" in inner)
        if permission.grant.text == "bundle" and isinstance(permission.body, Scalar):
            bundle = scope.spec.bundles.get(_evaluated(scope, permission.body.text))
            if bundle is not None and bundle.name.text not in via:
                yield from mentioned_texts(scope, bundle.permissions, (*via, bundle.name.text))


def _evaluated(scope: Scope, text: str) -> str:
    """The text with its templates evaluated as far as that is possible; what is wrong is reported where it is used."""
    found = evaluate(text, scope.names) if has_template(text) else text
    return found if isinstance(found, str) else text


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, NodeSequence):
        for item in node.items:
            yield from _texts(item)
    else:
        for key, value in node.entries.values():
            yield from _texts(key)
            yield from _texts(value)


def _is_plain(permission: Permission) -> bool:
    return permission.effect is None and permission.when is None and permission.expires is None


def _statements(scope: Scope, permission: Permission, *, denying: bool) -> tuple[Statement, ...]:
    if permission.grant.text not in _OWN:
        return catalog_statements(scope, permission, denying=denying)
    from compiler.frontend.own_grants import own_statements  # with all that they need; most specs use few of them

    origin = Origin(permission.node.span, permission.path)
    return tuple(
        item if item.origins else replace(item, origins=(origin,), source=permission.grant.text)
        for item in own_statements(scope, permission, denying=denying)
    )


def _denies(permission: Permission) -> bool:
    return permission.effect is not None and permission.effect.text == "deny"


def _around(
    scope: Scope, permission: Permission, statements: tuple[Statement, ...], *, denying: bool
) -> tuple[Statement, ...]:
    """``effect``, ``when`` and ``expires``, where there are any, put around the statements of a grant."""
    if _is_plain(permission):
        return statements
    if permission.effect is not None and permission.grant.text in ("statement", "policy"):
        _not_possible(scope, permission, "a raw statement says its own `Effect`")
        return ()
    if _denies(permission):
        statements = tuple(replace(item, effect="Deny") for item in statements)
    if permission.when is None and permission.expires is None:
        return statements
    from compiler.frontend.conditions import add_conditions, conditions_of

    return add_conditions(scope, permission, statements, conditions_of(scope, permission), denying=denying)


def _not_possible(scope: Scope, permission: Permission, reason: str) -> None:
    keys = [key for key in ("effect", "when", "expires") if key in permission.node.entries]
    key = permission.node.key(keys[0])
    scope.diagnostics.add(
        Diagnostic(
            EFFECT_NOT_ALLOWED,
            f"`{keys[0]}` cannot be put around `{permission.grant.text}`",
            key.span if key else permission.node.span,
            reason,
            help=("write the permissions as grants or statements of their own",),
            path=permission.path,
        )
    )


def _bundle(scope: Scope, permission: Permission, via: tuple[str, ...], *, denying: bool) -> Expanded:
    body = permission.body
    if not isinstance(body, Scalar):
        return Expanded()
    path = f"{permission.path}.bundle"
    name = scope.text(body, path)
    if name is None:
        return Expanded()
    bundle = scope.spec.bundles.get(name)
    if bundle is None:
        known = scope.spec.bundles
        scope.diagnostics.add(
            Diagnostic(
                UNKNOWN_NAME,
                f"bundle `{name}` does not exist",
                body.span,
                "not defined under `bundles`",
                expected=one_of(known, name) if known else "",
                help=did_you_mean(name, known),
                path=path,
            )
        )
        return Expanded()
    if name in via:
        chain = (*via[via.index(name) :], name)
        # Started from the alphabetically first bundle, so that a cycle is one finding wherever it is entered.
        if name == min(chain):
            scope.diagnostics.add(
                Diagnostic(
                    BUNDLE_CYCLE,
                    f"bundles contain one another: {' -> '.join(f'`{item}`' for item in chain)}",
                    body.span,
                    "closes the circle",
                    (Label(bundle.name.span, "begins here"),),
                    help=("take one of them out",),
                    path=path,
                )
            )
        return Expanded()
    return expand(scope, bundle.permissions, (*via, name), denying=denying or _denies(permission))
