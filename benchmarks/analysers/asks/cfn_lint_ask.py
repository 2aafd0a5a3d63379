"""Runs in the environment of cfn-lint: each document becomes a template with one managed policy or one role."""

import json
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from cfnlint.api import ManualArgs, lint_file

TEMPLATES = {
    "identity": '{"Resources": {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": %s}}}}',
    "trust": '{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": %s}}}}',
}

question = json.load(sys.stdin)
findings, crashed = {}, {}
with tempfile.TemporaryDirectory() as folder:
    for name, document in question["documents"].items():
        file = Path(folder, "template.json")
        file.write_text(TEMPLATES[document["kind"]] % document["text"], encoding="utf-8")
        try:
            told = lint_file(file, config=ManualArgs(regions=["eu-west-1"]))
            findings[name] = [[item.rule.id, item.message] for item in told]
        except (Exception, SystemExit) as error:
            crashed[name] = f"{type(error).__name__}: {error}"
json.dump({"version": metadata.version("cfn-lint"), "findings": findings, "crashed": crashed}, sys.stdout)
