"""The policies of the fleet with iam_builder, which has no grants for tables and queues: no roles."""

import json
import sys
from pathlib import Path

from iam_builder.iam_builder import build_iam_policy


def main(spec: str, out: str) -> None:
    fleet = json.loads(Path(spec).read_text(encoding="utf-8"))
    for name, stack in fleet["stacks"].items():
        folder = Path(out, name)
        folder.mkdir(parents=True, exist_ok=True)
        for app in (app for layer in stack["layers"].values() for app in layer["apps"]):
            found = {grant: body for item in fleet["apps"][app]["permissions"] for grant, body in item.items()}
            place = f"{stack['region']}:{stack['account']}"
            config = {
                "iam_role_name": app,
                "s3": {"read_write": [f"{found['s3']['bucket']}/{found['s3']['prefix']}*"]},
                "secretsmanager": {
                    "read_only": [f"arn:aws:secretsmanager:{place}:secret:{found['secretsmanager']['secret']}-??????"]
                },
            }
            text = json.dumps(build_iam_policy(config), indent=2)
            (folder / f"{app}.json").write_text(text, encoding="utf-8")


main(sys.argv[1], sys.argv[2])
