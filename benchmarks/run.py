"""All measurements in one run: ``python -m benchmarks.run``, with ``--help`` for its options.

Wall times are those of whole processes, from start to end, the fastest of several runs; the floor is
``benchmarks.floor``. Output goes to an empty folder each time, except for "again", where nothing has changed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.fleet import fleet, fleet_files
from benchmarks.measure import ENVIRONMENT, ROOT, best, fastest
from benchmarks.speed import peers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = Any
_QUICKSTART = ROOT / "examples" / "quickstart" / "stackgrant.yaml"


def main(arguments: Sequence[str]) -> None:
    """Measure, and print the report as Markdown or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--sizes", default="10,100,1000,5000,10000", help="layers of the fleets")
    parser.add_argument("--best-of", type=int, default=5, help="runs of each measurement (large fleets: at most 3)")
    parser.add_argument("--dir", help="where to work: a folder in memory (/dev/shm) takes the disk out of the figures")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--peers", default="", help=f"peers to compare with: all, or some of {', '.join(peers.NAMES)}")
    parser.add_argument("--peers-dir", type=Path, help="folder for the installed peers (default: a temporary folder's)")
    parser.add_argument("--install-peers", action="store_true", help="install the peers that are not there")
    given = parser.parse_args(arguments)
    names = peers.NAMES if given.peers == "all" else tuple(filter(None, given.peers.split(",")))
    if unknown := set(names) - set(peers.NAMES):
        parser.error(f"no such peer: {', '.join(sorted(unknown))} (there are {', '.join(peers.NAMES)})")
    where = (given.peers_dir or Path(tempfile.gettempdir()) / "stackgrant-peers").resolve()
    if where.is_relative_to(ROOT):
        parser.error("--peers-dir must be outside of the repository")
    asked = peers.available(names, where, install=given.install_peers)
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        report = {
            "python": platform.python_version(),
            "start": _start(Path(folder), given.best_of),
            "fleets": [_fleet(int(size), Path(folder), given.best_of, asked) for size in given.sizes.split(",")],
        }
    print(json.dumps(report, indent=2) if given.json else "\n".join(_markdown(report)))


def _start(folder: Path, times: int) -> dict[str, float]:
    """Milliseconds of what should feel instant."""
    out = str(folder / "quickstart")
    compile_command = ["-m", "compiler", "compile", str(_QUICKSTART), "-o", out]
    return {
        "python": best(times, ["-c", ""]).wall,
        "help": best(times, ["-m", "compiler", "--help"]).wall,
        "quickstart": best(times, compile_command, lambda: shutil.rmtree(out, ignore_errors=True)).wall,
    }


def _fleet(layers: int, folder: Path, times: int, asked: peers.Peers) -> Json:
    """All figures of one fleet: times in milliseconds, memory in MiB."""
    times = min(times, 3) if layers > 1000 else times
    spec, ours, floors = folder / f"fleet-{layers}.yaml", folder / "ours", folder / "floor"
    spec.write_text(fleet(layers), encoding="utf-8")

    def fresh() -> None:
        shutil.rmtree(ours, ignore_errors=True)
        shutil.rmtree(floors, ignore_errors=True)

    alone = ["--jobs", "1", "--no-cache"]
    compile_command = ["-m", "compiler", "compile", str(spec), "-o", str(ours), *alone]
    floor = best(times, ["-m", "benchmarks.floor", str(spec), str(floors)], fresh)
    unchecked = best(times, ["-m", "benchmarks.once", str(spec), str(ours), "--no-checks"], fresh)
    staged = best(times, ["-m", "benchmarks.once", str(spec), str(ours)], fresh)
    compiled = best(times, compile_command, fresh)
    everywhere = best(times, [*compile_command[:6], "--no-cache"], fresh)
    best(1, ["-m", "benchmarks.floor", str(spec), str(floors)])
    best(1, compile_command)
    _same_files(floors, ours)
    two = best(times, [*compile_command[:-3], "--jobs", "2", "--no-cache"], fresh)
    again = best(times, compile_command)
    checked = best(times, ["-m", "compiler", "check", str(spec), *alone])
    return {
        "layers": layers,
        "floor": floor.wall,
        "compile": compiled.wall,
        "compile_median": compiled.median,
        "compile_processor": compiled.processor * 1000,
        "compile_without_checks": unchecked.wall,
        "two_processes": two.wall,
        "again": again.wall,
        "check": checked.wall,
        "floor_memory": floor.memory,
        "compile_memory": compiled.memory,
        "stages": json.loads(staged.output),
        "ratio": compiled.wall / floor.wall,
        "all_processors": everywhere.wall,
        "folder": _folder(layers, folder, min(times, 3)),
        "peers": dict(asked.measured(layers, spec, min(times, 3))),
    }


