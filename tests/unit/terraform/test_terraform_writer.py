"""Writing the output: whole or not at all, only what is ours, and nothing that stays the same."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from compiler.terraform import writer
from compiler.terraform.encode import encode
from compiler.terraform.header import header
from compiler.terraform.output import Folder, in_folders, sealed
from compiler.terraform.writeplan import MARKER, STAGING, WritePlan, plan, plan_folders
from compiler.terraform.writer import commit, write_new

SPEC = "shop.yaml"


def ours(value: int = 1, spec: str = SPEC) -> bytes:
    return encode({"//": header(spec), "locals": {"value": value}})


def planned(out: Path, files: Mapping[str, bytes], *, whole: bool = True) -> WritePlan:
    return plan(out, files, spec_name=SPEC, whole=whole)


def write(out: Path, files: Mapping[str, bytes], *, whole: bool = True) -> WritePlan:
    """Plan and commit, which has to work."""
    result = planned(out, files, whole=whole)
    assert commit(result) == ()
    return result


def tree(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


FILES = {
    "one/a.tf.json": ours(1),
    "one/b.tf.json": ours(2),
    "one/tests/compiled.tftest.json": ours(3),
    "two/a.tf.json": ours(4),
}


def test_a_first_compile_writes_everything(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "build"
    result = write(out, FILES)
    assert result.written == tuple(sorted(FILES))
    assert (result.unchanged, result.pruned, result.leftovers, result.previous) == ((), (), (), {})
    assert tree(out) == FILES
    assert sorted(path.name for path in out.iterdir()) == ["one", "two"]


def test_what_does_not_change_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    for path in FILES:
        os.utime(tmp_path / path, ns=(1, 1))
    result = write(tmp_path, FILES | {"one/b.tf.json": ours(9)})
    assert result.written == ("one/b.tf.json",)
    assert result.unchanged == ("one/a.tf.json", "one/tests/compiled.tftest.json", "two/a.tf.json")
    assert result.previous == {"one/b.tf.json": ours(2)}
    assert result.contents == {"one/b.tf.json": ours(9)}
    for path in result.unchanged:
        assert (tmp_path / path).stat().st_mtime_ns == 1


def test_planning_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = tree(tmp_path)
    result = planned(tmp_path, {"one/a.tf.json": ours(7)})
    assert result.changes
    assert tree(tmp_path) == before
    assert not planned(tmp_path, FILES).changes


def test_files_of_ours_that_are_no_longer_wanted_go(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "one" / "people.tf").write_text("# by hand")
    (tmp_path / "one" / "people.tf.json").write_text("{}")
    result = write(tmp_path, {"one/a.tf.json": ours(1), "two/a.tf.json": ours(4)})
    assert result.pruned == ("one/b.tf.json", "one/tests/compiled.tftest.json")
    assert set(result.previous) == set(result.pruned)
    assert sorted(tree(tmp_path)) == ["one/a.tf.json", "one/people.tf", "one/people.tf.json", "two/a.tf.json"]
    assert not (tmp_path / "one" / "tests").exists()


def test_a_stack_that_left_the_spec_goes_with_its_folder(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    result = write(tmp_path, {"two/a.tf.json": ours(4)})
    assert result.pruned == ("one/a.tf.json", "one/b.tf.json", "one/tests/compiled.tftest.json")
    assert result.notes == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["two"]


def test_state_and_files_of_people_stay_in_the_folder_of_a_stack_that_left(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "one" / "terraform.tfstate").write_text("{}")
    (tmp_path / "one" / ".terraform").mkdir()
    (tmp_path / "one" / "tests" / "people.tftest.hcl").write_text("")
    result = write(tmp_path, {"two/a.tf.json": ours(4)})
    assert sorted(tree(tmp_path)) == ["one/terraform.tfstate", "one/tests/people.tftest.hcl", "two/a.tf.json"]
    (note,) = result.notes
    assert note.code.id == "SG806"
    assert note.message == (
        f"stack `one` has left the spec, but `{tmp_path}/one` still holds `.terraform`, `terraform.tfstate`, `tests`"
    )
    assert planned(tmp_path, {"two/a.tf.json": ours(4)}).notes == ()


def test_a_part_of_the_spec_prunes_only_its_own_stacks(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    result = write(tmp_path, {"two/b.tf.json": ours(5)}, whole=False)
    assert result.pruned == ("two/a.tf.json",)
    assert "one/a.tf.json" in tree(tmp_path)


def test_the_output_of_another_spec_in_the_same_folder_stays(tmp_path: Path) -> None:
    theirs = {"three/a.tf.json": ours(1, "other.yaml")}
    assert commit(plan(tmp_path, theirs, spec_name="other.yaml", whole=True)) == ()
    write(tmp_path, FILES)
    assert tree(tmp_path) == FILES | theirs


def test_a_renamed_spec_takes_its_stacks_over(tmp_path: Path) -> None:
    write(tmp_path, {"one/a.tf.json": ours(1, "old.yaml"), "one/b.tf.json": ours(1, "old.yaml")})
    result = write(tmp_path, {"one/a.tf.json": ours(1)})
    assert result.written == ("one/a.tf.json",)
    assert result.pruned == ("one/b.tf.json",)


def test_a_file_that_is_not_ours_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "b.tf.json").write_text('{"locals": {"mine": 1}}')
    before = tree(tmp_path)
    result = planned(tmp_path, FILES)
    (conflict,) = result.conflicts
    assert conflict.code.id == "SG804"
    assert conflict.message == f"`{tmp_path}/one/b.tf.json` is a file that stackgrant did not write"
    assert commit(result) == result.conflicts
    assert tree(tmp_path) == before


def test_a_file_of_ours_that_was_edited_is_written_again(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    edited = tmp_path / "one" / "a.tf.json"
    edited.write_bytes(edited.read_bytes().replace(b'"value": 1', b'"value": 666'))
    assert write(tmp_path, FILES).written == ("one/a.tf.json",)
    assert tree(tmp_path) == FILES


def _in_the_same_instant(file: Path, content: bytes) -> None:
    """Write a file without a trace in its size or its times."""
    before = file.stat()
    assert before.st_size == len(content)
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _moved_over(file: Path, content: bytes) -> None:
    other = file.with_name("other")
    other.write_bytes(content)
    shutil.copystat(file, other)
    other.replace(file)


def _kept_as_a_link(file: Path, content: bytes) -> None:
    other = file.parent.parent / f"{file.name}.moved"
    file.rename(other)
    file.symlink_to(other)


EDITS: dict[str, Callable[[Path, bytes], object]] = {
    "same size, same time": _in_the_same_instant,
    "another file of the same size and time": _moved_over,
    "longer": lambda file, content: file.write_bytes(content + b"\n"),
    "cut": lambda file, content: file.write_bytes(content[:-1]),
    "empty": lambda file, content: file.write_bytes(b""),
    "gone": lambda file, content: file.unlink(),
    "a link to what it was": _kept_as_a_link,
    "a folder": lambda file, content: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("path", ["one/a.tf.json", "one/tests/compiled.tftest.json"])
def test_what_is_known_by_its_digest_is_compared_all_the_same(tmp_path: Path, edit: str, path: str) -> None:
    """Whatever was done to a file of the output: knowing a digest of it comes to the same as having the contents."""
    write(tmp_path, FILES)
    EDITS[edit](tmp_path / path, FILES[path].replace(b": 1", b": 8").replace(b": 3", b": 8"))
    asked: list[str] = []

    def of(name: str, folder: Folder) -> Folder:
        return Folder(
            folder.names,
            lambda: (asked.append(name), folder.contents())[1],
            sealed(folder.contents()[file] for file in folder.names),
        )

    output = {name: of(name, folder) for name, folder in in_folders(FILES).items()}
    by_digest = plan_folders(tmp_path, output, spec_name=SPEC, whole=True)
    by_contents = planned(tmp_path, FILES)
    assert {**asdict(by_digest), "output": None} == {**asdict(by_contents), "output": None}
    assert asked == ["one"]  # and nobody has asked for what stands there
    assert by_digest.conflicts or by_digest.written == (path,)
    assert by_digest.contents == by_contents.contents
    assert commit(by_digest) == by_digest.conflicts
    assert by_digest.conflicts or tree(tmp_path) == FILES


def test_a_foreign_file_with_our_content_is_left_as_it_is(tmp_path: Path) -> None:
    """Same bytes, nothing to do: that can only be ours."""
    write(tmp_path, {"one/a.tf.json": ours(1)})
    assert planned(tmp_path, {"one/a.tf.json": ours(1)}).unchanged == ("one/a.tf.json",)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda out: (out / "one" / "a.tf.json").mkdir(parents=True), "one/a.tf.json` is a folder where a file"),
        (lambda out: (out / "one").write_text(""), "one` is a file where a folder has to be"),
        (lambda out: ((out / "one").mkdir(), (out / "one" / "tests").write_text("")), "one/tests` is a file where"),
    ],
)
def test_things_of_another_kind_in_the_way(tmp_path: Path, make, message: str) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path)
    before = tree(tmp_path)
    result = planned(tmp_path, FILES)
    (conflict,) = result.conflicts
    assert conflict.code.id == "SG804"
    assert message in conflict.message
    assert commit(result) == result.conflicts
    assert tree(tmp_path) == before


@pytest.mark.parametrize("where", ["one", "one/a.tf.json", "one/tests", "one/tests/compiled.tftest.json"])
def test_nothing_is_written_through_a_symbolic_link(tmp_path: Path, where: str) -> None:
    outside, out = tmp_path / "outside", tmp_path / "build"
    (outside / "tests").mkdir(parents=True)
    for path in ("a.tf.json", "compiled.tftest.json", "tests/compiled.tftest.json"):
        (outside / path).write_bytes(ours(99))
    (out / where).parent.mkdir(parents=True)
    name = Path(where).name
    (out / where).symlink_to(outside / name if "." in name else outside)
    before = tree(outside)
    result = planned(out, FILES)
    (conflict,) = result.conflicts
    assert conflict.code.id == "SG805"
    assert conflict.message == f"`{out}/{where}` is a symbolic link"
    assert commit(result) == result.conflicts
    assert tree(outside) == before


def test_the_output_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "build").symlink_to(tmp_path / "real")
    write(tmp_path / "build", FILES)
    assert tree(tmp_path / "real") == FILES


def test_a_stack_that_left_is_not_pruned_through_a_link(tmp_path: Path) -> None:
    outside, out = tmp_path / "outside", tmp_path / "build"
    write(outside, {"one/a.tf.json": ours(1)})
    out.mkdir()
    (out / "gone").symlink_to(outside / "one")
    write(out, {"two/a.tf.json": ours(1)})
    assert tree(outside) == {"one/a.tf.json": ours(1)}


def test_folders_of_people_beside_the_stacks_are_left_alone(tmp_path: Path) -> None:
    """Also when they have a `tests` of another kind, as in a project that compiles to `.`."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "tests").write_text("")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "tests").symlink_to(tmp_path)
    (tmp_path / "lib" / "people.tf.json").write_text("{}")
    result = write(tmp_path, {"one/a.tf.json": ours(1)})
    assert result.conflicts == result.notes == result.pruned == ()


