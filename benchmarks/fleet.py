"""A made-up fleet as one spec: ``python -m benchmarks.fleet 1000 > fleet.yaml``.

N layers stand in N/10 stacks; each runs three apps of its own with four grants each: an S3 prefix and a DynamoDB table
to read and write, an SQS queue to consume, a secret to read. All names are unique, so that nothing can be shared.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS_PER_STACK = 10
APPS_PER_LAYER = 3
FIRST_ACCOUNT = 100000000000
_REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")


def fleet(layers: int, layers_per_stack: int = LAYERS_PER_STACK) -> str:
    """The spec of a fleet with this many layers, as YAML text."""
    return "\n".join(_lines(layers, layers_per_stack)) + "\n"


def app_name(layer: int, app: int) -> str:
    """The name of one of a layer's apps."""
    return f"app-{layer}-{app}"


def fleet_files(layers: int) -> dict[str, str]:
    """The same fleet as a folder: a file for each stack with its apps, and one with what all have in common."""
    files = {"common.yaml": "\n".join(("version: 1", *_DEFAULTS)) + "\n"}
    for first in range(0, layers, LAYERS_PER_STACK):
        chosen = range(first, min(first + LAYERS_PER_STACK, layers))
        stack = first // LAYERS_PER_STACK
        lines = ("version: 1", "apps:", *_apps(chosen), "stacks:", *_stack(stack, chosen))
        files[f"stack-{stack}.yaml"] = "\n".join(lines) + "\n"
    return files


_DEFAULTS = ("defaults:", "  tags: {owner: platform, costs: fleet}")


def _lines(layers: int, layers_per_stack: int) -> Iterator[str]:
    yield "version: 1"
    yield from _DEFAULTS
    yield "apps:"
    yield from _apps(range(layers))
    yield "stacks:"
    for first in range(0, layers, layers_per_stack):
        yield from _stack(first // layers_per_stack, range(first, min(first + layers_per_stack, layers)))


def _apps(layers: range) -> Iterator[str]:
    for layer in layers:
        for app in range(APPS_PER_LAYER):
            name = app_name(layer, app)
            yield f"  {name}:"
            yield f"    description: application {app} of layer {layer}"
            yield "    permissions:"
            yield f"      - s3: {{bucket: bucket-{name}, prefix: data/{name}/, access: [read, write]}}"
            yield f"      - dynamodb: {{table: table-{name}, access: [read, write]}}"
            yield f"      - sqs: {{queue: queue-{name}, access: consume}}"
            yield f"      - secretsmanager: {{secret: secret/{name}, access: read}}"


def _stack(stack: int, layers: range) -> Iterator[str]:
    yield f"  stack-{stack}:"
    yield f'    account: "{FIRST_ACCOUNT + stack}"'
    yield f"    region: {_REGIONS[stack % len(_REGIONS)]}"
    yield "    layers:"
    for layer in layers:
        yield f"      layer-{layer}:"
        yield f"        apps: [{', '.join(app_name(layer, app) for app in range(APPS_PER_LAYER))}]"


if __name__ == "__main__":
    sys.stdout.write(fleet(int(sys.argv[1])))
