"""What compile guarantees about bytes and files, whatever the order in which things are read."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.cli.main import run
from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources

ROOT = Path(__file__).parent.parent
SPEC = (ROOT / "examples/environments/stackgrant.yaml").read_text()


class _Texts(yaml.SafeLoader):
    """Every scalar as the text that was written; merge keys are followed."""

    yaml_implicit_resolvers = {"<": yaml.SafeLoader.yaml_implicit_resolvers["<"]}  # noqa: RUF012


def compiled(text: str, name: str = "stackgrant.yaml") -> dict[str, bytes]:
    result = compile_sources([Source(SourceText(name, text), name)])
    assert not result.failed, result.diagnostics
    return dict(result.files)


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(child, rng)) for key, child in value.items()]
        rng.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        return [shuffled(item, rng) for item in value]
    return value


@pytest.mark.parametrize("seed", range(8))
def test_same_bytes_for_shuffled_keys(seed: int) -> None:
    data = yaml.load(SPEC, _Texts)
    text = yaml.safe_dump(shuffled(data, random.Random(seed)), sort_keys=False, default_style='"')
    text = text.replace('"version": "1"', "version: 1").replace('"protect": "true"', "protect: true")
    text = text.replace('"session_duration": "7200"', "session_duration: 7200")
    assert compiled(text) == compiled(SPEC)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_same_bytes_for_shuffled_files(order: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {
        "apps.yaml": "version: 1\napps:\n  web:\n    permissions:\n      - s3: {bucket: shop-assets, access: read}\n",
        "bundles.yaml": "version: 1\nbundles:\n  base:\n    - session_manager: {}\n",
        "stacks.yaml": 'version: 1\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-west-1\n'
        "    permissions: [{bundle: base}]\n    layers:\n      web: {apps: [web]}\n",
    }
    monkeypatch.chdir(tmp_path)
    names = sorted(parts)
    for name, text in parts.items():
        (tmp_path / name).write_text(text)
    assert run(["compile", *(names[i] for i in order), "-o", "out"]) == 0
    assert run(["compile", ".", "-o", "folder"]) == 0
    for path in (tmp_path / "out").rglob("*.json"):
        assert path.read_bytes() == (tmp_path / "folder" / path.relative_to(tmp_path / "out")).read_bytes()
    assert len(list((tmp_path / "out").rglob("*.json"))) == 5


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_same_bytes_for_every_hash_seed(seed: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "compiler", "compile", "examples/environments/stackgrant.yaml", "-o", "-"],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
    )  # fmt: skip
    files = {path: content.encode() for path, content in json.loads(process.stdout).items()}
    assert files == compiled(SPEC)


def test_same_bytes_from_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (inside / "stackgrant.yaml").write_text(SPEC)
    monkeypatch.chdir(inside)
    assert run(["compile", "-o", str(tmp_path / "one")]) == 0
    monkeypatch.chdir(tmp_path)
    assert run(["compile", "a/b/stackgrant.yaml", "-o", "two"]) == 0
    for path in (tmp_path / "one").rglob("*.json"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_unchanged_files_are_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tmp_path / "stackgrant.yaml"
    spec.write_text(SPEC)
    assert run(["compile"]) == 0
    files = sorted((tmp_path / "build").rglob("*.json"))
    for path in files:
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert run(["compile"]) == 0
    assert all(path.stat().st_mtime == 1_000_000_000 for path in files)
    spec.write_text(SPEC.replace("team-finance", "team-money").replace("access: write}", "access: [write, list]}"))
    assert run(["compile"]) == 0
    changed = {path.name for path in files if path.stat().st_mtime != 1_000_000_000}
    assert changed == {"app-reports.tf.json"}


def test_a_failed_compile_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tmp_path / "stackgrant.yaml"
    spec.write_text(SPEC)
    assert run(["compile"]) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "build").rglob("*.json")}
    spec.write_text(SPEC.replace("bundle: node-baseline", "bundle: node-basline"))
    assert run(["compile"]) == 1
    assert {path: path.read_bytes() for path in (tmp_path / "build").rglob("*.json")} == before


def test_foreign_files_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stackgrant.yaml").write_text(SPEC)
    mine = tmp_path / "build" / "shop-dev" / "outputs.tf.json"
    mine.parent.mkdir(parents=True)
    mine.write_text('{"output": {"mine": {"value": 1}}}')
    extra = mine.parent / "extra.tf"
    extra.write_text("# mine\n")
    assert run(["compile"]) == 2
    assert mine.read_text() == '{"output": {"mine": {"value": 1}}}'
    assert sorted(path.name for path in (tmp_path / "build").rglob("*") if path.is_file()) == [
        "extra.tf",
        "outputs.tf.json",
    ]
    assert "SG804" in capsys.readouterr().err
    mine.unlink()
    assert run(["compile"]) == 0
    assert extra.read_text() == "# mine\n"


def test_output_of_a_gone_layer_is_pruned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tmp_path / "stackgrant.yaml"
    spec.write_text(SPEC)
    assert run(["compile"]) == 0
    assert (tmp_path / "build/shop-prod/profile-web-worker.tf.json").exists()
    spec.write_text(SPEC[: SPEC.index("    profiles:")])
    assert run(["compile", "--check"]) == 1
    assert (tmp_path / "build/shop-prod/profile-web-worker.tf.json").exists()
    assert run(["compile"]) == 0
    assert not (tmp_path / "build/shop-prod/profile-web-worker.tf.json").exists()
    assert run(["compile", "--check"]) == 0


def test_an_edited_output_is_put_right_although_everything_else_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full cache nothing is compiled and no content is at hand; the output is compared all the same."""
    monkeypatch.setenv("STACKGRANT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stackgrant.yaml").write_text(SPEC)
    assert run(["compile"]) == run(["compile"]) == run(["compile", "--check"]) == 0
    files = sorted(path for path in (tmp_path / "build").rglob("*") if path.is_file())
    before = {path: (path.read_bytes(), path.stat().st_ino) for path in files}
    assert len(before) > 3
    for path in files:
        content, stat = path.read_bytes(), path.stat()
        path.write_bytes(content.removesuffix(b"}\n") + b" \n")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert path.stat().st_size == stat.st_size
        assert run(["compile", "--check"]) == 1
        assert run(["compile"]) == 0
        assert path.read_bytes() == content
        assert all(other.stat().st_ino == before[other][1] for other in files if other != path)
        before[path] = (content, path.stat().st_ino)
    assert run(["compile", "--check"]) == 0
