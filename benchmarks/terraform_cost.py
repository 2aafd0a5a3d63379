"""What Terraform takes for our output, by the layers of one root module: ``python -m benchmarks.terraform_cost``.

A fleet in one stack is compiled, and ``terraform validate`` and ``terraform plan -refresh=false`` are timed against a
fake AWS on this machine. ``terraform`` comes from the PATH, the provider from STACKGRANT_TEST_PLUGIN_DIR or from the
registry, as for the tests.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fleet import FIRST_ACCOUNT, fleet
from benchmarks.measure import FailedError, Measured, best, fastest
from tests.support.tf import (
    OVERRIDE_FILE,
    Terraform,
    clean_environment,
    moto_server,
    override_for_moto,
    prepared_home,
)

Json = Any
_FAKE_ACCOUNT = "123456789012"
COMMANDS = {"validate": ("validate",), "plan": ("plan", "-refresh=false", "-input=false", "-no-color")}


@dataclass(frozen=True, slots=True)
class Row:
    """One root module: its layers, its resources, and the cost of the compiler and of each command."""

    layers: int
    resources: int
    compiled: Measured
    costs: dict[str, Measured]


def main(arguments: Sequence[str]) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terraform_cost", description=__doc__)
    parser.add_argument("--sizes", default="10,100,300", help="layers of the root modules")
    parser.add_argument("--best-of", type=int, default=1, help="runs of each command; the fastest counts")
    parser.add_argument("--dir", help="where to work: a folder in memory (/dev/shm) takes the disk out of the figures")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        try:
            home = prepared_home(_made(Path(folder, "home")))
        except pytest.skip.Exception as skipped:
            sys.exit(str(skipped))
        rows = []
        with moto_server() as endpoint:
            for size in given.sizes.split(","):
                place = _made(Path(folder, f"fleet-{size}"))
                rows.append(_measured(int(size), place, home, endpoint, given.best_of))
        print("\n".join(report(rows, _versions(home))))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _measured(layers: int, folder: Path, home: Path, endpoint: str, times: int) -> Row:
    spec, root = folder / "fleet.yaml", folder / "build" / "stack-0"
    text = fleet(layers, layers_per_stack=layers).replace(str(FIRST_ACCOUNT), _FAKE_ACCOUNT)
    spec.write_text(text, encoding="utf-8")
    compiled = best(1, ["-m", "compiler", "compile", str(spec), "-o", str(root.parent)])
    resources = sum(count_resources(json.loads(path.read_bytes())) for path in root.glob("*.tf.json"))
    (root / OVERRIDE_FILE).write_bytes(override_for_moto(endpoint, "eu-west-1"))
    Terraform(root, home).init()
    costs = {}
    for name, command in COMMANDS.items():
        try:
            costs[name] = fastest(times, ["terraform", *command], environment=clean_environment(), folder=root)
        except FailedError as error:
            sys.exit(str(error))
        print(f"{layers} layers, terraform {name}: {costs[name].wall / 1000:.1f} s", file=sys.stderr)
    _check_plan(costs["plan"].output, resources)
    return Row(layers, resources, compiled, costs)


def count_resources(document: Json) -> int:
    """The resources that a file of the output declares."""
    return sum(len(labels) for labels in document.get("resource", {}).values())


def _check_plan(output: str, resources: int) -> None:
    """A plan that leaves something out would be a figure of something else."""
    if f"Plan: {resources} to add, 0 to change, 0 to destroy" not in output:
        sys.exit(f"the plan is not one of {resources} new resources:\n{output[-2000:]}")


def _versions(home: Path) -> str:
    """Terraform and the provider, as they name themselves."""
    said = json.loads(Terraform(home, home).must("version", "-json").out)
    providers = [f"{name.rpartition('/')[2]} {version}" for name, version in said["provider_selections"].items()]
    return f"Terraform {said['terraform_version']}, provider {', '.join(providers)}"


def report(rows: Sequence[Row], versions: str) -> Iterator[str]:
    """The report in Markdown."""
    yield f"{versions}; wall seconds, processor seconds of all processes, memory of the largest one"
    yield ""
    yield "| layers in one root module | resources | compile | `terraform validate` | `terraform plan -refresh=false` |"
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        cells = (_cell(cost) for cost in (row.compiled, *row.costs.values()))
        yield f"| {row.layers:,} | {row.resources:,} | {' | '.join(cells)} |"


def _cell(cost: Measured) -> str:
    return f"{cost.wall / 1000:.1f} s, CPU {cost.processor:.1f} s, {cost.memory:,.0f} MiB"


if __name__ == "__main__":
    main(sys.argv[1:])
