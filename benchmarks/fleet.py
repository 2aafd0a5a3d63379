"""A made-up fleet as one spec: ``python -m benchmarks.fleet 1000 > fleet.yaml``, or a folder: ``… 1000 fleet/``.

N layers stand in N/10 stacks; each runs three apps of its own with four grants each: an S3 prefix and a DynamoDB table
to read and write, an SQS queue to consume, a secret to read. All names are unique, so that nothing can be shared.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS_PER_STACK = 10
APPS_PER_LAYER = 3
_REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")


def fleet(layers: int) -> str:
    """The spec of a fleet with this many layers, as YAML text."""
    return "\n".join(_lines(layers)) + "\n"


def app_name(layer: int, app: int) -> str:
    """The name of one of a layer's apps."""
    return f"app-{layer}-{app}"


def fleet_files(layers: int) -> dict[str, str]:
    """The same fleet as a folder: a file for each stack with its apps, and one with what all have in common."""
    files = {"common.yaml": "\n".join(("version: 1", *_DEFAULTS)) + "\n"}
    for first in range(0, layers, LAYERS_PER_STACK):
        lines = ("version: 1", "apps:", *_apps(_layers(first, layers)), "stacks:", *_stack(first, layers))
        files[f"stack-{first // LAYERS_PER_STACK}.yaml"] = "\n".join(lines) + "\n"
    return files


_DEFAULTS = ("defaults:", "  tags: {owner: platform, costs: fleet}")


def _lines(layers: int) -> Iterator[str]:
    yield "version: 1"
    yield from _DEFAULTS
    yield "apps:"
    yield from _apps(range(layers))
    yield "stacks:"
    for first in range(0, layers, LAYERS_PER_STACK):
        yield from _stack(first, layers)


def _layers(first: int, layers: int) -> range:
    return range(first, min(first + LAYERS_PER_STACK, layers))


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


def _stack(first: int, layers: int) -> Iterator[str]:
    stack = first // LAYERS_PER_STACK
    yield f"  stack-{stack}:"
    yield f'    account: "{100000000000 + stack}"'
    yield f"    region: {_REGIONS[stack % len(_REGIONS)]}"
    yield "    layers:"
    for layer in _layers(first, layers):
        yield f"      layer-{layer}:"
        yield f"        apps: [{', '.join(app_name(layer, app) for app in range(APPS_PER_LAYER))}]"


def main(layers: str, folder: str = "") -> None:
    """Print the fleet, or write it to a folder."""
    if not folder:
        sys.stdout.write(fleet(int(layers)))
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, text in fleet_files(int(layers)).items():
        Path(folder, name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
