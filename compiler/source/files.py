"""Finding and reading spec files: bytes on disk to source texts, mistakes to diagnostics.

A file has two names. The display name is for people: relative to the working directory when the file lies below it. The
stable name goes into generated output and is the same on every machine and from every working directory: relative to
the folder that was given, or to the common folder of everything that was given.
"""

from __future__ import annotations

import os
import re
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Diagnostics, SourceText, Span
from compiler.diagnostics.value import record
from compiler.source.codes import FILE_NOT_FOUND, NOT_UTF8, UNREADABLE_FILE
from compiler.source.tree import DISK, FileTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STANDARD_INPUT = "-"
SUFFIXES = (".yaml", ".yml")
SKIPPED_FOLDERS = frozenset({"build", "node_modules"})
"""Folders of generated or foreign files, besides hidden ones such as ``.git`` and ``.terraform``."""


@record(frozen=True, slots=True)
class SpecFile:
    """A file of a spec: ``path`` (None: standard input), ``name`` for people, ``stable_name`` for generated output.

    ``data`` is what stands in it, where it had to be read to know that it is one.
    """

    path: Path | None
    name: str
    stable_name: str
    data: bytes | None = field(default=None, repr=False)


def source_text(name: str, text: str) -> SourceText:
    """A text as the reader takes it: without a byte order mark, line ends as ``\\n``."""
    text = text.removeprefix("\ufeff")
    return SourceText(name, text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)


