"""The cache never gives an answer of yesterday: every edit shows, whatever is edited, and so does taking it back.

Each test compiles a folder with a cache and once more without, and both have to say the same.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics import Diagnostics
from compiler.driver import Options, Result, compile_sources, read_sources
from compiler.ir.project import Project
from compiler.pipeline import fingerprint, missing
from compiler.pipeline.store import Store
from compiler.source.files import find_spec_files
from compiler.values import read_overrides
from tests.support.ways import differences, said

TODAY = dt.date(2026, 11, 24)
COMMON = """\
version: 1
values: {env: prod}
defaults: {tags: {owner: platform}}
resources:
  orders: {sqs: orders}
bundles:
  logs:
    - logs: {log_group: /apps/common, access: write}
apps:
  agent:
    permissions:
      - bundle: logs
      - sqs: {queue: ref:orders, access: send}
"""
STACK = """\
version: 1
apps:
  app-%(n)d:
    permissions:
      - s3: {bucket: "files-{{ values.env }}-%(n)d", prefix: data/, access: read}
      - statement: {Effect: Allow, Action: "s3:ListAllMyBuckets", Resource: "*", Sid: A}
      - statement: {Effect: Allow, Action: "iam:CreateAccessKey", Resource: "*"}  # stackgrant: ignore[SG601] why
      - sqs: {queue: queue-%(n)d, access: consume}
        expires: 2026-12-%(day)02d
  idle-%(n)d: {permissions: [{s3: {bucket: idle-%(n)d, access: read}}]}
stacks:
  stack-%(n)d:
    account: "%(account)d"
    region: eu-west-1
    layers:
      web: {apps: [app-%(n)d, agent]}
"""


class Folder:
    """A spec in a folder of files, compiled with and without a cache."""

    def __init__(self, path: Path, stacks: int = 5) -> None:
        self.path = path / "spec"
        self.cache = path / "cache"
        self.path.mkdir()
        self.write("common.yaml", COMMON)
        for number in range(stacks):
            self.write(f"stack-{number}.yaml", stack(number))
        self.options: dict[str, Any] = {"today": TODAY}

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_bytes(text.encode())

    def write_all(self, texts: dict[str, str]) -> None:
        for name, text in texts.items():
            self.write(name, text)

    def rename(self, name: str, other: str) -> None:
        (self.path / name).rename(self.path / other)

    def edit_all(self, old: str, new: str) -> None:
        for file in self.path.glob("stack-*.yaml"):
            self.edit(file.name, old, new)

    def read(self, name: str) -> str:
        return (self.path / name).read_text()

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new))

    def compile(self, **how: Any) -> dict[str, Any]:
        sources = read_sources(find_spec_files([str(self.path)], Diagnostics()), Diagnostics())
        return said(compile_sources(sources, Options(**self.options, **how)))

    def same(self) -> dict[str, Any]:
        """Compile in both ways, hold one against the other, and give what they say."""
        cached, fresh = self.compile(cache=self.cache), self.compile()
        assert not differences(fresh, cached)
        return fresh


def stack(number: int, **changes: Any) -> str:
    """The file of a stack."""
    return STACK % {"n": number, "day": number + 1, "account": 100000000000 + number, **changes}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    assert made.compile()["files"]
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The names of the files that were compiled, once for each time, without those that were common."""
    seen: list[set[str]] = []
    whole = missing.compile_texts

    def spy(sources: Any, *rest: Any, only: Any = None, **options: Any) -> Any:
        seen.append({Path(text.name).name for text in only})
        return whole(sources, *rest, only=only, **options)

    monkeypatch.setattr(missing, "compile_texts", spy)
    return seen


