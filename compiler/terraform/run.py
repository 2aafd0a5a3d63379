"""Running Terraform: the only place that does. Whatever happens is a value."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from compiler.diagnostics.value import record

Problem = Literal["", "missing", "timeout"]
# Variables that would change what Terraform does, or let the provider read somebody's credentials.
_DROPPED = ("AWS_", "TF_CLI_ARGS", "TF_LOG", "TF_VAR_")
_DROPPED_EXACTLY = frozenset({"TF_WORKSPACE", "TF_DATA_DIR", "TF_REATTACH_PROVIDERS"})


@record(frozen=True, slots=True)
class Completed:
    """A process that has ended, or (``problem``) one that could not be started or had to be stopped."""

    returncode: int
    stdout: str
    stderr: str
    problem: Problem = ""


def find_terraform() -> str | None:
    """The ``terraform`` on the PATH, or None."""
    return shutil.which("terraform")


def offline_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a Terraform that talks to nobody: no credentials, no telemetry, no questions.

    Source: Terraform CLI, "Environment Variables"; AWS CLI, "Environment variables".
    """
    kept = {
        name: value
        for name, value in (os.environ if environment is None else environment).items()
        if not name.startswith(_DROPPED) and name not in _DROPPED_EXACTLY
    }
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_INPUT": "0",
        "TF_IN_AUTOMATION": "1",
    }


def run(args: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float = 600) -> Completed:
    """Run a program to its end, or for ``timeout`` seconds; then it and what it has started are stopped."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the caller names the program, no shell is involved
            list(args),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Completed(-1, "", str(error), "missing")
    with process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _stop(process)
            stdout, stderr = process.communicate()
            return Completed(-1, stdout, stderr, "timeout")
        except BaseException:  # Ctrl-C does not reach a session of its own
            _stop(process)
            raise
    return Completed(process.returncode, stdout, stderr)


def parse_versions(text: str) -> tuple[str, str]:
    """Versions of Terraform and of the AWS provider in what ``terraform version -json`` says; empty when not said.

    >>> parse_versions('{"terraform_version": "1.11.4"}')
    ('1.11.4', '')
    """
    try:
        said = json.loads(text)
        providers = said.get("provider_selections") or {}
        aws = (str(version) for name, version in providers.items() if name.endswith("/hashicorp/aws"))
        return str(said.get("terraform_version", "")), next(aws, "")
    except (ValueError, AttributeError):
        return "", ""


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop the process with its children: Terraform starts the provider as one."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself meanwhile
            os.killpg(process.pid, signal.SIGKILL)
