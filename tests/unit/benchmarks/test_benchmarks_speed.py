"""The floor does the compiler's job, a process is measured by itself, a peer that cannot be asked is left out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import floor, run
from benchmarks.fleet import fleet
from benchmarks.measure import FailedError, Measured, fastest
from benchmarks.speed import peers
from benchmarks.terraform_cost import Row, count_resources, report


def test_the_floor_writes_the_files_of_the_compiler(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    spec = tmp_path / "fleet.yaml"
    spec.write_text(fleet(3, layers_per_stack=2), encoding="utf-8")
    floor.compile_file(str(spec), str(tmp_path / "floor"))
    fastest(1, [sys.executable, "-m", "compiler", "compile", str(spec), "-o", str(tmp_path / "ours")])
    run._same_files(tmp_path / "floor", tmp_path / "ours")
    assert capsys.readouterr().err == ""


def test_a_process_is_measured_by_itself():
    ballast = bytearray(64 << 20)
    ballast[::4096] = b"x" * len(ballast[::4096])
    found = fastest(2, [sys.executable, "-I", "-S", "-c", "print(6 * 7)"])
    assert found.output.strip() == "42"
    assert 0 < found.memory < 40
    assert found.median >= found.wall > 0


def test_a_process_that_fails_says_why():
    with pytest.raises(FailedError, match="oh no"):
        fastest(1, [sys.executable, "-c", "import sys; sys.exit('oh no')"])
    with pytest.raises(FailedError, match="ended with"):
        fastest(1, ["/nowhere/program"])


def test_a_peer_that_is_not_installed_is_left_out_with_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert peers.available(["jinja"], tmp_path, install=False).commands == {}
    assert "Jinja2 template, `CSafeLoader`: not installed" in capsys.readouterr().err


def test_a_peer_that_fails_or_is_too_slow_is_not_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    spec = tmp_path / "fleet.yaml"
    spec.write_text(fleet(1), encoding="utf-8")
    python = [sys.executable, "-c", "pass"]
    asked = peers.Peers({"yaml": (python, {}), "jinja": ([sys.executable, "-c", "exit('broken')"], {})})
    asked.seconds["yaml"] = (1, peers.LIMIT)
    found = dict(asked.measured(1, spec, 2))
    assert found["yaml"]["runs"] == 1
    assert list(found) == ["yaml"]
    asked.seconds["yaml"] = (1, peers.LIMIT)
    assert dict(asked.measured(2, spec, 2)) == {}
    said = capsys.readouterr().err
    assert "Jinja2 template, `CSafeLoader`: broken" in said
    assert "not asked for 2 layers: 1 took 120 s" in said


def test_peers_are_compared_with_the_compiler_of_the_same_run():
    own = {"compile": 100.0, "compile_median": 110.0, "compile_memory": 40.0, "all_processors": 60.0}
    asked = {"cdk": {"wall": 250.0, "median": 260.0, "memory": 80.0}}
    lines = list(peers.table([{"layers": 1000, "peers": asked, **own}, {"layers": 5000, "peers": {}, **own}]))
    assert "| layers | 1,000 | 5,000 |" in lines
    assert "| **stackgrant compile**, one process | **100** (110), 40 MiB | **100** (110), 40 MiB |" in lines
    assert "| stackgrant compile, a process for each processor | 60, 0.60× | 60, 0.60× |" in lines
    assert "| AWS CDK | 250 (260), 2.50×, 80 MiB | – |" in lines
    assert list(peers.table([{"layers": 10, "peers": {}, **own}])) == []


def test_growth_is_told_beside_a_fleet_of_a_thousand():
    rows = [
        {"layers": 1000, "compile": 900.0, "compile_memory": 120.0},
        {"layers": 10000, "compile": 9900.0, "compile_memory": 1100.0},
    ]
    assert "| 10,000 | 0.990 | 1.10× | 1,100 MiB | **no** |" in list(run._growth(rows))
    assert list(run._growth(rows[:1])) == []


@pytest.mark.parametrize("arguments", [["--peers", "nobody"], ["--peers-dir", str(run.ROOT / "peers")]])
def test_peers_are_known_and_stay_outside_of_the_repository(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        run.main(arguments)
    assert ("no such peer: nobody" in (said := capsys.readouterr().err)) or "outside of the repository" in said


def test_the_cost_of_terraform_is_told_by_size():
    cost = Measured(1500, 300, "", processor=2.25)
    lines = list(report([Row(100, 1504, cost, {"validate": cost, "plan": cost})], "Terraform 1"))
    cell = "1.5 s, CPU 2.2 s, 300 MiB"
    assert lines[-1] == f"| 100 | 1,504 | {cell} | {cell} | {cell} |"
    assert count_resources({"resource": {"a": {"x": {}, "y": {}}, "b": {"x": {}}}}) == 3
    assert count_resources({"output": {}}) == 0
