"""Finding spec files, their two names, and reading bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from compiler.diagnostics import Diagnostics
from compiler.source.files import decode, find_spec_files, looks_like_spec, read_text, source_text

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "version: 1\napps: {}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("infra/b.yaml", "infra/a.yml", "infra/sub/c.yaml", "infra/.hidden/x.yaml", "infra/build/y.yaml",
                 "infra/.terraform/z.yaml", "infra/.dot.yaml", "shared/base.yaml"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SPEC)
    (tmp_path / "infra/compose.yaml").write_text("version: '3'\nservices: {}\n")
    (tmp_path / "infra/notes.txt").write_text(SPEC)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str) -> tuple[list[tuple[str, str]], list[str]]:
    diagnostics = Diagnostics()
    files = find_spec_files(paths, diagnostics)
    return [(file.name, file.stable_name) for file in files], [item.message for item in diagnostics]


def test_a_folder(project: Path) -> None:
    assert found("infra") == (
        [("infra/a.yml", "a.yml"), ("infra/b.yaml", "b.yaml"), ("infra/sub/c.yaml", "sub/c.yaml")],
        [],
    )


def test_a_file_is_taken_as_it_is(project: Path) -> None:
    assert found("infra/compose.yaml") == ([("infra/compose.yaml", "compose.yaml")], [])
    assert found("infra/notes.txt") == ([("infra/notes.txt", "notes.txt")], [])


def test_several_paths_have_their_common_folder_as_base(project: Path) -> None:
    files, _ = found("shared/base.yaml", "infra")
    assert [stable for _, stable in files] == ["shared/base.yaml", "infra/a.yml", "infra/b.yaml", "infra/sub/c.yaml"]


def test_each_file_once(project: Path) -> None:
    files, _ = found("infra/b.yaml", "infra", "./infra/../infra/b.yaml")
    assert [stable for _, stable in files] == ["b.yaml", "a.yml", "sub/c.yaml"]


@pytest.mark.parametrize("folder", [".", "infra", "infra/sub", "shared"])
def test_stable_names_do_not_depend_on_the_working_directory(
    project: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(project / folder)
    files, _ = found(os.path.relpath(project / "infra"))
    assert [stable for _, stable in files] == ["a.yml", "b.yaml", "sub/c.yaml"]


def test_names_outside_of_the_working_directory_are_absolute(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "shared")
    files, _ = found("../infra/b.yaml")
    assert files == [(str(project / "infra" / "b.yaml"), "b.yaml")]


def test_standard_input(project: Path) -> None:
    (file,) = find_spec_files(["-"], Diagnostics())
    assert (file.path, file.name, file.stable_name) == (None, "<stdin>", "<stdin>")


def test_what_is_not_there(project: Path) -> None:
    files, messages = found("nowhere.yaml", "empty", "infra/b.yaml")
    assert [stable for _, stable in files] == ["infra/b.yaml"]
    assert messages == ["`nowhere.yaml` does not exist", "the folder `empty` contains no spec"]


def test_links_in_a_circle_end(project: Path) -> None:
    (project / "infra/sub/loop").symlink_to(project / "infra")
    assert len(found("infra")[0]) == 3


def test_a_link_to_itself_is_reported_when_it_is_read(project: Path) -> None:
    link = project / "infra/self.yaml"
    link.symlink_to(link)
    diagnostics = Diagnostics()
    (file,) = (file for file in find_spec_files(["infra"], diagnostics) if file.path == link)
    assert not diagnostics.items
    assert read_text(link, file.name, diagnostics) is None
    (item,) = diagnostics
    assert item.code.id == "SG802"
    assert item.message.startswith("`infra/self.yaml` cannot be read: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\n", True),
        ('"version": "1"\nstacks: {}\n', True),
        ("# comment\nstacks:\n  a: {}\n", True),
        ("apps: {}\n", True),
        ("bundles: {}\n", True),
        ("version: 2\nresources: {}\n", True),
        ("version: 1 # the spec\nstakcs: {}\n", True),
        ("version: '3.8'\nservices: {}\n", False),
        ("resources: {limits: {cpu: 1}}\n", False),
        ("apiVersion: v1\nkind: Pod\n", False),
        ("- hosts: all\n", False),
        ("nested:\n  version: 1\n  apps: {}\n", False),
        ("", False),
    ],
)
def test_what_looks_like_a_spec(text: str, expected: bool) -> None:
    assert looks_like_spec(text) is expected


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_a_spec_of_another_encoding_is_not_left_out_of_its_folder(project: Path, codec: str) -> None:
    (project / "empty/spec.yaml").write_bytes(("\ufeff" + SPEC).encode(codec))
    assert found("empty") == ([("empty/spec.yaml", "spec.yaml")], [])


def test_line_ends_and_byte_order_mark_are_normalised() -> None:
    source = source_text("x", "\ufeffa: 1\r\nb: 2\rc: 3\n")
    assert source.text == "a: 1\nb: 2\nc: 3\n"
    assert source.position(5) == (2, 1)


def test_bytes_that_are_not_utf8() -> None:
    diagnostics = Diagnostics()
    assert decode("a: 1\r\nb: é\n".encode("latin-1"), "x", diagnostics) is None
    (found,) = diagnostics
    assert found.code.id == "SG106"
    assert found.message == "the file is not UTF-8: byte 0xE9 at offset 9, line 2"
    assert found.span is not None
    assert found.span.source.position(found.span.start) == (2, 4)
    assert found.span.text == "\ufffd"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_is_recognised(codec: str) -> None:
    diagnostics = Diagnostics()
    assert decode(("\ufeff" + SPEC).encode(codec), "x", diagnostics) is None
    (found,) = diagnostics
    assert found.message == "the file is UTF-16, not UTF-8"
    assert found.span is not None
    assert found.span.source.text == SPEC


@pytest.mark.parametrize("data", [b"\xff", b"\xff\xfe", b"a\xc3", b"\xed\xa0\x80"])
def test_any_damage_is_reported(data: bytes) -> None:
    diagnostics = Diagnostics()
    assert decode(data, "x", diagnostics) is None
    assert [item.code.id for item in diagnostics] == ["SG106"]


def test_read_text(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    (tmp_path / "a.yaml").write_bytes(b"a: 1\r\n")
    source = read_text(tmp_path / "a.yaml", "a.yaml", diagnostics)
    assert source is not None
    assert (source.name, source.text) == ("a.yaml", "a: 1\n")
    assert read_text(tmp_path / "b.yaml", "b.yaml", diagnostics) is None
    assert read_text(tmp_path, "folder", diagnostics) is None
    assert [(item.code.id, item.message) for item in diagnostics] == [
        ("SG801", "`b.yaml` does not exist"),
        ("SG802", "`folder` cannot be read: it is a folder"),
    ]