def test_names_that_differ_only_in_case(tmp_path: Path) -> None:
    result = planned(tmp_path, {"one/app-Web.tf.json": ours(1), "one/app-web.tf.json": ours(2)})
    (conflict,) = result.conflicts
    assert conflict.code.id == "SG807"
    assert "app-Web.tf.json" in conflict.message
    assert "app-web.tf.json" in conflict.message
    assert commit(result) == result.conflicts


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("")
    (conflict,) = planned(tmp_path / "build", FILES).conflicts
    assert conflict.code.id == "SG805"
    assert "not a directory" in conflict.message


FAILING = ["mkdir", "open", "write", "replace", "unlink"]


@pytest.mark.parametrize("call", FAILING)
def test_what_the_system_refuses_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """A read-only folder, a full disk: the first such call fails, and nothing is lost."""
    write(tmp_path, FILES)
    before = tree(tmp_path)
    result = planned(tmp_path, {"one/a.tf.json": ours(8), "two/a.tf.json": ours(9)})

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EACCES, "Permission denied", "somewhere")

    def refuse_files(path: object, flags: int, *rest: int, **named: Any) -> int:
        if flags & os.O_CREAT:
            refuse()
        return real_open(path, flags, *rest, **named)  # type: ignore[arg-type]

    real_open = os.open
    target = Path if call in ("mkdir", "replace", "unlink") else os
    if call == "mkdir":
        (real_mkdir,) = (Path.mkdir,)
        monkeypatch.setattr(
            Path, "mkdir", lambda self, *a, **k: refuse() if self.name == STAGING else real_mkdir(self, *a, **k)
        )
    else:
        monkeypatch.setattr(target, call, refuse_files if call == "open" else refuse)
    (finding,) = commit(result)
    monkeypatch.undo()
    assert finding.code.id == "SG805"
    assert "permission denied" in finding.message
    if call == "unlink":  # pruning had begun: the marker says so
        assert "only be written in part" in finding.message
        assert (tmp_path / "one" / MARKER).exists()
    else:
        assert tree(tmp_path) == before
    assert write(tmp_path, FILES)
    assert tree(tmp_path) == FILES


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "two").chmod(0o500)
    changed = {path: ours(50) for path in FILES}
    try:
        (finding,) = commit(planned(tmp_path, changed))
    finally:
        (tmp_path / "two").chmod(0o700)
    assert finding.code.id == "SG805"
    assert tree(tmp_path) == FILES


