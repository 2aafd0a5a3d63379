"""Runs in the environment of parliament: documents on standard input, findings on standard output."""

import json
import os
import sys
from importlib import metadata
from pathlib import Path

import parliament

parliament.override_config(Path(parliament.__file__).parent / "community_auditors" / "config_override.yaml")
question = json.load(sys.stdin)
findings, crashed = {}, {}
for name, document in question["documents"].items():
    try:
        policy = parliament.analyze_policy_string(document["text"], include_community_auditors=True)
        told = [parliament.enhance_finding(item) for item in policy.findings]
        # What its command line shows by default: everything from LOW on.
        findings[name] = [[item.issue, str(item.detail or item.title)] for item in told if item.severity != "INFO"]
    except Exception as error:
        crashed[name] = f"{type(error).__name__}: {error}"
version = metadata.version(os.environ["TOOL"])
json.dump({"version": version, "findings": findings, "crashed": crashed}, sys.stdout)
