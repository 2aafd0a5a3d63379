"""Runs in the environment of cloudsplaining: documents on standard input, findings on standard output."""

import json
import sys
from importlib import metadata

from cloudsplaining.command.scan_policy_file import scan_policy

KINDS = (
    "PrivilegeEscalation",
    "DataExfiltration",
    "ResourceExposure",
    "ServiceWildcard",
    "CredentialsExposure",
    "InfrastructureModification",
)

question = json.load(sys.stdin)
findings, crashed = {}, {}
for name, document in question["documents"].items():
    try:
        results = scan_policy(json.loads(document["text"]))
        findings[name] = [[kind, json.dumps(results[kind]["findings"])] for kind in KINDS if results[kind]["findings"]]
    except (Exception, SystemExit) as error:
        crashed[name] = f"{type(error).__name__}: {error}"
json.dump({"version": metadata.version("cloudsplaining"), "findings": findings, "crashed": crashed}, sys.stdout)