def test_two_compiles_do_not_write_at_the_same_time(tmp_path: Path) -> None:
    result = planned(tmp_path, FILES)
    with writer._alone_in(tmp_path) as alone:
        assert alone
        (finding,) = commit(result)
    assert finding.code.id == "SG805"
    assert finding.message == f"another `stackgrant compile` is writing to `{tmp_path}`"
    assert tree(tmp_path) == {}
    assert commit(result) == ()


FOLDERS = {"one": {"a.tf.json": ours(1), "tests/compiled.tftest.json": ours(3)}, "two": {"a.tf.json": ours(4)}}
handles = pytest.mark.skipif(sys.platform == "win32", reason="paths below a handle are needed")


@handles
def test_folders_that_another_process_stages(tmp_path: Path) -> None:
    writer.stage_elsewhere(str(tmp_path), FOLDERS, b"", os.getppid())
    assert tree(tmp_path) == {path: content for path, content in FILES.items() if path != "one/b.tf.json"}


@handles
def test_whose_parent_is_gone_stages_nothing(tmp_path: Path) -> None:
    writer.stage_elsewhere(str(tmp_path), FOLDERS, b"", os.getppid() + 1)
    assert list(tmp_path.iterdir()) == []


@handles
def test_a_staging_folder_of_the_same_name_is_another_one(tmp_path: Path) -> None:
    """The parent dies and the next compile begins, while the other process is still writing: it writes to nowhere."""
    staging = tmp_path / STAGING
    staging.mkdir()

    class Slow(dict[str, Mapping[str, bytes]]):
        def items(self) -> Any:
            yield "one", FOLDERS["one"]
            shutil.rmtree(staging)
            staging.mkdir()
            yield "two", FOLDERS["two"]

    with pytest.raises(FileNotFoundError):
        writer.stage_elsewhere(str(staging), Slow(), b"", os.getppid())
    assert list(staging.iterdir()) == []


