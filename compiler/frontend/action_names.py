"""The entries of ``actions.allow``: actions, wildcards, and the names that APIs, SDKs and the command line give them.

``s3:GetObject`` and ``s3:Get*`` are IAM's; ``s3:ListObjectsV2``, ``s3.list_objects_v2``, ``s3api list-objects-v2`` and
``ListObjectsV2`` (beside others of the service) are taken for the actions that the operation needs.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.aws.api_names import actions_for, prefix_of, services_with
from compiler.aws.service_data import (
    Action,
    actions_of,
    data_version,
    expand_action,
    service_exists,
    service_title,
)
from compiler.diagnostics import Diagnostic, Span, did_you_mean, one_of
from compiler.diagnostics.value import record
from compiler.frontend.arn_targets import report_service
from compiler.frontend.derived_codes import UNKNOWN_ACTION_NAME
from compiler.frontend.scope import Scope, narrow
from compiler.source import Node, Scalar, Sequence


@record(frozen=True, slots=True)
class Entry:
    """One entry: its text, where it stands, and the actions that it comes to, sorted.

    ``stands_for``: the text is the name of an operation, and the actions are what it needs.
    """

    text: str
    span: Span
    actions: tuple[Action, ...]
    is_wildcard: bool = False
    stands_for: bool = False


def read_entries(scope: Scope, node: Node, path: str, services: Iterable[str] | None) -> tuple[Entry, ...]:
    """The sound entries of a list; ``services`` are those of the resources, for names that say no service.

    Without ``services`` such names are passed over.
    """
    found: dict[int, Entry] = {}
    bare: list[tuple[int, Scalar, str, str]] = []
    entries = node.items if isinstance(node, Sequence) else (node,)
    for index, scalar in enumerate(entries):
        where = f"{path}[{index}]" if isinstance(node, Sequence) else path
        text = scope.text(scalar, where) if isinstance(scalar, Scalar) and not scalar.is_null else None
        if text is None or not isinstance(scalar, Scalar):
            continue
        if not any(sign in text for sign in ":. *?"):
            bare.append((index, scalar, text, where))
        elif entry := _entry(scope, scalar, text, where):
            found[index] = entry
    near = {action.service for entry in found.values() for action in entry.actions} | set(services or ())
    for index, scalar, text, where in bare if services is not None else ():
        if entry := _bare(scope, scalar, text, where, near):
            found[index] = entry
    return tuple(found[index] for index in sorted(found))


def _entry(scope: Scope, scalar: Scalar, text: str, path: str) -> Entry | None:
    """An entry that says its service."""
    span = narrow(scalar, text)
    client, name, is_iam = _parts(text)
    if not client or not name or "*" in client or "?" in client:
        _unknown(scope, span, f"`{text}` is no action", path, expected="`SERVICE:ACTION`, such as `s3:GetObject`")
        return None
    if is_iam and service_exists(client):
        actions = expand_action(text)
        if actions:
            return Entry(text, span, actions, "*" in text or "?" in text)
    prefix = prefix_of(client)
    if prefix is None:
        report_service(scope, scalar, client, path)
        return None
    actions = actions_for(prefix, name)
    if actions:
        return Entry(text, span, actions, stands_for=True)
    known = [action.full_name for action in actions_of(prefix).values()]
    if "*" in name or "?" in name:
        _unknown(scope, span, f"`{text}` matches no action of {service_title(prefix)}", path)
        return None
    meant = f"{prefix}:{name.replace('_', '').replace('-', '')}"
    message = f"`{text}` is neither an action nor an API operation of {service_title(prefix)}"
    _unknown(scope, span, message, path, help_lines=did_you_mean(meant, known))
    return None


def _parts(text: str) -> tuple[str, str, bool]:
    """Service or client, name, and whether it is written as IAM does: ``s3:X``, ``s3.x`` or ``aws s3api x``."""
    service, colon, name = text.partition(":")
    if colon:
        return service, name, True
    words = text.split()
    if len(words) > 1:
        words = words[1:] if words[0] == "aws" else words
        return (words[0], words[1], False) if len(words) == 2 else ("", "", False)
    client, _, name = text.partition(".")
    return client, name, False


def _bare(scope: Scope, scalar: Scalar, text: str, path: str, near: Iterable[str]) -> Entry | None:
    """An entry that names an operation only: of the services that are spoken of, or the only one that has it."""
    span = narrow(scalar, text)
    services = sorted(near)
    found = (services_with(text, services) if services else {}) or services_with(text)
    if len(found) == 1:
        (actions,) = found.values()
        return Entry(text, span, actions, stands_for=True)
    if found:
        _unknown(
            scope, span, f"several services have `{text}`", path,
            expected=one_of((f"{prefix}:{text}" for prefix in found), limit=len(found)),
        )  # fmt: skip
        return None
    known = [action.name for prefix in services for action in actions_of(prefix).values()]
    _unknown(
        scope, span, f"`{text}` is neither an action nor an API operation", path,
        expected="`SERVICE:ACTION`, such as `s3:GetObject`", help_lines=did_you_mean(text, known),
    )  # fmt: skip
    return None


def _unknown(
    scope: Scope, span: Span, message: str, path: str, expected: str = "", help_lines: tuple[str, ...] = ()
) -> None:
    notes = () if expected or help_lines else (
        f"the service data is release {data_version()}; what is newer can be granted with `statement`",
    )  # fmt: skip
    scope.diagnostics.add(
        Diagnostic(
            UNKNOWN_ACTION_NAME, message, span, "grants nothing", expected=expected, notes=notes, help=help_lines,
            path=path,
        )
    )  # fmt: skip
