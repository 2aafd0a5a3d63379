"""``actions:`` a list of actions, split over a list of ARNs: each action goes onto the ARNs that it works on.

Names of API operations, boto3 methods and CLI commands are taken for the actions that they need. A wildcard becomes the
exact actions that work on the ARNs; of an action that is written out, nothing is ever left out.

Source: Service Authorization Reference (resource types of actions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.aws.arn import parse_arn
from compiler.aws.derive import action_takes, kinds_for
from compiler.aws.reference import display
from compiler.aws.service_data import Action, data_version
from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Label, Origin, one_of
from compiler.diagnostics.value import record
from compiler.frontend.action_names import Entry, read_entries
from compiler.frontend.arn_targets import EVERYTHING, Target, apart, formats, read_targets
from compiler.frontend.derived_codes import (
    ACTION_WITHOUT_RESOURCE,
    RESOURCE_WITHOUT_ACTION,
    UNLIMITED_WITHOUT_REASON,
    WILDCARD_REMAINDER,
)
from compiler.frontend.scope import Scope, narrow
from compiler.ir.spec import Permission
from compiler.source import Mapping

_FEW = 3


@record(frozen=True, slots=True)
class _Split:
    """What became of one entry: for each action the resources it goes onto, and what of a wildcard is left out."""

    entry: Entry
    resources: dict[Action, tuple[str, ...]]
    left_out: tuple[Action, ...] = ()

    @property
    def unmatched(self) -> tuple[Action, ...]:
        """The actions that are missing: all of a wildcard, or any of those that a name stands for."""
        wanted = [action for action in self.entry.actions if action not in self.resources]
        return () if self.entry.is_wildcard and self.resources else tuple(wanted)


def actions_grant(scope: Scope, permission: Permission, *, denying: bool) -> tuple[Statement, ...]:
    """The statements of an ``actions`` grant: one for each set of ARNs; none when something is wrong (reported)."""
    body = permission.body
    path = f"{permission.path}.actions"
    allow = body.get("allow") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or allow is None:
        return ()
    reported = len(scope.diagnostics.items)
    on = body.get("on")
    targets = read_targets(scope, on, f"{path}.on", everything=True) if on is not None else ()
    # Of what service a bare name is cannot be told when the resources are not known.
    near = _services(targets) if len(scope.diagnostics.items) == reported else None
    entries = read_entries(scope, allow, f"{path}.allow", near)
    if len(scope.diagnostics.items) > reported:
        return ()
    splits = [_split(entry, targets) for entry in entries]
    lost = [item for item in splits if item.unmatched]
    for item in lost:
        _report_action(scope, item, targets, f"{path}.allow")
    if lost:
        return ()
    used = {text for item in splits for texts in item.resources.values() for text in texts}
    idle = [target for target in targets if target.text not in used]
    for target in idle:
        _report_resource(scope, target, entries, f"{path}.on")
    if idle:
        return ()
    if not denying:
        _report_unlimited(scope, permission, splits, f"{path}.allow")
    for item in splits:
        _report_left_out(scope, item, f"{path}.allow", "denied" if denying else "allowed")
    return tuple(_statements(splits, Origin(permission.node.span, permission.path)))


def _services(targets: Iterable[Target]) -> frozenset[str]:
    """The services of resources: where a name without a service is looked for first."""
    arns = (parse_arn(target.text) for target in targets)
    return frozenset(kind.service for target in targets for kind in target.kinds) | {arn.service for arn in arns if arn}


def _split(entry: Entry, targets: tuple[Target, ...]) -> _Split:
    found: dict[Action, tuple[str, ...]] = {}
    unlimited = tuple(action for action in entry.actions if not action.resource_types)
    if entry.is_wildcard and not targets and len(unlimited) < len(entry.actions):
        return _Split(entry, {})  # it asks for a resource, and there is none
    for action in entry.actions:
        if action.resource_types:
            texts = tuple(sorted({item.text for item in targets if action_takes(action, item.text, item.said)}))
            if texts:
                found[action] = (EVERYTHING,) if EVERYTHING in texts else texts
    # What a wildcard matches beside the actions on the ARNs is not what it was written for.
    if entry.is_wildcard and found and not any(target.text == EVERYTHING for target in targets):
        return _Split(entry, found, unlimited)
    return _Split(entry, {**found, **dict.fromkeys(unlimited, (EVERYTHING,))})


def _statements(splits: Iterable[_Split], origin: Origin) -> Iterator[Statement]:
    """One statement for each set of resources."""
    by_resources: dict[tuple[str, ...], set[str]] = {}
    for item in splits:
        for action, texts in item.resources.items():
            for part in apart(texts):
                by_resources.setdefault(part, set()).add(action.full_name)
    for texts, actions in sorted(by_resources.items()):
        yield Statement(
            actions=tuple(sorted(actions)),
            resources=texts,
            origins=(origin,),
            source="actions",
            release=data_version(),
        )


def _report_action(scope: Scope, item: _Split, targets: tuple[Target, ...], path: str) -> None:
    entry, actions = item.entry, item.unmatched
    what, verb = f"`{entry.text}`", "works"
    if entry.stands_for:
        what, verb = f"{what} needs {_named(actions)}, which", "works" if len(actions) == 1 else "work"
    elif entry.is_wildcard:
        what, verb = f"{what} matches actions that", "work"
    needed = formats(scope, kinds_for(actions), display(targets[0].text) if targets else "")
    scope.diagnostics.add(
        Diagnostic(
            ACTION_WITHOUT_RESOURCE,
            f"{what} {verb} on {'none of these resources' if targets else 'a resource, and `on` names none'}",
            entry.span,
            "never allowed here" if targets else "on which resource?",
            tuple(Label(narrow(target.node, display(target.text))) for target in targets[:_FEW]),
            expected=needed,
            notes=(f"so says the service data, release {data_version()}",) if targets else (),
            help=("add such an ARN to `on`" if targets else 'add `on:` with the ARN, or `on: "*"` for every resource',),
            path=path,
        )
    )


def _report_resource(scope: Scope, target: Target, entries: tuple[Entry, ...], path: str) -> None:
    actions = [action for entry in entries for action in entry.actions]
    kinds = kinds_for(actions)
    is_a = one_of(f"{kind.service}:{kind.name}" for kind in target.kinds) if target.kinds else ""
    scope.diagnostics.add(
        Diagnostic(
            RESOURCE_WITHOUT_ACTION,
            f"none of the actions works on `{display(target.text)}`",
            narrow(target.node, display(target.text)),
            f"is {is_a}" if is_a else "means nothing here",
            expected=formats(scope, kinds, display(target.text)) if kinds else "",
            notes=() if kinds else (f"{_named(actions)} cannot be limited to a resource",),
            help=("take it out, or add the actions that were meant for it",)
            if kinds
            else ("leave `on` out: the statement is about every resource",),
            path=path,
        )
    )


def _report_unlimited(scope: Scope, permission: Permission, splits: Iterable[_Split], path: str) -> None:
    if permission.reason is not None:
        return
    found = [
        (item.entry, action) for item in splits for action, texts in item.resources.items() if texts == (EVERYTHING,)
    ]
    if not found:
        return
    actions = [action for _, action in found]
    verb = "is" if len(set(actions)) == 1 else "are"
    forced = not any(action.resource_types for action in actions)
    scope.diagnostics.add(
        Diagnostic(
            UNLIMITED_WITHOUT_REASON,
            f"{_named(actions)} {verb} allowed on every resource, without a reason",
            found[0][0].span,
            'goes into a statement with `"Resource": "*"`',
            notes=("AWS cannot limit such an action to a resource",) if forced else (),
            help=("say why, with `reason:` beside `actions:`",),
            path=path,
        )
    )


def _report_left_out(scope: Scope, item: _Split, path: str, verb: str) -> None:
    if not item.left_out:
        return
    scope.diagnostics.add(
        Diagnostic(
            WILDCARD_REMAINDER,
            f"`{item.entry.text}` also matches {_named(item.left_out)}, which cannot be limited to these resources",
            item.entry.span,
            f"only what works on them is {verb}",
            help=(f"write the actions out: those that work on `*` only are then {verb} there",),
            path=path,
        )
    )


def _named(actions: Iterable[Action]) -> str:
    names = [f"`{name}`" for name in sorted({action.full_name for action in actions})]
    if len(names) > _FEW:
        return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
