"""Policy templates and connectors of AWS SAM, as aws-sam-translator makes statements of them."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

from samtranslator.model.connector_profiles.profile import get_profile, profile_replace
from samtranslator.policy_template_processor.processor import PolicyTemplatesProcessor

Json = Any


def main() -> None:
    asks = json.load(sys.stdin)["asks"]
    print(json.dumps({"version": version("aws-sam-translator"), "grants": {name: _ask(asks[name]) for name in asks}}))


def _ask(ask: Json) -> Json:
    if "template" in ask:
        processor = PolicyTemplatesProcessor(PolicyTemplatesProcessor.get_default_policy_templates_json())
        return {"statements": processor.convert(ask["template"], ask["parameters"])["Statement"]}
    properties = get_profile(ask["source"], ask["destination"])["Properties"]["AccessCategories"]
    found = [item for access in ask["permissions"] for item in properties[access]["Statement"]]
    names = {f"Destination.{name}": value for name, value in ask["properties"].items()}
    return {"statements": profile_replace(found, names)}


main()
