"""The policies of the fleet in policy_sentry's CRUD mode, in one process with its data loaded once: no roles."""

import json
import sys
from pathlib import Path

from policy_sentry.command.write_policy import write_policy_with_template


def main(spec: str, out: str) -> None:
    fleet = json.loads(Path(spec).read_text(encoding="utf-8"))
    for name, stack in fleet["stacks"].items():
        folder = Path(out, name)
        folder.mkdir(parents=True, exist_ok=True)
        for app in (app for layer in stack["layers"].values() for app in layer["apps"]):
            policy = write_policy_with_template(_template(fleet["apps"][app], stack))
            (folder / f"{app}.json").write_text(json.dumps(policy, indent=2), encoding="utf-8")


def _template(app: dict, stack: dict) -> dict:
    found = {grant: body for permission in app["permissions"] for grant, body in permission.items()}
    place = f"{stack['region']}:{stack['account']}"
    bucket = f"arn:aws:s3:::{found['s3']['bucket']}"
    objects = f"{bucket}/{found['s3']['prefix']}*"
    table = f"arn:aws:dynamodb:{place}:table/{found['dynamodb']['table']}"
    queue = f"arn:aws:sqs:{place}:{found['sqs']['queue']}"
    secret = f"arn:aws:secretsmanager:{place}:secret:{found['secretsmanager']['secret']}-??????"
    return {
        "mode": "crud",
        "read": [objects, table, queue, secret],
        "write": [objects, table, queue],
        "list": [bucket],
    }


main(sys.argv[1], sys.argv[2])
