"""The shipped cut of the provider's schema against the provider itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compiler.terraform.selfcheck import provider_schema
from tests.support.tf import Terraform

KEPT = ("computed", "deprecated", "optional", "required")


def cut(schema: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a resource, each with its type and with what is true of it."""
    return {
        name: {key: True for key in KEPT if argument.get(key)} | {"type": argument["type"]}
        for name, argument in schema["block"]["attributes"].items()
    }


def test_the_self_check_knows_what_the_provider_knows(home: Path) -> None:
    schemas = json.loads(Terraform(home, home).must("providers", "schema", "-json").out)
    installed = schemas["provider_schemas"]["registry.terraform.io/hashicorp/aws"]["resource_schemas"]
    for kind, arguments in provider_schema()["resources"].items():
        assert arguments == cut(installed[kind]), kind