def test_only_what_has_changed_is_compiled(folder: Folder, read: list[set[str]]) -> None:
    first = folder.same()
    assert first["files"]
    assert "SG702" in first["findings"]
    assert first["accepted"]
    assert read == []  # nothing was kept, so all was compiled at once
    assert folder.same() == first
    assert read == []
    folder.edit("stack-3.yaml", "queue-3", "queue-x")
    changed = folder.same()
    assert read == [{"stack-3.yaml"}]
    before, after = first["files"], changed["files"]
    assert {path.partition("/")[0] for path in after if after[path] != before[path]} == {"stack-3"}
    folder.edit("stack-3.yaml", "queue-x", "queue-3")
    assert folder.same() == first
    assert read == [{"stack-3.yaml"}]  # taken back: what was kept before still holds


EDITS: dict[str, Callable[[Folder], None]] = {
    "a value of all": lambda f: f.edit("common.yaml", "prod", "test"),
    "a default": lambda f: f.edit("common.yaml", "platform", "somebody"),
    "a common bundle": lambda f: f.edit("common.yaml", "/apps/common", "/apps/other"),
    "a common resource": lambda f: f.edit("common.yaml", "{sqs: orders}", "{sqs: orders-2}"),
    "a common app goes": lambda f: f.write("common.yaml", COMMON[: COMMON.index("apps:")]),
    "a default where there was none": lambda f: f.edit("stack-1.yaml", "apps:\n", "values: {more: x}\napps:\n"),
    "a file more": lambda f: f.write("stack-9.yaml", stack(9)),
    "a file less": lambda f: (f.path / "stack-2.yaml").unlink(),
    "a file of another name": lambda f: f.rename("stack-2.yaml", "renamed.yaml"),
    "two files change places": lambda f: f.write_all({"stack-0.yaml": stack(1), "stack-1.yaml": stack(0)}),
    "a stack twice": lambda f: f.write("again.yaml", stack(1).replace("app-1", "app-y").replace("idle-1", "idle-y")),
    "an app twice": lambda f: f.edit("stack-4.yaml", "idle-4:", "idle-3:"),
    "an app of another file": lambda f: f.edit("stack-4.yaml", "[app-4, agent]", "[app-4, app-3, agent]"),
    "an unused app is used elsewhere": lambda f: f.edit("stack-4.yaml", "[app-4, agent]", "[app-4, idle-3]"),
    "nothing uses the common app": lambda f: f.edit_all(", agent]", "]"),
    "two stacks in one account": lambda f: f.write("stack-1.yaml", stack(1, account=100000000000)),
    "the same name in one account": lambda f: f.write_all(
        {
            f"stack-{number}.yaml": stack(number, account=100000000007).replace("web: {", "web: {names: {role: same}, ")
            for number in (1, 2)
        }
    ),
    "a mistake": lambda f: f.edit("stack-1.yaml", "access: consume", "access: consum"),
    "a text that is no YAML": lambda f: f.write("stack-1.yaml", "stacks: ["),
    "a comment that accepts goes": lambda f: f.edit("stack-1.yaml", "# stackgrant: ignore", "# ignore"),
    "an empty file": lambda f: f.write("stack-1.yaml", "version: 1\n"),
    "a rename": lambda f: f.edit("stack-1.yaml", "  idle-1: {", "  idle-1: {moved: app-2, "),
    "a rename from what is gone": lambda f: f.edit("stack-1.yaml", "  idle-1: {", "  idle-1: {moved: app-old, "),
    "line ends": lambda f: f.write("stack-1.yaml", stack(1).replace("\n", "\r\n")),
    "a place": lambda f: f.edit("stack-1.yaml", "version: 1\n", "# moved down\n\nversion: 1\n"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_shows_and_so_does_taking_it_back(folder: Folder, name: str) -> None:
    first = folder.same()
    before = {file.name: file.read_bytes() for file in folder.path.iterdir()}
    EDITS[name](folder)
    changed = folder.same()
    assert changed != first or name == "line ends"
    folder.same()
    for file in folder.path.iterdir():
        file.unlink()
    for file, data in before.items():
        (folder.path / file).write_bytes(data)
    assert folder.same() == first


@pytest.mark.parametrize("seed", range(6))
def test_edits_one_after_the_other(folder: Folder, seed: int) -> None:
    random_ = random.Random(seed)
    folder.same()
    for _ in range(12):
        name = random_.choice(sorted(EDITS))
        try:
            EDITS[name](folder)
        except (AssertionError, FileNotFoundError):
            continue  # an earlier edit has taken away what this one changes
        folder.same()


def test_a_policy_file_that_changes(folder: Folder) -> None:
    statement = {"Sid": "One", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
    policy = folder.path / "policies" / "one.json"
    policy.parent.mkdir()

    def write(**changes: Any) -> None:
        policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **changes}]}))

    write()
    folder.edit("stack-1.yaml", "  idle-1:", "  filed-1: {permissions: [{policy: policies/one.json}]}\n  idle-1:")
    folder.edit("stack-1.yaml", "[app-1, agent]", "[app-1, filed-1, agent]")
    first = folder.same()
    assert folder.same() == first
    write(Action="s3:PutObject")
    changed = folder.same()
    assert changed["files"] != first["files"]
    write(Action="s3:GetObjekt")
    assert "SG502" in folder.same()["findings"]
    policy.unlink()
    assert not folder.same()["files"]
    outside = folder.path.parent / "outside.json"
    write()
    policy.rename(outside)
    policy.symlink_to(outside)  # the same text, but from where no policy may be taken
    assert not folder.same()["files"]
    policy.unlink()
    write()
    assert folder.same() == first


