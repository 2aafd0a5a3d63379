"""The grants that are no data of the catalogue, each with an expansion of its own."""

from __future__ import annotations

from compiler.aws.statement import Statement
from compiler.frontend.access_grant import access_grant
from compiler.frontend.actions_grant import actions_grant
from compiler.frontend.iam_grants import assume_role, pass_role
from compiler.frontend.policy_file import policy_statements
from compiler.frontend.raw_statements import raw_statements
from compiler.frontend.scope import Scope
from compiler.ir.spec import Permission
from compiler.source import Scalar


def own_statements(scope: Scope, permission: Permission, *, denying: bool) -> tuple[Statement, ...]:
    """The statements of such a grant, or none when something in it is wrong (which is reported)."""
    grant = permission.grant.text
    path = f"{permission.path}.{grant}"
    if grant == "statement":
        return raw_statements(scope, permission.body, path, "statement")
    if grant == "policy":
        body = permission.body
        return policy_statements(scope, body, path) if isinstance(body, Scalar) else ()
    if grant == "pass_role":
        return pass_role(scope, permission)
    if grant == "assume_role":
        return assume_role(scope, permission)
    if grant == "access":
        return access_grant(scope, permission)
    assert grant == "actions", grant
    return actions_grant(scope, permission, denying=denying)