def _folder(layers: int, folder: Path, times: int) -> dict[str, float]:
    """Milliseconds of the same fleet with a file for each stack: in processes, and from the cache after one edit."""
    spec, out, cache = folder / f"fleet-{layers}", folder / "out", folder / "cache"
    spec.mkdir()
    for name, text in fleet_files(layers).items():
        (spec / name).write_text(text, encoding="utf-8")
    edited = spec / "stack-0.yaml"
    edits = itertools.count()

    def fresh() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(cache, ignore_errors=True)

    def edit() -> None:
        edited.write_text(re.sub(r"queue-app-0-0\w*", f"queue-app-0-0x{next(edits)}", edited.read_text()))

    environment = {**ENVIRONMENT, "STACKGRANT_CACHE_DIR": str(cache)}
    command = [sys.executable, "-m", "compiler", "compile", str(spec), "-o", str(out)]
    one, two = [*command, "--jobs", "1"], [*command, "--jobs", "2"]
    found = {
        "one process": fastest(times, [*one, "--no-cache"], fresh, environment).wall,
        "two processes": fastest(times, [*two, "--no-cache"], fresh, environment).wall,
        "filling the cache": fastest(times, one, fresh, environment).wall,
        "after one edit": fastest(times, one, edit, environment).wall,
    }
    fresh()
    shutil.rmtree(spec)
    return found


def _same_files(floors: Path, ours: Path) -> None:
    """The floor is a measure only as long as it does the same job."""
    one, other = ({path.relative_to(root): path for path in root.rglob("*.json")} for root in (floors, ours))
    different = sorted(one.keys() ^ other.keys())
    different += [
        name for name in sorted(one.keys() & other.keys()) if one[name].read_bytes() != other[name].read_bytes()
    ]
    if different:
        print(
            f"warning: the floor writes other files than the compiler ({len(different)}, the first is {different[0]})",
            file=sys.stderr,
        )


def _markdown(report: Json) -> Iterator[str]:
    start = report["start"]
    yield f"Python {report['python']}, best of several runs, wall time of whole processes in ms"
    yield ""
    yield "| interpreter alone | `--help` | compile the quickstart |"
    yield "| ---: | ---: | ---: |"
    yield f"| {start['python']:.0f} | {start['help']:.0f} | {start['quickstart']:.0f} |"
    yield ""
    yield "| layers | floor | compile | ratio | without checks | again | check | memory, floor | memory, compile |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in report["fleets"]:
        times = " | ".join(f"{row[name]:,.0f}" for name in ("compile_without_checks", "again", "check"))
        yield (
            f"| {row['layers']:,} | {row['floor']:,.0f} | {row['compile']:,.0f} | {row['ratio']:.2f} | {times} "
            f"| {row['floor_memory']:,.0f} MiB | {row['compile_memory']:,.0f} MiB |"
        )
    yield ""
    stages = list(report["fleets"][0]["stages"])
    yield f"| layers | {' | '.join(stages)} |"
    yield f"| ---: |{' ---: |' * len(stages)}"
    for row in report["fleets"]:
        times = " | ".join(f"{row['stages'][stage]:,.0f}" for stage in stages)
        yield f"| {row['layers']:,} | {times} |"
    yield ""
    yield "The same fleet in a folder, a file for each stack; and two processes for the one file of above:"
    yield ""
    kinds = list(report["fleets"][0]["folder"])
    yield f"| layers | {' | '.join(kinds)} | speed of two | edit, of all | one file, two processes | speed of two |"
    yield f"| ---: |{' ---: |' * (len(kinds) + 4)}"
    for row in report["fleets"]:
        took = row["folder"]
        two, part = took["one process"] / took["two processes"], took["after one edit"] / took["one process"]
        cells = " | ".join(f"{took[kind]:,.0f}" for kind in kinds)
        one_file = f"{row['two_processes']:,.0f} | {row['compile'] / row['two_processes']:.2f}"
        yield f"| {row['layers']:,} | {cells} | {two:.2f} | {part:.0%} | {one_file} |"
    yield from _growth(report["fleets"])
    yield from peers.table(report["fleets"])


def _growth(fleets: Sequence[Json]) -> Iterator[str]:
    """What a layer costs in large fleets, beside one in a fleet of a thousand."""
    by_size = {row["layers"]: row for row in fleets}
    large = [row for row in fleets if row["layers"] > 1000]
    if 1000 not in by_size or not large:
        return
    usual = by_size[1000]["compile"] / 1000
    yield ""
    yield "| layers | ms per layer | as in a fleet of 1,000 | peak memory | below 1 GiB |"
    yield "| ---: | ---: | ---: | ---: | --- |"
    for row in large:
        each = row["compile"] / row["layers"]
        verdict = "yes" if row["compile_memory"] < 1024 else "**no**"
        yield (
            f"| {row['layers']:,} | {each:.3f} | {each / usual:.2f}× | {row['compile_memory']:,.0f} MiB | {verdict} |"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
