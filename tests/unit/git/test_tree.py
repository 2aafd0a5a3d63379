"""The files of a commit are those that were on the disk then: whatever the disk says, the tree says, too."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.diagnostics import Diagnostics
from compiler.git.repository import Commit, find_commit
from compiler.git.tree import GitTree
from compiler.source.tree import DISK, FileTree


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


FILES = {"a.yaml": "1", "b/c.yaml": "22", "b/d/e.txt": "", "b/ü\n.txt": "x", "f g/h": "\r\n\0"}
LINKS = {
    "file": "a.yaml", "b/up": "../a.yaml", "folder": "b", "b/in": "../folder/d", "round": "round", "dangling": "none",
    "through": "file/x",
}  # fmt: skip


@pytest.fixture(params=["sha1", "sha256"])
def commit(request: pytest.FixtureRequest, tmp_path: Path) -> Commit:
    folder = (tmp_path / "repo").resolve()
    folder.mkdir()
    git(folder, "init", "-q", f"--object-format={request.param}")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(text.encode())
    for name, target in LINKS.items():
        (folder / name).symlink_to(target)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    found = find_commit(folder / "b", "HEAD", diagnostics := Diagnostics())
    assert not diagnostics.items
    assert found is not None
    return found


@pytest.fixture
def tree(commit: Commit) -> Iterator[GitTree]:
    found = GitTree.at(commit)
    yield found
    found.close()


def walked(tree: FileTree, top: Path) -> list[tuple[str, list[str], list[str]]]:
    return sorted(
        (folder, sorted(folders), sorted(files))
        for folder, folders, files in tree.walk(top)
        if ".git" not in Path(folder).parts
    )


def content(tree: FileTree, path: Path) -> bytes | type[OSError]:
    try:
        return tree.read(path)
    except OSError as error:
        return type(error)


def test_it_says_what_the_disk_says(tree: GitTree) -> None:
    top = tree.commit.top
    before = [
        (place, [name for name in folders if name != ".git"], files) for place, folders, files in walked(DISK, top)
    ]
    assert walked(tree, top) == before
    assert len(before) == 4
    names = [*FILES, *LINKS, "", ".", "none", "b", "b/none", "a.yaml/x", "b/in/e.txt", "folder/up", "b/../a.yaml"]
    for path in (top / name for name in names):
        if path.name == "round":  # the disk complains, and nothing is there for git
            assert not tree.exists(path)
            continue
        assert tree.is_folder(path) == DISK.is_folder(path), path
        assert tree.exists(path) == DISK.exists(path), path
        if path.name not in ("x", "through"):
            assert tree.size(path) == DISK.size(path), path
            assert content(tree, path) == content(DISK, path), path
            assert tree.real(path) == DISK.real(path), path


def test_the_disk_may_have_gone_on(tree: GitTree) -> None:
    top = tree.commit.top
    (top / "a.yaml").write_text("new")
    (top / "new.yaml").write_text("new")
    (top / "b" / "c.yaml").unlink()
    assert tree.read(top / "a.yaml") == tree.read(top / "b" / "up") == b"1"
    assert tree.exists(top / "b" / "c.yaml")
    assert not tree.exists(top / "new.yaml")


def test_what_is_not_of_the_repository_is_on_the_disk(tree: GitTree, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "values.yaml"
    outside.parent.mkdir()
    outside.write_text("a: 1")
    assert tree.read(outside) == b"a: 1"
    assert tree.size(outside) == 4
    assert tree.real(outside) == str(outside.resolve())
    assert list(tree.walk(outside.parent)) == list(DISK.walk(outside.parent))
    assert tree.is_folder(outside.parent)
    assert tree.exists(tree.commit.top / ".git")


def test_links_that_leave_the_repository_lead_nowhere(commit: Commit) -> None:
    (commit.top / "out").symlink_to("../../etc")
    (commit.top / "root").symlink_to("/")
    git(commit.top, "add", "-A")
    git(commit.top, "commit", "-q", "-m", "more")
    found = find_commit(commit.top, "HEAD", Diagnostics())
    assert found is not None
    tree = GitTree.at(found)
    assert not tree.exists(found.top / "out")
    assert not tree.exists(found.top / "root")
    assert content(tree, found.top / "root") is FileNotFoundError
    tree.close()


def test_a_submodule_is_an_empty_folder(commit: Commit) -> None:
    git(commit.top, "update-index", "--add", "--cacheinfo", f"160000,{commit.id},sub")
    git(commit.top, "commit", "-q", "-m", "a submodule")
    found = find_commit(commit.top, "HEAD", Diagnostics())
    assert found is not None
    tree = GitTree.at(found)
    assert tree.is_folder(found.top / "sub")
    assert not tree.exists(found.top / "sub" / "a.yaml")
    assert content(tree, found.top / "sub") is IsADirectoryError
    assert "sub" in next(iter(tree.walk(found.top)))[1]
    tree.close()
