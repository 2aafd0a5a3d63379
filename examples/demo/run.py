"""The quickstart from spec to instance profile: ``make demo``.

Compiles ``examples/quickstart`` with the command line. Where Terraform is installed, it then applies the output to a
fake AWS (moto) that runs in this very process, and shows what an instance would get. Nothing leaves this machine:
all that is asked for is Terraform's AWS provider, and STACKGRANT_PLUGIN_DIR names a folder that has it already.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent.parent
SPEC = ROOT / "examples" / "quickstart" / "stackgrant.yaml"
REGION = "eu-west-1"


def main() -> int:
    """Run the demo and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SPEC, folder)
        print(f"$ cat {SPEC.name}\n{SPEC.read_text(encoding='utf-8')}")
        run([sys.executable, "-m", "compiler", "compile", SPEC.name], folder, shown=f"stackgrant compile {SPEC.name}")
        modules = sorted(path.parent for path in Path(folder).glob("build/*/terraform.tf.json"))
        if shutil.which("terraform") is None:
            print("\nskipped: applying this to a fake AWS, because terraform is not installed")
            return 0
        with fake_aws() as endpoint:
            for module in modules:
                if not initialise(module, endpoint):
                    print("\nskipped: applying this to a fake AWS, because Terraform has no AWS provider here;")
                    print("STACKGRANT_PLUGIN_DIR names a folder that has it (terraform init -plugin-dir)")
                    return 0
                run(["terraform", "apply", "-auto-approve", "-input=false", "-no-color"], module)
            show_profiles(endpoint)
    return 0


@contextlib.contextmanager
def fake_aws() -> Iterator[str]:
    """The address of a fake AWS on a free port of the loopback interface, for as long as it is needed."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would print a line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def initialise(module: Path, endpoint: str) -> bool:
    """Prepare a module for Terraform; an override file beside it leads the provider to the fake AWS.

    Only the provider can be missing then, which is no fault of the module.
    """
    provider = {
        "access_key": "demo",
        "secret_key": "demo",
        "skip_metadata_api_check": True,
        "endpoints": [{"iam": endpoint, "sts": endpoint}],
    }
    override = json.dumps({"provider": {"aws": provider}})
    (module / "demo_override.tf.json").write_text(override, encoding="utf-8")
    plugins = os.environ.get("STACKGRANT_PLUGIN_DIR")
    command = ["terraform", "init", "-input=false", "-no-color", *([f"-plugin-dir={plugins}"] if plugins else [])]
    print(f"\n$ {' '.join(command)}", flush=True)
    done = subprocess.run(command, cwd=module, env=environment(), capture_output=True, text=True, check=False)
    print((done.stdout + done.stderr).strip() if done.returncode else "(done)")
    return done.returncode == 0


def show_profiles(endpoint: str) -> None:
    """What an instance gets: profile, role, who may take the role, and what it may do."""
    import boto3  # type: ignore[import-untyped]

    iam = boto3.client(
        "iam",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="demo",
        aws_secret_access_key="demo",
    )
    for profile in iam.list_instance_profiles()["InstanceProfiles"]:
        print(f"\ninstance profile {profile['Arn']}")
        for role in profile["Roles"]:
            print(f"  role {role['Arn']}")
            for statement in role["AssumeRolePolicyDocument"]["Statement"]:
                print(f"    trusts {one_line(statement['Principal'])}")
            for attached in iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]:
                print(f"    policy {attached['PolicyArn']}")
                version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
                found = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)
                for statement in found["PolicyVersion"]["Document"]["Statement"]:
                    print(f"      {statement['Effect']} {one_line(statement['Action'])}")
                    print(f"        on {one_line(statement['Resource'])}")
                    if "Condition" in statement:
                        print(f"        if {one_line(statement['Condition'])}")


def one_line(value: Any) -> str:
    """A scalar as itself, a list with commas, a mapping as ``key value``."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {one_line(item)}" for key, item in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def environment() -> dict[str, str]:
    """The environment without what leads to a real AWS account, or to Terraform settings that are not there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    settings = kept.get("TF_CLI_CONFIG_FILE")
    if settings and not Path(settings).exists():
        kept["TF_CLI_CONFIG_FILE"] = os.devnull
    # A proxy must not be asked for the loopback address.
    loopback = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    # The spec is compiled in a folder of its own, with the compiler of this checkout.
    return kept | loopback | {"PYTHONPATH": str(ROOT), "CHECKPOINT_DISABLE": "1"}


def run(command: Sequence[str], folder: str | Path, *, shown: str = "") -> None:
    """Run a command, saying which; the demo ends when it fails."""
    print(f"\n$ {shown or ' '.join(command)}", flush=True)
    done = subprocess.run(command, cwd=folder, env=environment(), check=False)
    if done.returncode:
        sys.exit(f"this command ended with {done.returncode}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
