"""``--fix`` on files: nothing but what is put right changes, neither line ends nor mode nor the mark at the start."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from compiler.cli.main import run

DOCUMENT = """\
{
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObjct"], "Resource": "arn:aws:s3:::shop/*"}
  ]
}
"""
FIXED = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::shop/*", "arn:aws:s3:::shop"]}
  ]
}
"""  # noqa: E501


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_documents_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "iam" / "a.json"
    file.parent.mkdir()
    file.write_bytes(b"\xef\xbb\xbf" + DOCUMENT.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    (tmp_path / "iam" / "b.json").write_text('{"name": "no policy"}\n')
    assert run(["check-policy", "iam", "--fix", "--diff"]) == 1
    shown = capsys.readouterr().out
    assert '+  "Version": "2012-10-17",' in shown
    assert "\r" not in shown
    assert file.read_bytes() == b"\xef\xbb\xbf" + DOCUMENT.replace("\n", "\r\n").encode()
    assert run(["check-policy", "iam", "--fix"]) == 0
    assert "fixed iam/a.json" in capsys.readouterr().out
    assert file.read_bytes() == b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in file.parent.iterdir()) == ["a.json", "b.json"]
    assert run(["check-policy", "iam", "--fix", "--diff"]) == 0


def test_each_line_keeps_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(DOCUMENT.replace("{\n", "{\r\n", 1).encode())
    assert run(["check-policy", "a.json", "--fix"]) == 0
    assert file.read_bytes() == FIXED.replace("{\n", "{\r\n", 1).encode()


def test_what_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.json"
    file.write_text(DOCUMENT)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr("compiler.terraform.writer._write", refuse)
    assert run(["check-policy", "a.json", "--fix"]) != 0
    assert file.read_text() == DOCUMENT


def test_compiled_output_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "app-web.tf.json"
    text = '{"locals": {"policy_app_web": ' + DOCUMENT.strip() + "}}"
    file.write_text(text)
    assert run(["check-policy", "app-web.tf.json", "--fix"]) == 1
    assert file.read_text() == text


def test_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(DOCUMENT.encode())))
    assert run(["check-policy", "-", "--fix"]) == 2
    assert run(["check-policy", "a.json", "--diff"]) == 2
