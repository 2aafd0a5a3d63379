"""The peers, and what a fleet costs in each: whole processes, timed like the compiler's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import FailedError, fastest
from benchmarks.peers.tools import CDK, PEERS, Tool, installed, is_installed, reason

Json = Any
_HERE = Path(__file__).parent
_TOOLS = {tool.name: tool for tool in PEERS}
_CDKTN = ("cdktn@0.24.0", "@cdktn/provider-aws@25.7.0", "constructs@10.7.0")
_AS_JSON = """
import json, sys, yaml
with open(sys.argv[1], encoding="utf-8") as spec, open(sys.argv[2], "w", encoding="utf-8") as out:
    json.dump(yaml.load(spec, yaml.CSafeLoader), out)
"""
LIMIT = 120.0
"""Seconds that a run may take, judged by the time of the fleet before: larger fleets are left out."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer and the program that gives it the fleet; ``apart`` is a folder for what does not get along with others."""

    name: str
    title: str
    packages: tuple[str, ...]
    program: str
    reads: str = "json"
    apart: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def tool(self) -> Tool:
        """What has to be installed."""
        return Tool(self.name, self.title, self.packages, self.program)


ALL = (
    Peer("yaml", "PyYAML `CSafeLoader`, loading alone", ("pyyaml==6.0.3",), "yaml_load.py", reads="yaml"),
    Peer("jinja", "Jinja2 template, `CSafeLoader`", ("jinja2==3.1.6", "pyyaml==6.0.3"), "jinja_fleet.py", reads="yaml"),
    Peer("troposphere", "troposphere + awacs", ("troposphere==4.11.1", "awacs==2.6.1"), "troposphere_fleet.py"),
    Peer("cdktn", "CDK Terrain (cdktn)", _CDKTN, "cdktn_fleet.js", apart="cdktn"),
    Peer("sam", "SAM translator", _TOOLS["sam-template"].packages, "sam_fleet.py"),
    Peer("cdk-fast", "AWS CDK, validation off", CDK.packages, "cdk_fleet.js", environment={"CDK_VALIDATION": "false"}),
    Peer("cdk", "AWS CDK", CDK.packages, "cdk_fleet.js"),
    Peer("policy_sentry", "policy_sentry", _TOOLS["policy_sentry"].packages, "policy_sentry_fleet.py"),
    Peer("iam_builder", "iam_builder", _TOOLS["iam_builder"].packages, "iam_builder_fleet.py"),
)
NAMES = tuple(peer.name for peer in ALL)


@dataclass(slots=True)
class Peers:
    """The peers that can be asked; one that fails or has become too slow is not asked again."""

    commands: dict[str, tuple[Sequence[str], Mapping[str, str]]]
    seconds: dict[str, tuple[int, float]] = field(default_factory=dict)

    def measured(self, layers: int, spec: Path, times: int) -> Iterator[tuple[str, Json]]:
        """What this fleet costs, by peer; ``spec`` is its YAML."""
        given = {"yaml": spec, "json": spec.with_suffix(".json")}
        fastest(1, [sys.executable, "-c", _AS_JSON, str(spec), str(given["json"])])
        for peer in ALL:
            if peer.name not in self.commands:
                continue
            before, seconds = self.seconds.get(peer.name, (layers, 0.0))
            if seconds * layers / before > LIMIT:
                _say(peer, f"not asked for {layers:,} layers: {before:,} took {seconds:.0f} s")
                continue
            out = spec.parent / "peer"
            command, environment = self.commands[peer.name]
            runs = times if seconds * layers / before < LIMIT / 12 else 1
            try:
                found = fastest(
                    runs,
                    [*command, str(_HERE / peer.program), str(given[peer.reads]), str(out)],
                    lambda out=out: shutil.rmtree(out, ignore_errors=True),
                    environment,
                    spec.parent,
                )
            except FailedError as error:
                _say(peer, str(error).strip().splitlines()[-1])
                del self.commands[peer.name]
                continue
            self.seconds[peer.name] = (layers, found.wall / 1000)
            yield peer.name, {"wall": found.wall, "median": found.median, "memory": found.memory, "runs": runs}


def available(names: Sequence[str], folder: Path, *, install: bool) -> Peers:
    """The peers of these names that are installed, or can be; a line on standard error for each of the others."""
    commands: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
    for peer in ALL:
        if peer.name not in names:
            continue
        place = folder / peer.apart
        if not (install or is_installed(peer.tool, place)):
            _say(peer, f"not installed in {place} (--install-peers does it)")
            continue
        try:
            command, environment = installed(peer.tool, place)
        except (OSError, subprocess.SubprocessError) as error:
            _say(peer, reason(error))
            continue
        commands[peer.name] = command, {**environment, **peer.environment}
    return Peers(commands)


def table(fleets: Sequence[Json]) -> Iterator[str]:
    """Markdown: milliseconds and their ratio to the compiler's, and memory, by peer and fleet."""
    asked = [peer for peer in ALL if any(peer.name in row["peers"] for row in fleets)]
    if not asked:
        return
    yield ""
    yield "Beside other tools, of the same run: ms of the fastest run (median), times that of one process, peak memory"
    yield ""
    sizes = (f"{row['layers']:,}" for row in fleets)
    yield f"| layers | {' | '.join(sizes)} |"
    yield f"| --- |{' ---: |' * len(fleets)}"
    yield f"| **stackgrant compile**, one process | {' | '.join(_own_cell(row) for row in fleets)} |"
    all_processors = (f"{row['all_processors']:,.0f}, {row['all_processors'] / row['compile']:.2f}×" for row in fleets)
    yield f"| stackgrant compile, a process for each processor | {' | '.join(all_processors)} |"
    for peer in asked:
        yield f"| {peer.title} | {' | '.join(_cell(row, row['peers'].get(peer.name)) for row in fleets)} |"


def _own_cell(row: Json) -> str:
    return f"**{row['compile']:,.0f}** ({row['compile_median']:,.0f}), {row['compile_memory']:,.0f} MiB"


def _cell(row: Json, found: Json) -> str:
    if found is None:
        return "–"
    ratio = found["wall"] / row["compile"]
    return f"{found['wall']:,.0f} ({found['median']:,.0f}), {ratio:.2f}×, {found['memory']:,.0f} MiB"


def _say(peer: Peer, text: str) -> None:
    print(f"{peer.title}: {text}", file=sys.stderr)
