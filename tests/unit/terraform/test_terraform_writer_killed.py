"""A compile that is killed, at every single step that touches the file system.

Whenever that is, each stack's folder is the old one, or the new one, or refused by Terraform because the marker stands
in it; and the whole output is the old one or the new one wherever no marker stands. The next compile repairs it all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.terraform.encode import encode
from compiler.terraform.header import header
from compiler.terraform.writeplan import MARKER, STAGING, plan
from compiler.terraform.writer import commit

SPEC = "shop.yaml"
ROOT = Path(__file__).parents[3]

# Runs in a process of its own: forks once for each step, and the child is gone when it reaches that step. Python tells
# about every open, rename, mkdir, remove and rmdir (audit events); write is wrapped.
SCRIPT = """
import json, os, sys
from pathlib import Path
from dataclasses import replace
from compiler.terraform.output import in_folders
from compiler.terraform.writeplan import plan, plan_folders
from compiler.terraform.writer import commit, stage_elsewhere

base, before, after = Path(sys.argv[1]), *map(json.loads, sys.argv[2:4])
elsewhere = sys.argv[4] == "elsewhere"
encode = lambda files: {path: text.encode() for path, text in files.items()}
WATCHED = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir")

class Helper:
    def __init__(self, folders):
        self.folders = folders
    def begin(self, staging, names, marker):
        parent, self.process = os.getpid(), os.fork()
        if self.process == 0:
            try:
                stage_elsewhere(staging, {name: self.folders[name].contents() for name in names}, marker, parent)
            finally:
                os._exit(0)
    def finish(self):
        os.waitpid(self.process, 0)

def output(files):
    folders = in_folders(encode(files))
    helper = Helper(folders) if elsewhere else None
    return {name: replace(folder, elsewhere=helper if name > "one" else None) for name, folder in folders.items()}

def child(out, last_step):
    seen = 0
    tested = os.getpid()
    def step(*_):
        nonlocal seen
        seen += os.getpid() == tested
        if seen == last_step:
            os._exit(9)
    real_write = os.write
    os.write = lambda handle, data: (step(), real_write(handle, data[: max(1, len(data) // 2)]))[1]
    prepared = plan_folders(out, output(after), spec_name="shop.yaml", whole=True)
    sys.addaudithook(lambda event, args: step() if event in WATCHED and str(base) in str(args) else None)
    assert commit(prepared) == ()
    os._exit(0)

number = 0
while True:
    number += 1
    out = base / str(number)
    if before:
        assert commit(plan(out, encode(before), spec_name="shop.yaml", whole=True)) == ()
    else:
        out.mkdir()
    pid = os.fork()
    if pid == 0:
        child(out, number)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0:
        break
print(number - 1)
"""


def text(value: int) -> str:
    return encode({"//": header(SPEC), "locals": {"value": value}}).decode()


def several(offset: int) -> dict[str, str]:
    return {
        "one/a.tf.json": text(offset + 1),
        "one/same.tf.json": text(0),
        "one/tests/compiled.tftest.json": text(offset + 2),
        "two/a.tf.json": text(offset + 3),
    }


CASES = {
    "first compile": ({}, several(10)),
    "several files": (several(10), several(20)),
    "one file": (several(10), several(10) | {"two/a.tf.json": text(99)}),
    "one file goes": (several(10), {path: item for path, item in several(10).items() if "tests" not in path}),
    "a stack goes": (several(10), {path: item for path, item in several(20).items() if path.startswith("two")}),
    "a stack joins": (several(10), several(10) | {"three/a.tf.json": text(1), "three/b.tf.json": text(2)}),
    "files come and go": (several(10), {"one/b.tf.json": text(5), "two/a.tf.json": text(6)}),
}


def read(out: Path) -> dict[str, str]:
    """The files of all stacks, without traces of writing."""
    return {
        path.relative_to(out).as_posix(): path.read_text()
        for path in out.rglob("*")
        if path.is_file() and STAGING not in path.parts and path.name != MARKER
    }


def of(files: dict[str, str], folder: str) -> dict[str, str]:
    return {path: item for path, item in files.items() if path.startswith(f"{folder}/")}


def stands_for(found: dict[str, str], marked: set[str], old: dict[str, str], new: dict[str, str]) -> bool:
    """Whether every folder that Terraform would accept is of one and the same compile."""
    folders = {path.partition("/")[0] for path in (*found, *old, *new)} - marked
    return any(all(of(found, folder) == of(whole, folder) for folder in folders) for whole in (old, new))


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize(
    ("name", "where"),
    [*((name, "here") for name in CASES), ("first compile", "elsewhere"), ("a stack joins", "elsewhere")],
)
def test_whenever_it_is_killed_the_output_is_old_or_new_or_refused(name: str, where: str, tmp_path: Path) -> None:
    """``elsewhere``: another process stages what joins, and may go on for a moment after the one that is killed."""
    old, new = CASES[name]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), json.dumps(old), json.dumps(new), where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps >= 5
    seen_old = seen_new = False
    for number in range(1, steps + 2):
        out = tmp_path / str(number)
        found = read(out)
        markers = [path for path in out.rglob(MARKER) if STAGING not in path.parts]
        marked = {path.parent.name for path in markers}
        assert stands_for(found, marked, old, new), (number, found.keys(), marked)
        for marker in markers:
            assert any("run it again" in key for key in json.loads(marker.read_text())), number
        seen_old = seen_old or (found == old and not marked)
        seen_new = seen_new or (found == new and not marked)
        contents = {path: item.encode() for path, item in new.items()}
        assert commit(plan(out, contents, spec_name=SPEC, whole=True)) == ()
        assert read(out) == new, number
        assert not list(out.rglob(MARKER))
        assert not (out / STAGING).exists()
        folders = {path.partition("/")[0] for path in new}
        more = [path for path in out.iterdir() if path.name not in folders]
        assert not any(list(path.iterdir()) for path in more), number  # an empty folder may be left
    assert seen_old
    assert seen_new


def test_one_changed_file_needs_no_marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = CASES["one file"]
    for files in (old, new):
        contents = {path: item.encode() for path, item in files.items()}
        result = plan(tmp_path, contents, spec_name=SPEC, whole=True)
        if files is new:
            monkeypatch.setattr("compiler.terraform.writer._mark", _no_marker)
        assert commit(result) == ()
    assert read(tmp_path) == new


def _no_marker(plan: object, staging: object, folders: list[Path], *, start: int) -> None:
    assert folders == []
