"""Roles with their trust policy, and the instance profiles that hand them to instances."""

from __future__ import annotations

from compiler.ir.program import Profile, Role
from compiler.terraform.document import Value
from compiler.terraform.escape import expression, template
from compiler.terraform.policies import document_template
from compiler.terraform.target import LIFECYCLE, PROTECTED, Target


def add_role(target: Target, role: Role) -> None:
    """Add a role that is ours to the role's file; nothing for a role made elsewhere."""
    if role.existing:
        return
    origin = target.origin(role.origin)
    local = target.document.local(role.file, f"trust_{role.label}", document_template(role.trust), origin=origin)
    body: dict[str, Value] = {"//": origin, "name": template(role.name), "path": template(role.path)}
    if role.description:
        body["description"] = template(role.description)
    body["assume_role_policy"] = expression(f"jsonencode({local})")
    if role.permissions_boundary:
        body["permissions_boundary"] = template(role.permissions_boundary)
    if role.max_session_duration is not None:
        body["max_session_duration"] = role.max_session_duration
    if role.tags:
        body["tags"] = target.tags(role.tags)
    body["lifecycle"] = PROTECTED if role.protect else LIFECYCLE
    target.document.resource(role.file, "aws_iam_role", role.label, body)


def add_profile(target: Target, role: Role, profile: Profile, attachments: list[str]) -> None:
    """Add the instance profile of a role to the role's file.

    It depends on the attachments: instances get the role only when it has its policies, and when a role is replaced by
    one of another name the profile changes over before the old one loses anything.
    """
    body: dict[str, Value] = {
        "//": target.origin(role.origin),
        "name": template(profile.name),
        "path": template(profile.path),
        "role": expression(f"aws_iam_role.{role.label}.name"),
    }
    if role.tags:
        body["tags"] = target.tags(role.tags)
    if attachments:
        body["depends_on"] = attachments
    body["lifecycle"] = PROTECTED if role.protect else LIFECYCLE
    target.document.resource(role.file, "aws_iam_instance_profile", role.label, body)
