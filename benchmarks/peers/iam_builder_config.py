"""The configuration files of iam_builder."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

from iam_builder.iam_builder import build_iam_policy


def main() -> None:
    asks = json.load(sys.stdin)["asks"]
    grants = {
        name: {"statements": build_iam_policy({"iam_role_name": "shop", **ask})["Statement"]}
        for name, ask in asks.items()
    }
    print(json.dumps({"version": version("iam_builder"), "grants": grants}))


main()
