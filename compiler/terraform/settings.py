"""The ``terraform`` and ``provider`` blocks of a root module, and the variables of a child module."""

from __future__ import annotations

from typing import Any

from compiler.terraform.escape import expression, literal, literal_json, template, template_json
from compiler.terraform.target import Target

Json = Any
_FILE = "terraform"
_VARIABLES_FILE = "variables"


def add_settings(target: Target) -> None:
    """Add what the layout needs: a root has a provider and may have a backend, a child module has variables."""
    settings = target.stack.terraform
    body: dict[str, Json] = {
        "required_version": literal(settings.required_version),
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": literal(settings.aws_version)}},
    }
    if target.layout == "root" and settings.backend:
        kind, arguments = settings.backend
        body["backend"] = {kind: literal_json(arguments or {})}
    target.document.terraform(_FILE, body)
    if target.layout == "root":
        _add_provider(target)
    else:
        _add_variables(target)


def _add_provider(target: Target) -> None:
    """The region and the only account that an apply may touch; the spec's further arguments cannot change those."""
    ours = {
        "region": template(target.stack.region),
        "allowed_account_ids": [template(target.stack.account)],
    }
    target.document.provider(_FILE, "aws", ours | template_json(target.stack.terraform.provider or {}) | ours)


def _add_variables(target: Target) -> None:
    """The account, which differs with every use, and the partition, which the region has already decided."""
    partition = target.stack.partition
    target.document.variable(
        _VARIABLES_FILE,
        "account_id",
        {
            "type": "string",
            "description": "The AWS account the module is applied to: 12 digits",
            "validation": {
                "condition": expression('can(regex("^[0-9]{12}$", var.account_id))'),
                "error_message": "The account id has to be 12 digits, as text.",
            },
        },
    )
    target.document.variable(
        _VARIABLES_FILE,
        "partition",
        {
            "type": "string",
            "description": f"The partition the module was compiled for: the one of {target.stack.region}",
            "default": partition,
            "validation": {
                "condition": expression(f'var.partition == "{partition}"'),
                "error_message": f"The module was compiled for {target.stack.region}, which is in {partition}: "
                "compile the stack for another region to get another partition.",
            },
        },
    )