def test_many_files_at_once(tmp_path: Path) -> None:
    files = {f"stack{number % 40}/app-{number}.tf.json": ours(number) for number in range(200)}
    write(tmp_path, files)
    assert tree(tmp_path) == files


def test_write_new_never_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "shop.yaml"
    assert write_new(target, "version: 1\n") is None
    assert target.read_text() == "version: 1\n"
    finding = write_new(target, "other")
    assert finding
    assert finding.code.id == "SG804"
    assert finding.message == f"`{target}` exists already"
    assert target.read_text() == "version: 1\n"


def test_write_new_does_not_follow_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert write_new(tmp_path / "shop.yaml", "version: 1\n")
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_write_new_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    finding = write_new(tmp_path / "file" / "shop.yaml", "version: 1\n")
    assert finding
    assert finding.code.id in ("SG804", "SG805")


def test_a_spec_of_the_same_name_does_not_delete_the_output_of_the_other(tmp_path: Path) -> None:
    first, second = {"shop/a.tf.json": ours()}, {"blog/a.tf.json": ours()}
    assert commit(plan(tmp_path, first, spec_name=SPEC, whole=True)) == ()
    (conflict,) = commit(plan(tmp_path, second, spec_name=SPEC, whole=True))
    assert conflict.code.id == "SG808"
    assert "`shop`" in conflict.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop"]
