"""Specs of one app, one stack and its layers, compiled in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import SourceText
from compiler.driver import Options, Result, Source, compile_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "123456789012"


def spec(*permissions: str, head: str = "", stack: str = "", layers: str = "      web: {apps: [web]}\n") -> str:
    """A spec whose app ``web`` has the permissions; ``head`` and ``stack`` are further lines of the file and stack."""
    listed = "".join(f"      - {permission}\n" for permission in permissions)
    return (
        f"version: 1\n{head}apps:\n  web:\n    permissions:\n{listed}"
        f'stacks:\n  shop:\n    account: "{ACCOUNT}"\n    region: eu-west-1\n{stack}    layers:\n{layers}'
    )


def compiled(text: str, name: str = "spec.yaml", **options: Any) -> Result:
    return compile_sources([Source(SourceText(name, text), name)], Options(**options))


def codes(result: Result) -> list[str]:
    return [item.code.id for item in result.diagnostics]


def policies(result: Result) -> dict[str, list[Mapping[str, Any]]]:
    """The statements of every policy by its label; fails when there is an error."""
    assert not result.failed, [item.message for item in result.diagnostics]
    found = {}
    for data in result.files.values():
        for key, value in json.loads(data).get("locals", {}).items():
            if key.startswith("policy_"):
                found[key.removeprefix("policy_")] = value["Statement"]
    return found


def statements(result: Result) -> list[Mapping[str, Any]]:
    """All statements of all policies."""
    return [statement for document in policies(result).values() for statement in document]
