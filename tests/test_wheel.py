"""The wheel, installed into a clean environment, works away from the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of executables of an environment that has nothing but the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    venv.create(folder / "env", with_pip=True)
    binaries = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    wheel = next(folder.glob("stackgrant-*.whl"))
    subprocess.run([binaries / "python", "-m", "pip", "--quiet", "install", str(wheel)], check=True)
    return binaries


def _run(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([installed / "stackgrant", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_init_check_compile(installed: Path, tmp_path: Path) -> None:
    for command in (["init"], ["check"], ["compile"], ["compile", "--check"]):
        process = _run(installed, *command, cwd=tmp_path)
        assert process.returncode == 0, process.stderr
    assert list((tmp_path / "build").rglob("terraform.tf.json"))


def test_the_schema_and_the_catalogue_are_inside(installed: Path, tmp_path: Path) -> None:
    process = _run(installed, "schema", "--json", cwd=tmp_path)
    assert json.loads(process.stdout) == json.loads((ROOT / "schemas/stackgrant.schema.json").read_text())
    example = (ROOT / "examples/environments/stackgrant.yaml").read_text()
    (tmp_path / "stackgrant.yaml").write_text(example)
    process = _run(installed, "compile", "-o", "-", cwd=tmp_path)
    committed = ROOT / "examples/environments/build"
    files = json.loads(process.stdout)
    assert files == {path.relative_to(committed).as_posix(): path.read_text() for path in committed.rglob("*.json")}


def test_version(installed: Path, tmp_path: Path) -> None:
    import compiler

    assert _run(installed, "--version", cwd=tmp_path).stdout == f"stackgrant {compiler.__version__}\n"
