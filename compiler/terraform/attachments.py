"""What is attached to a role, and that nothing else may be.

Attachments name a policy by its literal ARN with ``depends_on``: a plan says what is attached, where a reference to the
policy's ``arn`` would say "(known after apply)".

What leaves a role has to wait for what comes: a permission that moves from one policy to another would be missing in
between. Terraform detaches what left the configuration at once, unless something that depended on it is still to be
changed. The exclusive lists are that something; a role without them gets a list that stands for nothing else.

Source: Terraform, "Resource graph" (an object is destroyed after what depended on it was updated, where it is created
before it is destroyed); held against Terraform in ``tests/e2e/test_e2e_split.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from compiler.ir.program import Policy, Role, StackProgram
from compiler.terraform.document import Value
from compiler.terraform.escape import Template, expression, template
from compiler.terraform.target import LIFECYCLE, Target

Policies = Mapping[str, Policy]
ORDER = "terraform_data"
"""Built into Terraform since 1.4: it makes nothing anywhere."""


def attachment_label(role_label: str, policy_label: str) -> str:
    """The label of an attachment: two dashes, which no name of a spec can contain, keep the halves apart."""
    return f"{role_label}--{policy_label}"


def carriers(stack: StackProgram, labels: Collection[str]) -> list[str]:
    """The addresses that put the policies with these labels on roles, sorted."""
    attached = [
        f"aws_iam_role_policy_attachment.{attachment_label(role.label, label)}"
        for role in stack.roles
        for label in role.policies
        if label in labels
    ]
    inline = [f"aws_iam_role_policy.{label}" for role in stack.roles for label in role.inline if label in labels]
    return sorted(attached + inline)


def add_attachments(target: Target, role: Role, policies: Policies, inline: Sequence[str] = ()) -> list[str]:
    """Add a role's attachments to the role's file, and what comes after them: for a role of ours two exclusive lists.

    ``inline`` are the addresses of its inline policies. Gives the addresses of all that the role carries, sorted.
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
    addresses = sorted((*addresses, *inline))
    if role.exclusive and not role.existing:
        names = [template(policies[label].name) for label in role.inline]
        _add_exclusives(target, role, role_name, sorted(arns), sorted(names), addresses)
    elif addresses:
        names = [template(policies[label].name) for label in role.inline]
        _add_order(target, role, sorted(arns) + sorted(names), addresses)
    return addresses


def _attach(target: Target, role: Role, label: str, body: dict[str, Value]) -> str:
    label = attachment_label(role.label, label)
    return target.document.resource(role.file, "aws_iam_role_policy_attachment", label, body)


def _add_exclusives(
    target: Target, role: Role, role_name: Template, arns: list[Template], names: list[Template], addresses: list[str]
) -> None:
    """Nothing but these managed and inline policies.

    The lists depend on what the role carries, so that a new policy is there before a list takes an old one away.
    """
    origin = target.origin(role.origin)
    body: dict[str, Value] = {"//": origin, "role_name": role_name, "policy_arns": arns}
    if addresses:
        body["depends_on"] = addresses
    body["lifecycle"] = LIFECYCLE
    managed = target.document.resource(role.file, "aws_iam_role_policy_attachments_exclusive", role.label, body)
    inline: dict[str, Value] = {"//": origin, "role_name": role_name, "policy_names": names}
    # What was inline and is managed now is attached before this list takes it away.
    inline["depends_on"] = [managed]
    inline["lifecycle"] = LIFECYCLE
    target.document.resource(role.file, "aws_iam_role_policies_exclusive", role.label, inline)


def _add_order(target: Target, role: Role, carried: list[Template], addresses: list[str]) -> None:
    """What the role carries, as a value that changes with it: what goes is taken away after this has changed."""
    body: dict[str, Value] = {
        "//": target.origin(role.origin),
        "input": carried,
        "depends_on": addresses,
        "lifecycle": LIFECYCLE,
    }
    target.document.resource(role.file, ORDER, role.label, body)
