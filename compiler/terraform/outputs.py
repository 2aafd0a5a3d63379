"""What other configurations read: by layer, the instance profile to give to instances, and its role."""

from __future__ import annotations

from compiler.ir.program import LayerProfile, Role
from compiler.terraform.escape import Template, expression, template
from compiler.terraform.target import Target

_FILE = "outputs"
_DESCRIPTIONS = {
    "instance_profile_names": "Name of the instance profile, by layer",
    "instance_profile_arns": "ARN of the instance profile, by layer",
    "role_names": "Name of the role, by layer",
    "role_arns": "ARN of the role, by layer",
}


def add_outputs(target: Target) -> None:
    """Add the four maps by layer. What is made elsewhere and whose ARN is not known is left out of the ARNs."""
    roles = {role.label: role for role in target.stack.roles}
    values: dict[str, dict[Template, Template]] = {name: {} for name in _DESCRIPTIONS}
    for layer in sorted(target.stack.layers, key=lambda layer: layer.layer):
        for name, value in _of_layer(layer, roles.get(layer.role_label)).items():
            values[name][template(layer.layer)] = value
    for name, description in _DESCRIPTIONS.items():
        target.document.output(_FILE, name, values[name], description=description)


def _of_layer(layer: LayerProfile, role: Role | None) -> dict[str, Template]:
    """References to what is ours, so that whoever uses an output waits for the resource; literals for the rest."""
    found: dict[str, Template] = {}
    if layer.profile_name:
        found["instance_profile_names"] = template(layer.profile_name)
    if layer.profile_arn:
        found["instance_profile_arns"] = template(layer.profile_arn)
    if layer.role_name:
        found["role_names"] = template(layer.role_name)
    if role and role.existing:
        found["role_names"] = template(role.name)
    elif role:
        found["role_names"] = expression(f"aws_iam_role.{role.label}.name")
        found["role_arns"] = expression(f"aws_iam_role.{role.label}.arn")
        if role.profile:
            found["instance_profile_names"] = expression(f"aws_iam_instance_profile.{role.label}.name")
            found["instance_profile_arns"] = expression(f"aws_iam_instance_profile.{role.label}.arn")
    return found
