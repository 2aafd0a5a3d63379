"""A plain command line is read as click reads it; anything else is left to click."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from compiler.cli import plain
from compiler.cli.compile_command import command
from compiler.cli.compile_run import Request

SPEC = "version: 1\nstacks:\n  shop: {account: '123456789012', region: eu-west-1}\n"

PLAIN = [
    [],
    ["spec.yaml"],
    ["a.yaml", "b.yaml", "folder/"],
    ["-o", "out", "spec.yaml"],
    ["spec.yaml", "--output", "out"],
    ["--jobs", "1", "--no-cache"],
    ["--jobs", "9999"],
    ["--jobs", "2", "--jobs", "3", "-o", "a", "-o", "b"],
    ["--check", "-v"],
    ["--verbose", "--timings", "spec.yaml", "--no-cache", "--no-cache"],
    ["a b.yaml", "ä.yaml"],
]
LEFT_TO_CLICK = [
    ["-o"],
    ["-o", "-"],
    ["-o", ""],
    ["-oout"],
    ["--output=out"],
    ["--out", "out"],
    ["-vv"],
    ["--jobs", "0"],
    ["--jobs", "-1"],
    ["--jobs", "one"],
    ["--jobs", "1.0"],
    ["--jobs", "²"],
    ["--jobs", "00001"],
    ["--jobs", "10000"],
    ["-"],
    ["--"],
    ["--", "-v"],
    [""],
    ["--help"],
    ["-h"],
    ["--diff"],
    ["--stack", "shop"],
    ["--set", "a=b"],
    ["--color", "never"],
    ["--watch"],
    ["--unknown"],
]


def by_click(arguments: list[str]) -> dict[str, Any]:
    with command.make_context("compile", list(arguments)) as context:
        return context.params


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_a_plain_command_line_means_what_it_means_to_click(arguments: list[str]) -> None:
    found = plain.plain_options(["compile", *arguments])
    assert found is not None
    expected = by_click(arguments)
    assert expected.pop("watching") is False
    assert dataclasses.asdict(Request(**found)) == dataclasses.asdict(Request(**expected))


@pytest.mark.parametrize("arguments", LEFT_TO_CLICK, ids=" ".join)
def test_everything_else_is_left_to_click(arguments: list[str]) -> None:
    assert plain.plain_options(["compile", *arguments]) is None
    assert plain.run_plain(["compile", *arguments]) is None


@pytest.mark.parametrize("arguments", [[], ["check", "spec.yaml"], ["--version"], ["compil", "spec.yaml"]])
def test_other_commands_are_left_to_click(arguments: list[str]) -> None:
    assert plain.plain_options(arguments) is None


def test_completion_is_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_STACKGRANT_COMPLETE", "bash_complete")
    assert plain.plain_options(["compile", "spec.yaml"]) is None


def test_options_of_a_plain_command_line_are_those_of_click() -> None:
    known = {name: item for item in command.params for name in item.opts}
    for name, parameter in {**plain._FLAGS, **plain._WITH_VALUE}.items():
        assert known[name].name == parameter
        assert isinstance(known[name], click.Option)
        assert known[name].is_flag is (name in plain._FLAGS)  # type: ignore[attr-defined]


def test_both_ways_end_the_same(tmp_path: Path) -> None:
    def run(folder: str, *arguments: str) -> tuple[int, str, str]:
        here = tmp_path / folder
        line = [sys.executable, "-m", "compiler", "compile", *arguments, "--no-cache"]
        done = subprocess.run(line, cwd=here, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    for folder in ("plain", "click"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "spec.yaml").write_text(SPEC)
        (tmp_path / folder / "wrong.yaml").write_text(SPEC.replace("region", "regin"))
    codes = []
    for arguments in (
        ["spec.yaml", "--check"],
        ["spec.yaml", "-o", "build"],
        ["spec.yaml", "--check", "--verbose"],
        ["wrong.yaml"],
        ["missing.yaml"],
        ["spec.yaml", "-o", "spec.yaml"],
    ):
        ended = run("plain", *arguments)
        assert ended == run("click", *arguments, "--color", "auto")
        codes.append(ended[0])
    assert codes[:5] == [1, 0, 0, 1, 2]


def test_a_bug_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(request: Request) -> None:
        raise ValueError("what was that")

    monkeypatch.setattr("compiler.cli.compile_run.compile_once", broken)
    assert plain.run_plain(["compile", "spec.yaml"]) == 3
    assert "internal error: ValueError: what was that" in capsys.readouterr().err


def test_an_interruption_ends_the_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(request: Request) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("compiler.cli.compile_run.compile_once", interrupted)
    assert plain.run_plain(["compile", "spec.yaml"]) == 130
    assert capsys.readouterr().err == "\n"
