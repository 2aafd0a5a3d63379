"""Running a program: whatever happens is a value."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compiler.terraform.run import (
    find_terraform,
    offline_environment,
    parse_versions,
    run,
)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_output_and_code(tmp_path: Path) -> None:
    code = "import sys, os; print(os.getcwd(), 'é'); print('oops', file=sys.stderr); sys.exit(3)"
    done = run(python(code), tmp_path, {"PYTHONIOENCODING": "utf-8"})
    assert (done.returncode, done.stdout, done.stderr, done.problem) == (3, f"{tmp_path.resolve()} é\n", "oops\n", "")


def test_what_is_no_utf8_does_no_harm(tmp_path: Path) -> None:
    done = run(python(r"import sys; sys.stdout.buffer.write(b'a\xffb')"), tmp_path, {})
    assert done.stdout == "a\ufffdb"


def test_nothing_can_be_typed(tmp_path: Path) -> None:
    assert run(python("import sys; print(repr(sys.stdin.read()))"), tmp_path, {}).stdout == "''\n"


@pytest.mark.parametrize("name", ["no-such-program-anywhere", "not-executable", "no-program"])
def test_a_program_that_cannot_be_started(tmp_path: Path, name: str) -> None:
    (tmp_path / "not-executable").write_text("")
    (tmp_path / "no-program").write_bytes(b"\x7fELF of another machine")
    (tmp_path / "no-program").chmod(0o755)
    done = run([str(tmp_path / name)], tmp_path, {})
    assert done.problem == "missing"
    assert done.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
def test_a_program_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    start = time.monotonic()
    done = run(python(code), tmp_path, {}, timeout=1.5)
    assert time.monotonic() - start < 20
    assert done.problem == "timeout"
    assert not _lives(int(done.stdout))


def _lives(pid: int) -> bool:
    """Whether a process runs; one that is dead but was not waited for does not."""
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
        if not state or state.startswith("Z"):
            return False
        time.sleep(0.1)
    return True


def test_terraform_is_looked_for_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_terraform() is None
    binary = tmp_path / "terraform"
    binary.write_text('#!/bin/sh\necho \'{"terraform_version": "1.2.3"}\'\n')
    binary.chmod(0o755)
    assert find_terraform() == str(binary)
    assert parse_versions(run([str(binary)], tmp_path, os.environ).stdout) == ("1.2.3", "")


def test_versions_of_terraform_and_provider() -> None:
    said = '{"terraform_version": "1.11.4", "provider_selections": {"registry.terraform.io/hashicorp/aws": "5.100.0"}}'
    assert parse_versions(said) == ("1.11.4", "5.100.0")


@pytest.mark.parametrize("text", ["", "Terraform v1.0", "[]", "{}", '{"provider_selections": [1]}'])
def test_versions_that_cannot_be_read(text: str) -> None:
    assert parse_versions(text) == ("", "")


def test_the_environment_has_nobodys_credentials() -> None:
    environment = offline_environment(
        {
            "AWS_PROFILE": "prod",
            "AWS_ACCESS_KEY_ID": "x",
            "TF_CLI_ARGS": "-destroy",
            "TF_CLI_ARGS_plan": "-destroy",
            "TF_LOG_PATH": "/tmp/x",
            "TF_VAR_account_id": "1",
            "TF_WORKSPACE": "other",
            "TF_DATA_DIR": "elsewhere",
            "TF_CLI_CONFIG_FILE": "/etc/mirror.tfrc",
            "TF_PLUGIN_CACHE_DIR": "/cache",
            "HOME": "/home/me",
            "HTTPS_PROXY": "http://proxy",
        }
    )
    assert environment == {
        "TF_CLI_CONFIG_FILE": "/etc/mirror.tfrc",
        "TF_PLUGIN_CACHE_DIR": "/cache",
        "HOME": "/home/me",
        "HTTPS_PROXY": "http://proxy",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_INPUT": "0",
        "TF_IN_AUTOMATION": "1",
    }
