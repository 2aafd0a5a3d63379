from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.views import unified_diff

OLD = {"a.json": '{\n  "x": 1,\n  "y": 2\n}\n', "same.json": "{}\n", "gone.json": "1\n", "end.json": "a\u2028b\nlast"}
NEW = {"a.json": '{\n  "x": 1,\n  "y": 3\n}\n', "same.json": "{}\n", "new.json": "1\n2\n", "end.json": "a\u2028b\nend"}


def test_diff(snapshot):
    snapshot("changes.diff", unified_diff.render(OLD, NEW))


def test_no_difference_is_no_text():
    assert unified_diff.render(OLD, OLD) == ""
    assert unified_diff.render({}, {}) == ""


def test_diff_in_colour():
    coloured = unified_diff.render(OLD, NEW, color=True)
    assert '\x1b[31m-  "y": 2\x1b[0m\n\x1b[32m+  "y": 3\x1b[0m\n' in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == unified_diff.render(OLD, NEW)


contents = st.lists(st.sampled_from(["a", "b", "", "-- a", "@@", "c\u2028d"])).map("\n".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from("xyz"), contents), st.dictionaries(st.sampled_from("xyz"), contents))
def test_git_applies_the_diff(tmp_path_factory, old, new):
    # An empty file is made and removed by a mode line, which is no part of a unified diff.
    old, new = ({name: text for name, text in files.items() if text} for files in (old, new))
    folder = tmp_path_factory.mktemp("repository")
    for name, text in old.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    if diff := unified_diff.render(old, new):
        command = ["git", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(command, cwd=folder, input=diff.encode(), check=True, capture_output=True)
    assert {path.name: path.read_bytes().decode() for path in folder.iterdir()} == new