def decode(data: bytes, name: str, diagnostics: Diagnostics) -> SourceText | None:
    """Bytes as a source text, or None when they are not UTF-8 (which is reported)."""
    try:
        return source_text(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        diagnostics.add(_not_utf8(data, name, error.start))
        return None


_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _not_utf8(data: bytes, name: str, offset: int) -> Diagnostic:
    help_lines = ("save the file as UTF-8",)
    codec = _UTF16.get(data[:2])
    if codec:
        shown = source_text(name, data.decode(codec, errors="replace"))
        return Diagnostic(
            NOT_UTF8,
            "the file is UTF-16, not UTF-8",
            Span(shown, 0, min(1, len(shown.text))),
            f"the file begins with the byte order mark of {codec.upper()}",
            help=help_lines,
        )
    # What comes before the offset is UTF-8, so its length in characters is where the damage is shown.
    before = source_text(name, data[:offset].decode("utf-8")).text
    shown = source_text(name, data.decode("utf-8", errors="replace"))
    line = before.count("\n") + 1
    return Diagnostic(
        NOT_UTF8,
        f"the file is not UTF-8: byte 0x{data[offset]:02X} at offset {offset:,}, line {line:,}",
        Span(shown, len(before), min(len(before) + 1, len(shown.text))),
        f"byte 0x{data[offset]:02X}",
        help=help_lines,
    )


def read_text(path: Path, name: str, diagnostics: Diagnostics, tree: FileTree = DISK) -> SourceText | None:
    """A file as a source text called ``name``, or None when it cannot be read (which is reported)."""
    try:
        data = tree.read(path)
    except FileNotFoundError:
        diagnostics.add(_not_found(name))
        return None
    except OSError as error:
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else (error.strerror or str(error)).lower()
        diagnostics.add(Diagnostic(UNREADABLE_FILE, f"`{name}` cannot be read: {reason}"))
        return None
    return decode(data, name, diagnostics)


def _not_found(name: str) -> Diagnostic:
    return Diagnostic(FILE_NOT_FOUND, f"`{name}` does not exist", help=("check the path and the working directory",))


def find_spec_files(paths: Sequence[str], diagnostics: Diagnostics, tree: FileTree = DISK) -> tuple[SpecFile, ...]:
    """The files that the given paths stand for, each once, in the order given and sorted inside of folders.

    A path is a file (taken as it is), ``-`` (standard input), or a folder: then all ``*.yaml`` and ``*.yml`` below it
    that look like a spec, see ``looks_like_spec``. Hidden folders and ``SKIPPED_FOLDERS`` are not entered.
    """
    found: dict[str, tuple[Path, bytes | None]] = {}
    bases: list[Path] = []
    real = _real_paths(tree)
    standard_input = False
    for given in paths:
        if given == STANDARD_INPUT:
            standard_input = True
            continue
        path = Path(os.path.abspath(given))  # noqa: PTH100 - resolve() would follow links and change the names shown
        files: list[tuple[Path, bytes | None]]
        if _is_folder(path, tree):
            files = list(_specs_in(path, diagnostics, tree))
            if not files:
                diagnostics.add(_empty_folder(given))
            bases.append(path)
        elif _is_missing(path, tree):
            diagnostics.add(_not_found(given))
            continue
        else:
            files = [(path, None)]
            bases.append(path.parent)
        for file in files:
            found.setdefault(real(file[0]), file)
    shown, stable = _names_below(Path.cwd()), _names_below(_common_folder(bases))
    specs = [SpecFile(path, shown(path) or str(path), stable(path) or path.name, data) for path, data in found.values()]
    return (*specs, SpecFile(None, "<stdin>", "<stdin>")) if standard_input else tuple(specs)


def possible_files(paths: Sequence[str]) -> Iterator[str]:
    """The files that may come to be read for these paths: each file, there or not, and all YAML files of a folder."""
    ignored = Diagnostics()
    for given in paths:
        path = Path(os.path.abspath(given))  # noqa: PTH100 - as above
        if _is_folder(path, DISK):
            yield from map(str, _yaml_files(path, ignored, DISK))
        else:
            yield str(path)


def _is_folder(path: Path, tree: FileTree) -> bool:
    try:
        return tree.is_folder(path)
    except OSError:
        return False


def _is_missing(path: Path, tree: FileTree) -> bool:
    """Whether nothing is there; a path that may not be looked at counts as there, so that reading says why."""
    try:
        return not tree.exists(path)
    except OSError:
        return False


def _empty_folder(given: str) -> Diagnostic:
    return Diagnostic(
        FILE_NOT_FOUND,
        f"the folder `{given}` contains no spec",
        notes=("a spec ends in `.yaml` or `.yml` and has `version: 1`, `apps:`, `stacks:` or `bundles:` at its top",),
        help=("name the files themselves",),
    )


def _yaml_files(folder: Path, diagnostics: Diagnostics, tree: FileTree) -> Iterator[Path]:
    def report(error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        diagnostics.add(Diagnostic(UNREADABLE_FILE, f"`{error.filename}` cannot be read: {reason}"))

    for parent, folders, names in tree.walk(folder, report):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS)
        for name in sorted(names):
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def _specs_in(folder: Path, diagnostics: Diagnostics, tree: FileTree) -> Iterator[tuple[Path, bytes | None]]:
    """The specs in a folder with what stands in them (damaged characters do not matter here).

    Unreadable files count, without content, so that reading reports them.
    """
    for path in _yaml_files(folder, diagnostics, tree):
        try:
            data = tree.read(path)
        except OSError:
            yield path, None
            continue
        text = source_text(path.name, data.decode(_UTF16.get(data[:2], "utf-8"), errors="replace")).text
        if looks_like_spec(text):
            yield path, data


_TOP_KEY = re.compile(r"^[\"']?([A-Za-z_]\w*)[\"']?[ \t]*:(?:[ \t]+[\"']?([\w.]*))?", re.MULTILINE)
_OWN_SECTION = re.compile(r"^[\"']?(?:apps|stacks|bundles)[\"']?[ \t]*:", re.MULTILINE)
_SHARED_SECTIONS = frozenset({"values", "defaults", "resources"})


def looks_like_spec(text: str) -> bool:
    """Whether a YAML file in a folder is meant as a spec, judged by the keys at the left margin.

    It is one when it says ``version: 1``, or has a section that only specs have (``apps``, ``stacks``, ``bundles``), or
    any ``version`` together with a section whose name others use as well (``values``, ``defaults``, ``resources``). So
    a spec with a mistake is still read and reported; Compose, Helm and CI files in the same tree are left alone, and so
    is a file of guardrails.
    """
    if _OWN_SECTION.search(text):
        return True
    keys = {match.group(1): match.group(2) or "" for match in _TOP_KEY.finditer(text)}
    return (
        "guardrails" not in keys
        and "version" in keys
        and (keys["version"] == "1" or not _SHARED_SECTIONS.isdisjoint(keys))
    )


def _common_folder(bases: Sequence[Path]) -> Path:
    try:
        return Path(os.path.commonpath(bases)) if bases else Path.cwd()
    except ValueError:  # different drives on Windows
        return bases[0]


def _names_below(base: Path) -> Callable[[Path], str]:
    """A function from a file to its path below ``base`` with ``/``, or nothing when it does not lie below.

    What is said of a folder is worked out once for all its files.
    """
    folders: dict[str, str | None] = {}

    def name(path: Path) -> str:
        folder, _, last = str(path).rpartition(os.sep)
        if folder not in folders:
            parent = path.parent
            folders[folder] = parent.relative_to(base).as_posix() if parent.is_relative_to(base) else None
        below = folders[folder]
        return "" if below is None else last if below == "." else f"{below}/{last}"

    return name


def _real_paths(tree: FileTree) -> Callable[[Path], str]:
    """A function from a file to its path after all links; those of a folder are followed once for all its files."""
    folders: dict[str, str] = {}

    def real(path: Path) -> str:
        if tree is not DISK or os.path.islink(path):  # noqa: PTH114 - without the layers of Path
            return tree.real(path)
        folder, _, last = str(path).rpartition(os.sep)
        if folder not in folders:
            folders[folder] = tree.real(path.parent)
        return os.path.join(folders[folder], last)  # noqa: PTH118 - as above

    return real
