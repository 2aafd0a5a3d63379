"""Real Terraform and a fake AWS for the tests: one ``terraform init`` for a whole run, moto on a loopback port.

``STACKGRANT_TEST_PLUGIN_DIR`` names a folder with the provider (for machines without a network); without it
``terraform init`` downloads the provider once per run.
"""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

Json = Any
PLUGIN_DIR_VARIABLE = "STACKGRANT_TEST_PLUGIN_DIR"
OVERRIDE_FILE = "moto_override.tf.json"

_REQUIREMENTS = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.72.0, < 7.0.0"}}}
}
_KEYS = {"access_key": "test", "secret_key": "test"}


class TerraformError(AssertionError):
    """A Terraform command ended with an error that the test did not expect."""


@dataclass(frozen=True)
class Outcome:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Plan:
    """A plan as ``terraform show -json`` tells it, and as people read it."""

    data: Json
    text: str

    @property
    def actions(self) -> dict[str, tuple[str, ...]]:
        """Address -> actions of all resources that would change, in any way."""
        changes = {change["address"]: tuple(change["change"]["actions"]) for change in self.data["resource_changes"]}
        return {address: actions for address, actions in changes.items() if actions != ("no-op",)}

    @property
    def moves(self) -> dict[str, str]:
        """Former address -> address."""
        return {
            change["previous_address"]: change["address"]
            for change in self.data["resource_changes"]
            if "previous_address" in change
        }

    def planned(self, address: str) -> Json:
        """The arguments that a resource would have."""
        found = [change for change in self.data["resource_changes"] if change["address"] == address]
        return found[0]["change"]["after"]

    @property
    def outputs(self) -> dict[str, Json]:
        """The values of outputs that are known when planning."""
        return {name: change["after"] for name, change in self.data.get("output_changes", {}).items()}


