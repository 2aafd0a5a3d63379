"""How many grants move to another policy document when one grant is edited: ``python -m benchmarks.stability``.

A role with more permissions than one policy holds gets several. A permission that moves from one document to another is
missing while the first has been changed and the second has not, unless whoever applies the change takes care of the
order; and a reviewer sees two documents change where one permission was edited. The same seeded edits
(``benchmarks/edits.py``) go to this compiler and to AWS CDK, which splits the policy of a role as well.

An edit *fits* when the documents that there are before are those that there are after. Then no grant of ours may move:
the run ends with 1 where one does. Where a document comes or goes, something has to move.

AWS CDK is installed from npm into ``--peers DIR``, outside of the repository; without it, ours alone is measured.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.edits import ACCOUNT, REGION, SCENARIOS, Edit, Scenario, edits, spec
from benchmarks.measure import ROOT
from benchmarks.peers.cloudformation import resolved
from benchmarks.peers.tools import CDK, OURS, installed, reason, run
from compiler import __version__
from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources

Json = Any
Documents = Mapping[str, Sequence[Json]]
"""The statements of each policy document, by the address of its resource."""
_RESOURCE = re.compile(r"shop-[a-z]+-\d{4}")


@dataclass(frozen=True, slots=True)
class Effect:
    """What one edit did: grants that moved of those that it was not about, documents that changed, came or went."""

    untouched: int
    moved: int
    changed: int
    came_or_went: int

    @property
    def fits(self) -> bool:
        """Whether the documents are the same ones as before."""
        return not self.came_or_went


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of a scenario's edits in one tool; ``documents`` is how many there were at first."""

    documents: int
    effects: tuple[Effect, ...]


def effect(before: Documents, after: Documents, touched: str) -> Effect:
    """What became of the grants and documents; ``touched`` is the resource that the edit is about."""
    homes, homes_after = _homes(before), _homes(after)
    untouched = homes.keys() & homes_after.keys() - {touched}
    names = before.keys() | after.keys()
    return Effect(
        untouched=len(untouched),
        moved=sum(homes[name] != homes_after[name] for name in untouched),
        changed=sum(before.get(name) != after.get(name) for name in names),
        came_or_went=len(before.keys() ^ after.keys()),
    )


def _homes(documents: Documents) -> dict[str, frozenset[tuple[str, str]]]:
    """Where each permission lies, by the resource that it is about: pairs of permission and document."""
    found: dict[str, set[tuple[str, str]]] = {}
    for document, statements in documents.items():
        for statement in statements:
            rest = {key: value for key, value in statement.items() if key not in ("Sid", "Action", "Resource")}
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    permission = json.dumps([action, resource, rest], sort_keys=True)
                    # What is about no resource of a grant, such as a look-up on "*", is a grant of its own.
                    name = match[0] if (match := _RESOURCE.search(resource)) else permission
                    found.setdefault(name, set()).add((permission, document))
    return {name: frozenset(places) for name, places in found.items()}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def effects(states: Sequence[Documents], made: Sequence[Edit]) -> Effects:
    """The effects of edits, from the documents before the first and after each."""
    pairs = zip(states, states[1:], made, strict=False)
    return Effects(len(states[0]), tuple(effect(before, after, edit.touched) for before, after, edit in pairs))


# --- the tools ----------------------------------------------------------------------------------------------------


def ours(made: Sequence[Edit]) -> list[Documents]:
    """The documents of the compiler, before the first edit and after each."""
    return [_compiled(spec(grants)) for grants in (made[0].before, *(edit.after for edit in made))]


def _compiled(given: Json) -> Documents:
    result = compile_sources([Source(SourceText("spec.yaml", json.dumps(given)), "spec.yaml")])
    if not result.files:
        raise ValueError("; ".join(item.message for item in result.diagnostics))
    return {
        label: document["Statement"]
        for content in result.files.values()
        for label, document in json.loads(content).get("locals", {}).items()
        if label.startswith("policy_")
    }


