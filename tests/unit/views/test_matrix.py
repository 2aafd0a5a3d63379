"""The formats of ``stackgrant matrix``: each is read back by a parser, and its limits and its empty case hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.git.repository import Commit
from compiler.terraform.changes import Change
from compiler.views import matrix_atlantis, matrix_github, matrix_gitlab, matrix_json, matrix_terragrunt
from compiler.views.matrix import Matrix, Row, entries, summary

MAIN = Commit(Path("/fleet"), "main", "1234567890" * 4)


def rows(count: int, change: Change | None = None) -> tuple[Row, ...]:
    return tuple(
        Row(f"shop-{number:04}", f"build/shop-{number:04}", change, (), "012345678901", "eu-west-1")
        for number in range(count)
    )


def test_github() -> None:
    text = matrix_github.render(entries(rows(2), matrix_github.MOST_JOBS))
    assert "\n" not in text
    place = {"account": "012345678901", "region": "eu-west-1"}
    assert json.loads(text) == {
        "include": [
            {"stack": "shop-0000", "dir": "build/shop-0000", **place},
            {"stack": "shop-0001", "dir": "build/shop-0001", **place},
        ]
    }
    # The guard of the documentation compares with this very text.
    assert matrix_github.render(()) == '{"include":[]}'


@pytest.mark.parametrize(("count", "most"), [(256, 256), (257, 256), (1000, 256), (5, 2), (3, 1), (3, 9)])
def test_jobs_are_limited_and_nothing_is_lost(count: int, most: int) -> None:
    jobs = entries(rows(count), most)
    assert len(jobs) == min(count, most)
    assert " ".join(job.stack for job in jobs).split() == [row.stack for row in rows(count)]
    assert " ".join(job.dir for job in jobs).split() == [row.dir for row in rows(count)]
    lengths = {len(job.stack.split()) for job in jobs}
    assert max(lengths) - min(lengths) <= 1
    for job in jobs:
        assert len(job.stack.split()) == len(job.dir.split()) == len(job.account.split()) == len(job.region.split())


def test_gitlab() -> None:
    pipeline: Any = yaml.safe_load(matrix_gitlab.render(entries(rows(450), None), "removed since main: old"))
    assert pipeline.pop("workflow") == {"rules": [{"when": "always"}]}
    assert len(pipeline) == 450  # each stack a job, so no limit of `parallel:matrix` counts
    assert pipeline["stack shop-0007"] == {
        "extends": ".stack",
        "variables": {
            "STACK": "shop-0007", "DIR": "build/shop-0007", "ACCOUNT": "012345678901", "REGION": "eu-west-1",
        },
    }  # fmt: skip


def test_gitlab_in_fewer_jobs_and_in_none() -> None:
    pipeline: Any = yaml.safe_load(matrix_gitlab.render(entries(rows(3), 2)))
    assert list(pipeline) == ["workflow", "stacks 1/2", "stack shop-0002"]
    assert pipeline["stacks 1/2"]["variables"]["DIR"] == "build/shop-0000 build/shop-0001"
    # A child pipeline without any job cannot be created.
    assert yaml.safe_load(matrix_gitlab.render(())) == {
        "workflow": {"rules": [{"when": "always"}]},
        "no stack has changed": {"script": ["true"]},
    }


def test_atlantis() -> None:
    config: Any = yaml.safe_load(matrix_atlantis.render(Matrix(rows(2), (), 2)))
    assert config["version"] == 3
    assert "autodiscover" not in config
    assert config["projects"][1] == {
        "name": "shop-0001",
        "dir": "build/shop-0001",
        "autoplan": {"enabled": True, "when_modified": ["**/*.tf*", ".terraform.lock.hcl"]},
    }
    config = yaml.safe_load(matrix_atlantis.render(Matrix(rows(1, "changed"), (), 2, MAIN), "removed: old"))
    assert config["projects"][0]["autoplan"]["when_modified"] == ["../../**"]
    config = yaml.safe_load(matrix_atlantis.render(Matrix((), (), 2, MAIN)))
    assert (config["projects"], config["autodiscover"]) == ([], {"mode": "disabled"})


def test_terragrunt() -> None:
    def filters(text: str) -> list[str]:
        return [line for line in text.splitlines() if line and not line.startswith("#")]

    assert filters(matrix_terragrunt.render(rows(2), "removed")) == ["{./build/shop-0000}", "{./build/shop-0001}"]
    for folder in ("/srv/build/a", "../build/a"):
        assert filters(matrix_terragrunt.render((Row("a", folder, None, (), None, None),))) == [f"{{{folder}}}"]
    # A file without filters would run every unit.
    assert filters(matrix_terragrunt.render(())) == ["!./**"]


def test_json_says_what_is_not_known() -> None:
    gone = Row("old", "build/old", "removed", ("stack.tf.json",), None, None)
    report = json.loads(matrix_json.render(Matrix(rows(1, "added"), (gone,), 4, MAIN)))
    assert report["changed_since"] == {"ref": "main", "commit": MAIN.id, "unknown": None}
    assert report["removed"] == [
        {"stack": "old", "dir": "build/old", "change": "removed", "account": None, "region": None,
         "files": ["stack.tf.json"]},
    ]  # fmt: skip
    assert report["summary"] == {"stacks": 4, "listed": 1, "removed": 1}


def test_what_people_are_told() -> None:
    gone = (Row("old", "build/old", "removed", (), None, None),)
    assert summary(Matrix(rows(1), (), 1), None) == "1 stack"
    assert summary(Matrix(rows(300), (), 300), 256).splitlines() == [
        "300 stacks", "300 stacks in 256 jobs: some plan several, one after the other",
    ]  # fmt: skip
    assert summary(Matrix(rows(1, "changed"), gone, 1234, MAIN), 1).splitlines() == [
        "1 of 1,234 stacks has changed since main (1234567890)",
        "removed since main (1234567890), so nothing here can plan it: old",
    ]
    # A ref that is the commit itself is not said twice.
    assert summary(Matrix((), (), 2, Commit(Path(), "12345678", MAIN.id)), 0) == (
        "0 of 2 stacks have changed since 12345678"
    )
