"""The documentation runs: every block of the README, every docstring example, every link to a file of the project.

A comment before a block says what it is: ``<!-- file: NAME -->`` is written, ``<!-- run -->`` is a console session
that is run in order in one folder and compared with what comes out (``…`` on a line of its own leaves lines out),
``<!-- show: NAME -->`` must stand in the file of that name. Other YAML blocks must be YAML.
"""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "ci.md"]
_BLOCK = re.compile(
    r"(?:<!-- (?P<what>file|run|show)(?:: (?P<name>[^ ]+))? -->\n)?```(?P<lang>\w*)\n(?P<body>.*?)```", re.DOTALL
)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
MODULES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for path in (ROOT / "compiler").rglob("*.py")
    if path.name != "__main__.py"
)


_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "somebody"), ("EMAIL", "somebody@example.com"))
}


def _run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    if words[0] == "cat":
        return (folder / words[1]).read_text()
    assert words[0] in ("stackgrant", "git"), command
    process = subprocess.run(
        words if words[0] == "git" else [sys.executable, "-m", "compiler", *words[1:]],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1", **_NOBODY},
    )  # fmt: skip
    return process.stdout


def _matches(expected: str, found: str) -> bool:
    parts = [re.escape(part.strip("\n")) for part in re.split(r"^…$", expected, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.|\n)*?".join(parts) + r"\n*", found.strip("\n") + "\n") is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks(page: Path, tmp_path: Path) -> None:
    ran = 0
    for block in _BLOCK.finditer(page.read_text()):
        body = block["body"]
        if block["what"] == "file":
            (tmp_path / block["name"]).write_text(body)
        elif block["what"] == "show":
            assert body.strip() in (tmp_path / block["name"]).read_text(), block["name"]
        elif block["what"] == "run":
            for session in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, expected = session.partition("\n")
                found = _run(command, tmp_path)
                assert _matches(expected, found), f"$ {command}\n{found}"
                ran += 1
        elif block["lang"] in ("yaml", "yml") and body.startswith("version:"):
            result = compile_sources([Source(SourceText(page.name, body), page.name)])
            assert not result.diagnostics
        elif block["lang"] in ("yaml", "yml"):
            yaml.safe_load(body)
    assert ran >= (2 if page.name == "README.md" else 0)


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")], ids=lambda page: page.name
)
def test_links(page: Path) -> None:
    for target in _LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def _blocks_only(text: str) -> str:
    return "\n".join(block["body"] for block in _BLOCK.finditer(text))


def test_readme_names_only_what_exists() -> None:
    from compiler.cli.main import COMMANDS

    text = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`?make (\w+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    assert set(re.findall(r"^(?:\$ )?stackgrant (\w+)", _blocks_only(text), re.MULTILINE)) <= set(COMMANDS)
    for name in COMMANDS:
        assert f"stackgrant {name}" in text, name


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