def cdk(made: Sequence[Edit], folder: Path, *, minimize: bool) -> tuple[str, list[Documents]]:
    """The version of AWS CDK, and its documents before the first edit and after each."""
    command, environment = installed(CDK, folder)
    states = [
        [{"kind": grant.kind, "name": grant.name, "access": grant.access} for grant in grants]
        for grants in (made[0].before, *(edit.after for edit in made))
    ]
    question = {"account": ACCOUNT, "region": REGION, "minimize": minimize, "states": states}
    program = str(Path(__file__).parent / "peers" / "cdk_split.js")
    output = run([*command, program], folder, json.dumps(question), environment)
    answer = json.loads(output[output.index("{") :])
    return answer["version"], [resolved(state) for state in answer["states"]]


# --- the report ---------------------------------------------------------------------------------------------------

Table = Mapping[str, Mapping[str, Effects]]
"""By scenario, by tool."""


def main(arguments: Sequence[str]) -> None:
    """Measure, print the report, and end with 1 where a grant of ours has moved without need."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability", description=__doc__)
    parser.add_argument("--edits", type=int, default=60, help="edits of each scenario")
    parser.add_argument("--seeds", default="1,2,3", help="which edits: a sequence for each seed")
    parser.add_argument("--peers", type=Path, help="folder for the installed peers (default: a temporary folder's)")
    given = parser.parse_args(arguments)
    folder = (given.peers or Path(tempfile.gettempdir()) / "stackgrant-peers").resolve()
    if folder.is_relative_to(ROOT):
        parser.error("--peers must be outside of the repository")
    seeds = [int(seed) for seed in given.seeds.split(",")]
    table = {scenario.name: _measured(scenario, given.edits, seeds, folder) for scenario in SCENARIOS}
    print("\n".join(report(table, given.edits, seeds)))
    if needless := moved_without_need(table):
        sys.exit(f"grants of ours moved though the edit fitted: {needless}")


def _measured(scenario: Scenario, count: int, seeds: Sequence[int], folder: Path) -> dict[str, Effects]:
    found: dict[str, list[Effects]] = {}
    for seed in seeds:
        made = tuple(edits(scenario, count, seed))
        found.setdefault(f"{OURS} {__version__}", []).append(effects(ours(made), made))
        try:
            for minimize in (True, False):
                version, states = cdk(made, folder, minimize=minimize)
                title = f"AWS CDK {version}, {'with' if minimize else 'without'} minimizePolicies"
                found.setdefault(title, []).append(effects(states, made))
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            print(f"warning: AWS CDK is left out: {reason(error)}", file=sys.stderr)
    return {
        title: Effects(runs[0].documents, tuple(effect for run in runs for effect in run.effects))
        for title, runs in found.items()
    }


def moved_without_need(table: Table) -> int:
    """How many grants of ours moved in edits that fitted."""
    return sum(
        effect.moved
        for tools in table.values()
        for title, found in tools.items()
        if title.startswith(OURS)
        for effect in found.effects
        if effect.fits
    )


def report(table: Table, count: int, seeds: Sequence[int]) -> Iterator[str]:
    """The report in Markdown."""
    yield f"{count} edits of one grant each, one after the other, for each of the seeds {', '.join(map(str, seeds))}."
    yield "Moved: a grant that the edit is not about lies in another document afterwards."
    for kinds, title in (
        ((True,), "Edits that fit"),
        ((False,), "Edits with which a document comes or goes"),
        ((True, False), "All edits"),
    ):
        yield from ("", f"**{title}**", "")
        columns = (
            "documents",
            "edits",
            "that move a grant",
            "grants moved",
            "of untouched",
            "most",
            "changed documents",
        )
        yield f"| layer | tool | {' | '.join(columns)} | most |"
        yield f"| --- | --- |{' ---: |' * (len(columns) + 1)}"
        for scenario, tools in table.items():
            for tool, found in tools.items():
                if kept := [effect for effect in found.effects if effect.fits in kinds]:
                    yield f"| {scenario} | {tool} | {found.documents} | {' | '.join(_cells(kept))} |"


def _cells(kept: Sequence[Effect]) -> Iterator[str]:
    moved = [effect.moved for effect in kept]
    yield str(len(kept))
    yield str(sum(map(bool, moved)))
    yield str(sum(moved))
    yield f"{sum(moved) / sum(effect.untouched for effect in kept):.2%}"
    yield str(max(moved))
    yield f"{sum(effect.changed for effect in kept) / len(kept):.2f}"
    yield str(max(effect.changed for effect in kept))


if __name__ == "__main__":
    main(sys.argv[1:])