def test_a_finding_in_a_policy_file_is_kept_with_its_place(folder: Folder) -> None:
    (folder.path / "one.json").write_text(
        '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "*",\n  "Resource": "*"}}'
    )
    folder.edit("stack-1.yaml", "  idle-1:", "  filed-1: {permissions: [{policy: one.json}]}\n  idle-1:")
    folder.edit("stack-1.yaml", "[app-1, agent]", "[app-1, filed-1, agent]")
    first = folder.same()
    assert "one.json" in first["screen"]
    assert folder.same() == first


def test_options_count(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = folder.same()
    others: list[dict[str, Any]] = [
        {"today": TODAY + dt.timedelta(days=20)},
        {"today": TODAY, "overrides": read_overrides(["env=test"], [], Diagnostics())},
        {"today": TODAY, "layout": "module"},
        {"today": TODAY, "tests": True},
        {"today": TODAY, "stacks": ("stack-1",)},
    ]
    for options in others:
        folder.options = options
        assert folder.same() != first, options
    folder.options = {"today": TODAY}
    assert folder.same() == first


def test_a_project_that_says_how_much_findings_count(folder: Folder) -> None:
    first = folder.same()
    folder.options["project"] = Project(folder=str(folder.path), levels={"SG702": None})
    assert "SG702" not in folder.same()["findings"]
    folder.options["project"] = None
    assert folder.same() == first


def test_another_compiler_or_other_data_begin_anew(
    folder: Folder, read: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.same()
    for name, value in (("__version__", "99.0.0"), ("data_version", lambda: "2099")):
        monkeypatch.setattr(fingerprint, name, value)
        kept: list[str] = []
        get = Store.get
        monkeypatch.setattr(Store, "get", lambda self, key, get=get, kept=kept: get(self, key) and kept.append(key))
        folder.compile(cache=folder.cache)
        assert len(kept) <= 1, name  # at most the guess which files are common
        monkeypatch.setattr(Store, "get", get)


def test_a_file_of_the_compiler_that_changes_makes_another_compiler(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "rule.py").write_text("a = 1\n")
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path)
    first = fingerprint.fingerprint(Options(), "spec.yaml", TODAY)
    assert fingerprint.fingerprint(Options(), "spec.yaml", TODAY) == first
    (tmp_path / "rule.py").write_text("a = 2\n")
    second = fingerprint.fingerprint(Options(), "spec.yaml", TODAY)
    (tmp_path / "more.py").write_text("")
    assert len({first, second, fingerprint.fingerprint(Options(), "spec.yaml", TODAY)}) == 3


def test_damaged_and_foreign_records_are_worked_out_anew(folder: Folder) -> None:
    first = folder.same()
    random_ = random.Random(1)
    records = sorted(file for file in folder.cache.glob("??/*") if file.is_file())
    assert len(records) >= 6
    for record in records:
        data = bytearray(record.read_bytes())
        data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
        record.write_bytes(bytes(data))
    assert folder.same() == first
    for one, other in itertools.pairwise(records):
        other.write_bytes(one.read_bytes())
    assert folder.same() == first


def _records(folder: Folder) -> list[Path]:
    return sorted(file for file in folder.cache.glob("??/*") if file.is_file())


def test_an_index_without_its_records(folder: Folder) -> None:
    """What the index leaves out is worked out anew where the records are gone, or are somebody else's."""
    first = folder.same()
    (index,) = [
        file for file in _records(folder) if b"stack-3-web" in file.read_bytes() and b"stack-4" in file.read_bytes()
    ]
    kept = {record: record.read_bytes() for record in _records(folder) if record != index}
    for record in kept:
        record.unlink()
    assert folder.same() == first
    for record in kept:
        record.write_bytes(b"")
    assert folder.same() == first
    for record, other in zip(kept, reversed([*kept.values()]), strict=True):
        record.write_bytes(other)
    assert folder.same() == first


def test_an_index_of_yesterday(folder: Folder) -> None:
    """Every state of the cache is as good as any other: files of it may come back from a backup, each by itself."""
    first = folder.same()
    before = {file: file.read_bytes() for file in _records(folder)}
    folder.edit("stack-3.yaml", "queue-3", "queue-x")
    changed = folder.same()
    after = {file: file.read_bytes() for file in _records(folder)}
    for seed in range(8):
        random_ = random.Random(seed)
        for file in after:
            file.write_bytes(random_.choice([before.get(file, after[file]), after[file]]))
        assert folder.same() == changed, seed
    folder.edit("stack-3.yaml", "queue-x", "queue-3")
    assert folder.same() == first


def _with_policy(folder: Folder) -> Callable[[str], None]:
    def write(action: str) -> None:
        statement = {"Sid": "One", "Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::a/*"}
        (folder.path / "one.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    write("s3:GetObject")
    folder.edit("stack-1.yaml", "  idle-1:", "  filed-1: {permissions: [{policy: one.json}]}\n  idle-1:")
    folder.edit("stack-1.yaml", "[app-1, agent]", "[app-1, filed-1, agent]")
    return write


def test_a_record_and_an_index_of_two_states_of_a_policy_file(folder: Folder) -> None:
    write = _with_policy(folder)
    first = folder.same()
    before = {file: file.read_bytes() for file in _records(folder)}
    write("s3:PutObject")
    changed = folder.same()
    assert changed["files"] != first["files"]
    mixed = [file for file in before if file.read_bytes() != before[file]]
    assert len(mixed) == 2  # the record of the stack and the index
    for file in mixed:
        after = file.read_bytes()
        file.write_bytes(before[file])
        assert folder.same() == changed
        folder.compile(cache=folder.cache)
        write("s3:GetObject")
        assert folder.same() == first
        write("s3:PutObject")
        assert folder.same() == changed
        file.write_bytes(after)


def test_what_is_fetched_late_is_of_the_same_state(folder: Folder) -> None:
    write = _with_policy(folder)
    first = folder.same()
    sources = read_sources(find_spec_files([str(folder.path)], Diagnostics()), Diagnostics())

    def result() -> Result:
        return compile_sources(sources, Options(**folder.options, cache=folder.cache))

    late = result()
    for record in _records(folder):
        record.unlink()
    assert said(late) == first
    folder.same()
    folder.same()
    late = result()
    for record in _records(folder):
        record.unlink()
    write("s3:PutObject")
    with pytest.raises(OSError, match="has changed meanwhile"):
        _ = late.files


def test_a_cache_that_cannot_be_written_is_no_mistake(folder: Folder) -> None:
    folder.cache.write_text("a file where the folder should be")
    first = folder.same()
    assert first["files"]
    assert folder.same() == first
