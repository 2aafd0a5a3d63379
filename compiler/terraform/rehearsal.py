"""What a plan needs to run without AWS: fake credentials, no backend, nothing in the folder that asks the network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from compiler.terraform.encode import encode
from compiler.terraform.header import generated_from

Json = Any

SETTINGS_FILE = "terraform.tf.json"
VARIABLES_FILE = "variables.tf.json"
VALUES_FILE = "stackgrant-verify.auto.tfvars.json"

# The provider asks nobody as long as it has keys and is told to believe them.
# Source: AWS provider, "Authentication and Configuration".
_OFFLINE: dict[str, Json] = {
    "access_key": "offline",
    "secret_key": "offline",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_region_validation": True,
    "skip_requesting_account_id": True,
}
# What of the provider's configuration shows in a plan. The rest says whom to ask and as whom.
_KEPT = ("region", "default_tags", "ignore_tags")
_BLOCK = re.compile(r'^\s*(data|ephemeral|import|module|provider|backend|cloud)\s*["{]', re.MULTILINE)
_ROOT_KEYS = ("data", "ephemeral", "import", "module", "provider")
_SETTINGS_KEYS = ("backend", "cloud")


def plan_obstacle(files: Mapping[str, bytes]) -> str:
    """Why the folder cannot be planned offline, or an empty text.

    ``files`` are its ``.tf`` and ``.tf.json`` files; what people have added to ours may look things up in AWS.
    """
    for name, content in sorted(files.items()):
        if generated_from(content) is not None:
            continue
        found = _block_of_json(content) if name.endswith(".json") else _block_of_hcl(content)
        if found:
            article = "an" if found[0] in "aeiou" else "a"
            return f"`{name}` has {article} `{found}` block, which may ask AWS"
    return ""


def offline_files(settings: bytes, variables: bytes | None) -> dict[str, bytes]:
    """The files that replace or join the module's own for a plan without AWS.

    ``settings`` and ``variables`` are the generated ``terraform.tf.json`` and ``variables.tf.json``. A root loses its
    backend and its ``allowed_account_ids`` (there is no account); a child module gets a provider and an account.
    """
    root: dict[str, Json] = orjson.loads(settings)
    terraform = {key: value for key, value in root["terraform"].items() if key != "backend"}
    provider = root.get("provider", {}).get("aws", {"region": "us-east-1"})
    kept = {key: provider[key] for key in _KEPT if key in provider}
    files = {SETTINGS_FILE: encode(root | {"terraform": terraform, "provider": {"aws": kept | _OFFLINE}})}
    if variables is not None:
        files[VALUES_FILE] = encode({"account_id": "123456789012"})
    return files


def _block_of_hcl(content: bytes) -> str:
    found = _BLOCK.search(content.decode(errors="replace"))
    return found[1] if found else ""


def _block_of_json(content: bytes) -> str:
    try:
        root = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""  # Terraform will say what is wrong with it
    if not isinstance(root, dict):
        return ""
    settings = root.get("terraform")
    blocks = settings if isinstance(settings, list) else [settings]  # Terraform takes one block or a list of them
    inner = (key for block in blocks if isinstance(block, dict) for key in _SETTINGS_KEYS if key in block)
    return next((key for key in _ROOT_KEYS if key in root), "") or next(inner, "")
