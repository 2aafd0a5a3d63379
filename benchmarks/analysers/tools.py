"""The analysers: how each is installed and asked.

Each is installed from PyPI into an environment of its own, outside of the repository, and answers in a process of its
own. One that cannot be installed or does not answer is missing, with the reason.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.analysers.services import write_reference
from benchmarks.measure import ROOT
from compiler import __version__

Json = Any
OURS = "stackgrant"
_ASKS = Path(__file__).parent / "asks"
_LIMIT = 900
"""Seconds that a tool may take for all documents."""


@dataclass(frozen=True, slots=True)
class Tool:
    """An analyser: its name on PyPI and the requirements that it is installed by."""

    name: str
    requirements: tuple[str, ...]
    program: str


TOOLS = (
    Tool("parliament", ("parliament==1.6.4", "setuptools==65.5.0"), "parliament_ask.py"),
    Tool("iam-policy-validator", ("iam-policy-validator==1.31.4",), "iam_policy_validator_ask.py"),
    Tool("cfn-lint", ("cfn-lint==1.58.0",), "cfn_lint_ask.py"),
    Tool("cloudsplaining", ("cloudsplaining==0.9.1",), "cloudsplaining_ask.py"),
    Tool("checkov", ("checkov==3.3.30",), "checkov_ask.py"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one tool says: findings by document as (kind, message); ``seconds`` are those of the whole process."""

    version: str
    findings: Mapping[str, Sequence[Sequence[str]]]
    crashed: Mapping[str, str]
    seconds: float
    missing: str = ""


def ask(tool: Tool, documents: Mapping[str, Mapping[str, str]], folder: Path) -> Answer:
    """Ask a tool about documents (name -> kind and text)."""
    python = folder / tool.name / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder / tool.name)], check=True, capture_output=True)
            command = [str(python), "-m", "pip", "install", "-q", *tool.requirements]
            subprocess.run(command, check=True, capture_output=True)
        services = folder / "services"
        if not (services / "_services.json").exists():
            write_reference(services)
        question = json.dumps({"documents": documents, "services": str(services)})
        environment = {**os.environ, "TOOL": tool.name}
        start = time.perf_counter()
        done = subprocess.run(
            [str(python), str(_ASKS / tool.program)],
            input=question, capture_output=True, text=True, check=True, timeout=_LIMIT, env=environment,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        answer = json.loads(done.stdout[done.stdout.index("{") :])
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        return Answer("", {}, {}, 0, str(reason).strip().splitlines()[-1] if str(reason).strip() else "no answer")
    return Answer(answer["version"], answer["findings"], answer["crashed"], seconds)


def ask_ours(documents: Mapping[str, Mapping[str, str]]) -> Answer:
    """The same question to our own command, as a user runs it: a process, one file per document."""
    with tempfile.TemporaryDirectory() as folder:
        for name, document in documents.items():
            kind = Path(folder, document["kind"])
            kind.mkdir(exist_ok=True)
            (kind / f"{name}.json").write_text(document["text"], encoding="utf-8")
        findings: dict[str, list[list[str]]] = {name: [] for name in documents}
        seconds = 0.0
        for kind in sorted(Path(folder).iterdir()):
            command = [sys.executable, "-m", "compiler", "check-policy", str(kind), "--type", kind.name]
            start = time.perf_counter()
            done = subprocess.run(
                [*command, "--format", "json", "--no-config"], capture_output=True, text=True, check=False, cwd=ROOT
            )
            seconds += time.perf_counter() - start
            for item in json.loads(done.stdout)["findings"]:
                findings[Path(item["file"]).stem].append([item["code"], item["message"]])
    return Answer(__version__, findings, {}, seconds)
