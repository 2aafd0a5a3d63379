"""What is attached to a role, and that nothing else may be.

Attachments name a policy by its literal ARN with ``depends_on``: a plan says what is attached, where a reference to the
policy's ``arn`` would say "(known after apply)".
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.ir.program import Policy, Role
from compiler.terraform.document import Value
from compiler.terraform.escape import Template, expression, template
from compiler.terraform.target import LIFECYCLE, Target

Policies = Mapping[str, Policy]


def attachment_label(role_label: str, policy_label: str) -> str:
    """The label of an attachment: two dashes, which no name of a spec can contain, keep the halves apart."""
    return f"{role_label}--{policy_label}"


def add_attachments(target: Target, role: Role, policies: Policies) -> list[str]:
    """Add a role's attachments to the role's file, and for a role of ours the two exclusive lists.

    Gives the addresses of the attachments, sorted.
    """
    origin = target.origin(role.origin)
    role_name = template(role.name) if role.existing else expression(f"aws_iam_role.{role.label}.name")
    arns: list[Template] = []
    addresses: list[str] = []
    for label in role.policies:
        arns.append(target.policy_arn(policies[label]))
        body: dict[str, Value] = {
            "//": origin,
            "role": role_name,
            "policy_arn": arns[-1],
            "depends_on": [f"aws_iam_policy.{label}"],
            "lifecycle": LIFECYCLE,
        }
        addresses.append(_attach(target, role, label, body))
    for managed in role.managed:
        arns.append(template(managed.arn))
        body = {
            "//": target.origin(managed.origin),
            "role": role_name,
            "policy_arn": arns[-1],
            "lifecycle": LIFECYCLE,
        }
        addresses.append(_attach(target, role, managed.label, body))
    addresses.sort()
    if role.exclusive and not role.existing:
        _add_exclusives(target, role, role_name, sorted(arns), addresses)
    return addresses


def _attach(target: Target, role: Role, label: str, body: dict[str, Value]) -> str:
    label = attachment_label(role.label, label)
    return target.document.resource(role.file, "aws_iam_role_policy_attachment", label, body)


def _add_exclusives(
    target: Target, role: Role, role_name: Template, arns: list[Template], addresses: list[str]
) -> None:
    """Nothing but these managed policies, and no inline policy at all.

    The list depends on the attachments so that a new policy is attached before the list takes an old one away.
    """
    origin = target.origin(role.origin)
    body: dict[str, Value] = {"//": origin, "role_name": role_name, "policy_arns": arns}
    if addresses:
        body["depends_on"] = addresses
    body["lifecycle"] = LIFECYCLE
    target.document.resource(role.file, "aws_iam_role_policy_attachments_exclusive", role.label, body)
    no_names: list[Template] = []
    inline: dict[str, Value] = {"//": origin, "role_name": role_name, "policy_names": no_names, "lifecycle": LIFECYCLE}
    target.document.resource(role.file, "aws_iam_role_policies_exclusive", role.label, inline)
