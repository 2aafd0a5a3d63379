"""The tools: how each is installed, asked and named.

Peers are installed into a folder outside of the repository, from PyPI and npm, at the versions that stand here, and run
in processes of their own. One that cannot be installed or does not answer is missing, with the reason.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.cloudformation import resolved
from benchmarks.peers.intents import ACCOUNT, KEY, REGION, Intent
from compiler import __version__
from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources

Json = Any
_HERE = Path(__file__).parent
OURS = "stackgrant"


@dataclass(frozen=True, slots=True)
class Tool:
    """A peer. ``takes_key``: its grants can be told the customer key of the resource."""

    name: str
    title: str
    packages: tuple[str, ...]
    program: str
    takes_key: bool = False


CDK = Tool("cdk", "AWS CDK", ("aws-cdk-lib@2.276.0", "constructs@10.8.1"), "cdk.js", takes_key=True)
PEERS = (
    CDK,
    Tool("sam-template", "SAM policy templates", ("aws-sam-translator==1.115.0",), "sam.py"),
    Tool("sam-connector", "SAM connectors", ("aws-sam-translator==1.115.0",), "sam.py"),
    Tool("policy_sentry", "policy_sentry", ("policy_sentry==0.15.2",), "policy_sentry_crud.py"),
    Tool("iam_builder", "iam_builder", ("iam-builder==4.18.3",), "iam_builder_config.py"),
)
WITH_KEY = " + key"
"""Behind the name of an intent that is asked for with the customer key."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The statements of one tool by intent; ``missing`` says why there are none at all."""

    version: str
    statements: Mapping[str, Sequence[Json]]
    errors: Mapping[str, str]
    missing: str = ""


def ours(intents: Sequence[Intent]) -> Answers:
    """What the compiler writes: the policies of its output files, as Terraform would send them."""
    statements: dict[str, Sequence[Json]] = {}
    errors: dict[str, str] = {}
    for name, permission in _asks(OURS, intents, takes_key=True).items():
        spec = {
            "version": 1,
            "apps": {"shop": {"permissions": [permission]}},
            "stacks": {"shop": {"account": ACCOUNT, "region": REGION, "layers": {"web": {"apps": ["shop"]}}}},
        }
        text = SourceText("spec.yaml", json.dumps(spec))
        result = compile_sources([Source(text, "spec.yaml")])
        if not result.files:
            errors[name] = "; ".join(item.message for item in result.diagnostics)
            continue
        documents = [
            document
            for path, content in result.files.items()
            for label, document in json.loads(content).get("locals", {}).items()
            if label.startswith("policy_") and "app-shop" in path
        ]
        statements[name] = [_sent(statement) for document in documents for statement in document["Statement"]]
    return Answers(__version__, statements, errors)


def _sent(value: Json) -> Json:
    """Terraform reads ``$${`` as ``${``."""
    return json.loads(json.dumps(value).replace("$${", "${").replace("%%{", "%{"))


def answers(tool: Tool, intents: Sequence[Intent], folder: Path) -> Answers:
    """Install the peer where it is not installed yet, and ask it for everything at once."""
    try:
        command, environment = installed(tool, folder)
        asks = _asks(tool.name, intents, tool.takes_key)
        question = {"account": ACCOUNT, "region": REGION, "key": KEY, "asks": asks}
        program = str(_HERE / tool.program)
        output = run([*command, program], folder, json.dumps(question), environment)
        answer = json.loads(output[output.index("{") :])
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return Answers("", {}, {}, reason(error))
    grants = answer["grants"]
    return Answers(
        answer["version"],
        {name: resolved(grants[name]["statements"]) for name in grants if "error" not in grants[name]},
        {name: grants[name]["error"] for name in grants if "error" in grants[name]},
    )


def _asks(tool: str, intents: Sequence[Intent], takes_key: bool) -> Mapping[str, Json]:
    asks: dict[str, Json] = {}
    for intent in intents:
        if tool not in intent.asks:
            continue
        ask = intent.asks[tool]
        asks[intent.name] = {"grant": ask} if tool == "cdk" else ask
        if intent.key_use and takes_key:
            asks[intent.name + WITH_KEY] = {"grant": ask, "key": True} if tool == "cdk" else _with_key(ask)
    return asks


def _with_key(ask: Json) -> Json:
    return {grant: {**arguments, "kms_key": KEY} for grant, arguments in ask.items()}


def is_installed(tool: Tool, folder: Path) -> bool:
    """Whether ``installed`` has nothing to do."""
    return _marker(tool, folder).exists()


def _marker(tool: Tool, folder: Path) -> Path:
    return folder / f"{re.sub('[^a-z0-9]+', '-', ' '.join(tool.packages))}.installed"


def installed(tool: Tool, folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """The interpreter with which the tool's program runs, and the environment; installs what is not there."""
    marker = _marker(tool, folder)
    folder.mkdir(parents=True, exist_ok=True)
    if tool.program.endswith(".js"):
        if not marker.exists():
            (folder / "package.json").write_text("{}\n")
            run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *tool.packages], folder)
        command, environment = ["node"], {**os.environ, "NODE_PATH": str(folder / "node_modules")}
    else:
        python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        if not python.exists():
            run([sys.executable, "-m", "venv", str(folder / "venv")], folder)
        if not marker.exists():
            run([str(python), "-m", "pip", "install", "--quiet", *tool.packages], folder)
        command, environment = [str(python), "-I"], dict(os.environ)
    marker.touch()
    return command, environment


def run(command: Sequence[str], folder: Path, question: str = "", environment: Mapping[str, str] | None = None) -> str:
    """What a command prints; it is told a question on its standard input."""
    process = subprocess.run(
        command, cwd=folder, input=question, capture_output=True, text=True, check=True, timeout=1200, env=environment
    )
    return process.stdout


def reason(error: Exception) -> str:
    """The last line that the program or the package manager said."""
    said = getattr(error, "stderr", None) or str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
