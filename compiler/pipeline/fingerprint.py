"""What an answer depends on besides the texts: this compiler, the data it goes by, what it runs on, and the options."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from compiler import __version__
from compiler.aws.service_data import data_folder, data_version
from compiler.pipeline.store import digest
from compiler.schema.store import schema_path

if TYPE_CHECKING:
    from compiler.pipeline.options import Options

_PACKAGE = Path(__file__).parents[1]


def fingerprint(options: Options, spec_name: str, today: dt.date) -> bytes:
    """Equal only where the same texts give the same answer.

    The compiler is known by its version and by name, size and times of each of its files, so that one that is worked on
    is a new one after each change; libraries by the versions that are installed beside the service data.
    """
    data = data_folder()
    parts = (
        __version__,
        sys.version,
        *_files(_PACKAGE),
        *_stats(schema_path()),
        data_version(),
        *_stats(data / "metadata.json"),
        *sorted(entry.name for entry in os.scandir(data.parents[1]) if entry.name.endswith(".dist-info")),
    )
    said = {
        "overrides": options.overrides,
        "layout": options.layout,
        "tests": options.tests,
        "checks": options.checks,
        "spec": spec_name,
        "today": today,
    }
    known = orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=repr)
    return digest("\n".join(map(str, parts)).encode(), known).encode()


def _files(folder: Path) -> Iterator[object]:
    """Names, sizes and times of the files below a folder."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _files(Path(entry.path))
        else:
            stat = entry.stat()
            yield from (entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _stats(path: Path) -> tuple[object, ...]:
    stat = path.stat()
    return (path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
