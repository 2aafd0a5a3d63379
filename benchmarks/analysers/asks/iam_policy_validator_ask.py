"""Runs in the environment of iam-policy-validator, through its command line.

It asks AWS for the service reference; there is a folder of it instead, made of the data that we use, so both judge by
the same release.
"""

import json
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

TYPES = {"identity": "IDENTITY_POLICY", "trust": "TRUST_POLICY"}

question = json.load(sys.stdin)
findings, crashed = {name: [] for name in question["documents"]}, {}
with tempfile.TemporaryDirectory() as folder:
    for kind, policy_type in TYPES.items():
        documents = {name: item["text"] for name, item in question["documents"].items() if item["kind"] == kind}
        for name, text in documents.items():
            Path(folder, kind).mkdir(exist_ok=True)
            Path(folder, kind, f"{name}.json").write_text(text, encoding="utf-8")
        if not documents:
            continue
        report = Path(folder, f"{kind}-report.json")
        command = [str(Path(sys.executable).parent / "iam-validator"), "validate", "--path", str(Path(folder, kind))]
        command += ["--policy-type", policy_type, "--format", "json", "--output", str(report)]
        command += ["--aws-services-dir", question["services"]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not report.exists():
            sys.exit(done.stderr or done.stdout)
        for result in json.loads(report.read_text(encoding="utf-8"))["results"]:
            name = Path(result["policy_file"]).stem
            findings[name] = [[item["issue_type"], item["message"]] for item in result["issues"]]
            documents.pop(name, None)
        crashed.update(dict.fromkeys(documents, "not in the report"))
for name in crashed:
    findings.pop(name, None)
version = metadata.version("iam-policy-validator")
json.dump({"version": version, "findings": findings, "crashed": crashed}, sys.stdout)