@dataclass
class Terraform:
    """Terraform in one folder. ``home`` is a folder that ``prepared_home`` has initialised."""

    folder: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *args: str) -> Outcome:
        """Any command; never fails the test by itself."""
        environment = clean_environment() | dict(self.environment)
        done = subprocess.run(
            ["terraform", *args], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def must(self, *args: str) -> Outcome:
        """A command that has to succeed."""
        done = self.run(*args)
        if done.code != 0:
            raise TerraformError(f"terraform {' '.join(args)}\n{done.text}")
        return done

    def init(self) -> None:
        """Use the provider of ``home``, without running anything."""
        state = self.folder / ".terraform"
        state.mkdir(exist_ok=True)
        if not (state / "providers").exists():
            (state / "providers").symlink_to(self.home / ".terraform" / "providers", target_is_directory=True)
        shutil.copy(self.home / ".terraform.lock.hcl", self.folder)

    def init_modules(self) -> None:
        """A real ``init``, for a folder that calls modules; the provider comes from ``home``."""
        self.must("init", "-input=false", "-no-color", f"-plugin-dir={self.home / '.terraform' / 'providers'}")

    def validate(self) -> Json:
        """What ``validate -json`` says."""
        return json.loads(self.run("validate", "-json").out)

    def plan(self, *args: str) -> Plan:
        """A plan that has to succeed."""
        text = self.must("plan", "-no-color", "-input=false", "-out=test.tfplan", *args).out
        return Plan(json.loads(self.must("show", "-json", "test.tfplan").out), text)

    def pending(self) -> str:
        """What a plan says that is still to be done; nothing where all is as it should be.

        A ``plan`` would read it from JSON, for which Terraform starts the provider once more.
        """
        done = self.run("plan", "-no-color", "-input=false", "-detailed-exitcode")
        if done.code not in (0, 2):
            raise TerraformError(f"terraform plan\n{done.text}")
        return done.out if done.code else ""

    def apply(self) -> Outcome:
        """Apply without asking."""
        return self.must("apply", "-no-color", "-input=false", "-auto-approve")

    def apply_planned(self) -> Outcome:
        """Apply the last plan, without making another one."""
        return self.must("apply", "-no-color", "-input=false", "test.tfplan")

    def destroy(self) -> Outcome:
        """Destroy without asking."""
        return self.must("destroy", "-no-color", "-input=false", "-auto-approve")

    def test(self) -> Outcome:
        """``terraform test``, without any credentials to use by accident."""
        return self.run("test", "-no-color")


def clean_environment() -> dict[str, str]:
    """The environment without anything that points at a real AWS account or changes what Terraform does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.environ.get("TF_CLI_CONFIG_FILE", os.devnull),
        "TF_IN_AUTOMATION": "1",
        "TF_PLUGIN_CACHE_DIR": os.environ.get("TF_PLUGIN_CACHE_DIR", ""),
    }


def plugin_dir() -> str | None:
    """The folder with the provider, where the machine has one."""
    return os.environ.get(PLUGIN_DIR_VARIABLE) or None


def unavailable(message: str) -> None:
    """Skip where Terraform cannot be used; fail where it is expected to be."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def prepared_home(folder: Path) -> Path:
    """Run the one ``terraform init`` in ``folder``; other folders take the provider from there."""
    if not shutil.which("terraform"):
        unavailable("terraform is not on the PATH: what Terraform says about the output is not tested")
    (folder / "requirements.tf.json").write_text(json.dumps(_REQUIREMENTS))
    where = plugin_dir()
    arguments = [f"-plugin-dir={where}"] if where else []
    done = Terraform(folder, folder).run("init", "-input=false", "-no-color", *arguments)
    if done.code != 0:
        reason = next((line for line in done.err.splitlines() if line.startswith("Error:")), "terraform init failed")
        unavailable(f"no AWS provider ({reason}): set {PLUGIN_DIR_VARIABLE} to a folder that has it")
    return folder


def write_module(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Make ``folder`` hold exactly these generated files beside what else is in it."""
    for stale in [*folder.glob("*.tf.json"), *folder.glob("tests/*.tftest.json")]:
        if stale.name != OVERRIDE_FILE:
            stale.unlink()
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def offline_override() -> bytes:
    """An override that lets a root module be planned without any AWS at all."""
    return _override({"skip_requesting_account_id": True, "allowed_account_ids": None})


def override_for_moto(endpoint: str, region: str) -> bytes:
    """An override that sends the provider to moto; ``allowed_account_ids`` stays in force."""
    return _override({"region": region, "endpoints": {"iam": endpoint, "sts": endpoint}})


def _override(arguments: dict[str, Json]) -> bytes:
    provider = {**_KEYS, "skip_credentials_validation": True, "skip_metadata_api_check": True, **arguments}
    return json.dumps({"provider": {"aws": provider}}).encode()


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """A fake AWS in a process of its own; gives its endpoint."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait_for(endpoint, process)
        yield endpoint
    finally:
        process.kill()
        process.wait()


def reset_moto(endpoint: str) -> None:
    """Forget everything that was made in the fake AWS."""
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"), timeout=10).close()


_REFUSAL = (
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
    "<Code>LimitExceeded</Code><Message>{}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
)


@contextlib.contextmanager
def watched(
    endpoint: str,
    look: Callable[[], None],
    *,
    slow: Sequence[str] = (),
    refuse: Callable[[Mapping[str, str]], str] = lambda _: "",
) -> Iterator[str]:
    """An endpoint in front of moto that calls ``look`` after every request that changes something.

    Changes go through one at a time, so that what is looked at is every state that there ever is. Actions that are
    ``slow`` wait for half a second first: an order that only holds because moto is quick does not hold then. What
    ``refuse`` has a message for is over a quota, which moto has none of.
    """
    turn = threading.Lock()

    class Proxy(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parameters = dict(urllib.parse.parse_qsl(body.decode()))
            action = parameters["Action"]
            if action.startswith(("Get", "List")):
                self._answer(body)
                return
            if action in slow:
                time.sleep(0.5)
            with turn:
                if message := refuse(parameters):
                    self._send(409, "text/xml", _REFUSAL.format(message).encode())
                else:
                    self._answer(body)
                look()

        def _answer(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=30)
            connection.request("POST", self.path, body, dict(self.headers))
            response = connection.getresponse()
            content = response.read()
            connection.close()
            self._send(response.status, response.headers["Content-Type"], content)

        def _send(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def iam_client(endpoint: str, region: str) -> Any:
    """boto3's IAM client for the fake AWS."""
    return boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=_KEYS["access_key"],
        aws_secret_access_key=_KEYS["secret_key"],
        config=Config(retries={"total_max_attempts": 2}),
    )


def _wait_for(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"moto ended at once with code {process.returncode}")
        try:
            urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("moto did not answer within 30 seconds")
