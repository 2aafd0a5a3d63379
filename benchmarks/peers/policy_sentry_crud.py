"""The CRUD mode of policy_sentry: ARNs by AWS access level."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

from policy_sentry.command.write_policy import write_policy_with_template


def main() -> None:
    grants = {}
    for name, ask in json.load(sys.stdin)["asks"].items():
        grants[name] = {"statements": write_policy_with_template({"mode": "crud", **ask})["Statement"]}
    print(json.dumps({"version": version("policy_sentry"), "grants": grants}))


main()
