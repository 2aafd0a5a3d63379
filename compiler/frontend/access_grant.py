"""``access:`` any resource of any service by AWS's access levels: the exact actions, from the service data.

Source: Service Authorization Reference (access levels and resource types of actions).
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.aws.derive import LEVELS, actions_on, level_of, unlimited_actions
from compiler.aws.reference import display
from compiler.aws.service_data import Action, data_version, service_exists, service_title
from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Origin, Span, did_you_mean, one_of
from compiler.frontend.arn_targets import EVERYTHING, Target, apart, read_targets, read_type, report_service
from compiler.frontend.codes import IDLE_ARGUMENT, INVALID_VALUE
from compiler.frontend.derived_codes import NO_DERIVED_ACTION
from compiler.frontend.scope import Scope, narrow
from compiler.ir.spec import Permission
from compiler.source import Mapping, Node, Scalar, Sequence


def access_grant(scope: Scope, permission: Permission) -> tuple[Statement, ...]:
    """The statements of an ``access`` grant: one for each set of actions; none when something is wrong (reported)."""
    body = permission.body
    path = f"{permission.path}.access"
    if not isinstance(body, Mapping):
        return ()
    reported = len(scope.diagnostics.items)
    level = body.get("level")
    levels = _levels(scope, level, f"{path}.level") if level is not None else {}
    resource, service, kind = body.get("resource"), body.get("service"), body.get("type")
    by_actions: dict[tuple[Action, ...], list[str]] = {}
    if resource is not None:
        said = read_type(scope, kind, f"{path}.type") if isinstance(kind, Scalar) else None
        if kind is not None and said is None:
            return ()
        targets = read_targets(scope, resource, f"{path}.resource", said)
        if levels and len(scope.diagnostics.items) == reported:
            by_actions = _on_resources(scope, targets, levels, path)
    elif service is not None:
        if isinstance(kind, Scalar):
            _idle_type(scope, body, path)
        actions = _without_resource(scope, service, levels, path)
        by_actions = {actions: [EVERYTHING]} if actions else {}
    if len(scope.diagnostics.items) > reported:
        return ()
    origins = (Origin(permission.node.span, permission.path),)
    return tuple(
        Statement(
            actions=tuple(sorted({action.full_name for action in actions})),
            resources=texts,
            origins=origins,
            source="access",
            release=data_version(),
        )
        for actions, resources in by_actions.items()
        for texts in apart(resources)
    )


def _levels(scope: Scope, node: Node, path: str) -> dict[str, Span]:
    """The access levels that are asked for, each with where it stands."""
    found: dict[str, Span] = {}
    for scalar in _scalars(node):
        text = scope.text(scalar, path)
        if text is None:
            continue
        if text in LEVELS:
            found.setdefault(text, narrow(scalar, text))
            continue
        scope.diagnostics.add(
            Diagnostic(
                INVALID_VALUE,
                f"there is no access level `{text}`",
                narrow(scalar, text),
                expected=one_of(LEVELS),
                help=did_you_mean(text, LEVELS),
                path=path,
            )
        )
    return found


def _on_resources(
    scope: Scope, targets: tuple[Target, ...], levels: dict[str, Span], path: str
) -> dict[tuple[Action, ...], list[str]]:
    """The resources by what may be done with them; a level or a resource without an action is reported."""
    by_actions: dict[tuple[Action, ...], list[str]] = {}
    missing = dict(levels)
    empty: list[Target] = []
    for target in targets:
        actions = {action.full_name: action for kind in target.kinds for action in actions_on(kind, levels)}
        for action in actions.values():
            missing.pop(level_of(action), None)
        if actions:
            by_actions.setdefault(tuple(actions[name] for name in sorted(actions)), []).append(target.text)
        else:
            empty.append(target)
    what = ", ".join(f"`{display(target.text)}`" for target in targets)
    for level, span in missing.items():
        help_lines = _levels_there(_actions_there(targets)) if len(missing) == len(levels) else ()
        _nothing(scope, f"no action of level `{level}` works on {what}", span, f"{path}.level", help_lines)
    for target in () if len(missing) == len(levels) else empty:
        asked = one_of(levels)
        message = f"no action of level {asked} works on `{display(target.text)}`"
        help_lines = _levels_there(_actions_there((target,)))
        _nothing(scope, message, narrow(target.node, display(target.text)), f"{path}.resource", help_lines)
    return by_actions


def _actions_there(targets: Iterable[Target]) -> tuple[Action, ...]:
    """Every action that works on some of the resources."""
    return tuple(action for target in targets for kind in target.kinds for action in actions_on(kind, LEVELS))


def _without_resource(scope: Scope, node: Node, levels: dict[str, Span], path: str) -> tuple[Action, ...]:
    """The actions of services that know no resource; a level without one is reported."""
    services: list[str] = []
    for scalar in _scalars(node):
        text = scope.text(scalar, f"{path}.service")
        if text is not None and service_exists(text):
            services.append(text.lower())
        elif text is not None:
            report_service(scope, scalar, text, f"{path}.service")
            return ()
    found = {action.full_name: action for name in services for action in unlimited_actions(name, levels)}
    there = {level_of(action) for action in found.values()}
    titles = " or ".join(service_title(name) for name in services)
    for level, span in levels.items():
        if services and level not in there:
            others = [action for name in services for action in unlimited_actions(name, LEVELS)]
            message = f"{titles} has no action of level `{level}` that works without a resource"
            _nothing(scope, message, span, f"{path}.level", _levels_there(others) or (_RESOURCE,))
    return tuple(found[name] for name in sorted(found))


_RESOURCE = "name the resource: `access: {resource: ARN, level: …}`"


def _levels_there(actions: Iterable[Action]) -> tuple[str, ...]:
    there = {level_of(action) for action in actions}
    return (f"there are actions of level {one_of(there)}",) if there else ()


def _nothing(scope: Scope, message: str, span: Span, path: str, help_lines: tuple[str, ...]) -> None:
    notes = (f"so says the service data, release {data_version()}",)
    scope.diagnostics.add(
        Diagnostic(NO_DERIVED_ACTION, message, span, "grants nothing", notes=notes, help=help_lines, path=path)
    )


def _idle_type(scope: Scope, body: Mapping, path: str) -> None:
    key = body.key("type")
    assert key is not None
    scope.diagnostics.add(
        Diagnostic(
            IDLE_ARGUMENT,
            "`type` says nothing about actions that know no resource",
            key.span,
            "has no effect here",
            help=("take it out, or name the `resource` that is of this type",),
            path=f"{path}.type",
        )
    )


def _scalars(node: Node) -> tuple[Scalar, ...]:
    entries = node.items if isinstance(node, Sequence) else (node,)
    return tuple(item for item in entries if isinstance(item, Scalar) and not item.is_null)
