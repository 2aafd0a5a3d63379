"""Runs in the environment of checkov: each document becomes a file of Terraform with one policy or one role."""

import json
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

RESOURCES = {
    "identity": 'resource "aws_iam_policy" "p" {\n  name   = "p"\n  policy = %s\n}\n',
    "trust": 'resource "aws_iam_role" "r" {\n  name               = "r"\n  assume_role_policy = %s\n}\n',
}

question = json.load(sys.stdin)
findings = {name: [] for name in question["documents"]}
with tempfile.TemporaryDirectory() as folder:
    for name, document in question["documents"].items():
        text = json.dumps(document["text"], ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
        Path(folder, f"{name}.tf").write_text(RESOURCES[document["kind"]] % text, encoding="utf-8")
    command = [sys.executable, "-m", "checkov.main", "-d", folder, "-o", "json", "--framework", "terraform"]
    command += ["--compact", "--quiet", "--skip-download"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        sys.exit(done.stderr)
    report = json.loads(done.stdout)
    for item in report.get("results", {}).get("failed_checks", []):
        findings[Path(item["file_path"]).stem].append([item["check_id"], item["check_name"]])
json.dump({"version": metadata.version("checkov"), "findings": findings, "crashed": {}}, sys.stdout)
