"""The grants that speak about IAM itself: ``pass_role``, ``assume_role`` and ``managed_policy``."""

from __future__ import annotations

import re

from compiler.aws.arn import parse_arn
from compiler.aws.reference import OPEN, display, references, substitute
from compiler.aws.statement import Condition, Statement
from compiler.catalog.context import Context
from compiler.catalog.terraform import is_one_reference
from compiler.diagnostics import Diagnostic, Origin
from compiler.diagnostics.late import LatePattern
from compiler.frontend.codes import INVALID_RESOURCE
from compiler.frontend.conditions import texts_of
from compiler.frontend.scope import Scope
from compiler.ir.program import ManagedPolicy
from compiler.ir.spec import Permission
from compiler.source import Mapping, Node, Scalar

_ROLE_NAME = LatePattern(r"(?:[\w+=,.@-]+/)*[\w+=,.@*?-]+", re.ASCII)
_NAME_OF_ROLE = LatePattern(r"^aws_iam_role\..*\.(?:name|id)$|[._]name$")  # a reference to a name and to no ARN
_POLICY_NAME = LatePattern(r"(?:[\w+=,.@-]+/)*[\w+=,.@-]+", re.ASCII)


def pass_role(scope: Scope, permission: Permission) -> tuple[Statement, ...]:
    """``iam:PassRole`` on the named roles, to the named services only.

    Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
    """
    body = permission.body
    path = f"{permission.path}.pass_role"
    if not isinstance(body, Mapping):
        return ()
    roles = _role_arns(scope, body.get("role"), scope.place, f"{path}.role")
    services = texts_of(scope, body.get("to") or permission.node, f"{path}.to", references=False)
    if not roles or not services:
        return ()
    condition = Condition("StringEquals", "iam:PassedToService", tuple(sorted(set(services))))
    return (Statement(actions=("iam:PassRole",), resources=roles, conditions=(condition,)),)


def assume_role(scope: Scope, permission: Permission) -> tuple[Statement, ...]:
    """``sts:AssumeRole`` on the named roles, with ``sts:TagSession`` when asked for.

    Source: Service Authorization Reference, "AWS Security Token Service".
    """
    body = permission.body
    path = f"{permission.path}.assume_role"
    if not isinstance(body, Mapping):
        return ()
    place = scope.place
    account = body.get("account")
    if isinstance(account, Scalar):
        text = scope.text(account, f"{path}.account")
        if text is None:
            return ()
        place = Context(place.partition, place.region, text)
    roles = _role_arns(scope, body.get("role"), place, f"{path}.role")
    if not roles:
        return ()
    tag_session = body.get("tag_session")
    tagging = isinstance(tag_session, Scalar) and scope.flag(tag_session, f"{path}.tag_session")
    actions = ("sts:AssumeRole", "sts:TagSession") if tagging else ("sts:AssumeRole",)
    external = body.get("external_id")
    if external is None:
        return (Statement(actions=actions, resources=roles),)
    ids = texts_of(scope, external, f"{path}.external_id")
    if not ids:
        return ()
    condition = Condition("StringEquals", "sts:ExternalId", tuple(sorted(set(ids))))
    # The external id is only sent with AssumeRole, so session tags are a statement of their own.
    statements = [Statement(actions=("sts:AssumeRole",), resources=roles, conditions=(condition,))]
    if tagging:
        statements.append(Statement(actions=("sts:TagSession",), resources=roles))
    return tuple(statements)


def _role_arns(scope: Scope, node: Node | None, place: Context, path: str) -> tuple[str, ...]:
    if node is None:
        return ()
    arns: list[str] = []
    for text in texts_of(scope, node, path):
        if is_one_reference(text) and _NAME_OF_ROLE.search(references(text)[0]):
            arns.append(f"arn:{place.partition}:iam::{place.account}:role/{text}")
            continue
        arn = text if text.startswith(OPEN) else _role_arn(scope, node, text, place, path)
        arns += [arn] if arn else []
    return tuple(sorted(set(arns)))


def _role_arn(scope: Scope, node: Node, text: str, place: Context, path: str) -> str | None:
    arn = parse_arn(text)
    if arn is not None and arn.service == "iam" and arn.resource.startswith("role/"):
        return text
    if arn is None and not text.startswith("arn:") and _ROLE_NAME.fullmatch(substitute(text, "x")):
        return f"arn:{place.partition}:iam::{place.account}:role/{text}"
    scope.diagnostics.add(
        Diagnostic(
            INVALID_RESOURCE,
            f"`{display(text)}` is not a role",
            node.span.find(display(text)),
            "not a role's name or ARN",
            expected="a role's name, with its path if it has one (`service/report-task`), or its ARN",
            path=path,
        )
    )
    return None


def managed_policy(scope: Scope, permission: Permission) -> ManagedPolicy | None:
    """A policy made elsewhere: by ARN, by the name of an AWS managed policy, or ``{name, path}`` in this account."""
    body = permission.body
    path = f"{permission.path}.managed_policy"
    origin = Origin(permission.node.span, permission.path)
    if isinstance(body, Mapping):
        name = _text(scope, body.get("name"), f"{path}.name")
        folder = _text(scope, body.get("path"), f"{path}.path") if body.get("path") else "/"
        if name is None or folder is None:
            return None
        full = f"{folder.strip('/')}/{name}".lstrip("/")
        if "/" in name or not _POLICY_NAME.fullmatch(full):
            _no_policy(scope, body, full, path)
            return None
        return ManagedPolicy(
            f"own-{_label(name)}", f"arn:{scope.place.partition}:iam::{scope.place.account}:policy/{full}", origin
        )
    if not isinstance(body, Scalar):
        return None
    text = scope.text(body, path, references=True)
    if text is None:
        return None
    if text.startswith("arn:"):
        parsed = parse_arn(text)
        if parsed is not None and parsed.service == "iam" and parsed.resource.startswith("policy/"):
            owner = "aws" if parsed.account == "aws" else "own"
            return ManagedPolicy(f"{owner}-{_label(parsed.resource.removeprefix('policy/'))}", text, origin)
    elif text.startswith(OPEN):
        return ManagedPolicy(f"ref-{_label('-'.join(references(text)))}", text, origin)
    elif _POLICY_NAME.fullmatch(text):
        return ManagedPolicy(f"aws-{_label(text)}", f"arn:{scope.place.partition}:iam::aws:policy/{text}", origin)
    _no_policy(scope, body, text, path)
    return None


def _no_policy(scope: Scope, body: Node, text: str, path: str) -> None:
    scope.diagnostics.add(
        Diagnostic(
            INVALID_RESOURCE,
            f"`{display(text)}` is not a managed policy",
            body.span,
            "not a policy's name or ARN",
            expected="the name of an AWS managed policy, `arn:…:iam::ACCOUNT:policy/NAME`, or `{name: …}`",
            path=path,
        )
    )


def _text(scope: Scope, node: Node | None, path: str) -> str | None:
    return scope.text(node, path) if isinstance(node, Scalar) else None


def _label(name: str) -> str:
    """A Terraform label part from a policy's name: letters, digits, ``_`` and ``-`` only."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
