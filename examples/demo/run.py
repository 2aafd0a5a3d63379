"""The quickstart from spec to instance profile: ``make demo``.

Compiles ``examples/quickstart`` with the command line. Where Terraform is installed, it then applies the output to a
fake AWS (moto) that runs in this very process, and shows what an instance would get. Nothing leaves this machine but
the download of Terraform's AWS provider; STACKGRANT_PLUGIN_DIR names a folder that has it instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SPEC = Path(__file__).parent.parent / "quickstart" / "stackgrant.yaml"
REGION = "eu-west-1"


def main() -> int:
    """Run the demo and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build"
        print(SPEC.read_text(encoding="utf-8"))
        run([sys.executable, "-m", "compiler", "compile", str(SPEC), "-o", str(build)], shown="stackgrant compile")
        modules = sorted(path for path in build.iterdir() if path.is_dir())
        for module in modules:
            print(f"\n{module.name}/\n  " + "\n  ".join(sorted(path.name for path in module.iterdir())))
        if shutil.which("terraform") is None:
            print("\nterraform is not installed: skipped applying the output and showing the instance profile")
            return 0
        with fake_aws() as endpoint:
            for module in modules:
                apply(module, endpoint)
            show_profiles(endpoint)
    return 0


@contextlib.contextmanager
def fake_aws() -> Iterator[str]:
    """The address of a fake AWS on a free port of the loopback interface, for as long as it is needed."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def apply(module: Path, endpoint: str) -> None:
    """Run Terraform on a module; an override file beside it leads the provider to the fake AWS."""
    provider = {
        "access_key": "demo",
        "secret_key": "demo",
        "skip_metadata_api_check": True,
        "endpoints": [{"iam": endpoint, "sts": endpoint}],
    }
    override = json.dumps({"provider": {"aws": provider}})
    (module / "demo_override.tf.json").write_text(override, encoding="utf-8")
    plugins = os.environ.get("STACKGRANT_PLUGIN_DIR")
    init = ["init", "-input=false", "-no-color", *([f"-plugin-dir={plugins}"] if plugins else [])]
    run(["terraform", *init], cwd=module, quiet=True)
    run(["terraform", "apply", "-auto-approve", "-input=false", "-no-color"], cwd=module)


def show_profiles(endpoint: str) -> None:
    """What an instance gets: profile, role, who may take the role, and what it may do."""
    import boto3

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


def one_line(value: Any) -> str:
    """A scalar as itself, a list with commas, a mapping as ``key value``."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {one_line(item)}" for key, item in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def run(command: Sequence[str], *, shown: str = "", cwd: Path | None = None, quiet: bool = False) -> None:
    """Run a command, saying which; the demo ends when it fails."""
    print(f"\n$ {shown or ' '.join(command)}", flush=True)
    # A proxy must not be asked for the loopback address.
    environment = os.environ | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=quiet, text=True, check=False)
    if done.returncode:
        if quiet:
            print(done.stdout + done.stderr)
        sys.exit(f"this command ended with {done.returncode}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
