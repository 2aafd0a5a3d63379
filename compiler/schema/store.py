"""Where the schema file is: packaged with the wheel, or at the top of a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

Json = Any

SCHEMA_FILE = "stackgrant.schema.json"


@cache
def schema_path() -> Path:
    """The schema file.

    The wheel carries the top-level folder ``schemas`` inside the package; in a checkout it lies beside the package.
    """
    package = Path(__file__).parents[1]
    packaged = package / "schemas" / SCHEMA_FILE
    return packaged if packaged.is_file() else package.parent / "schemas" / SCHEMA_FILE


def load_schema_text() -> str:
    """The schema as JSON text."""
    return schema_path().read_text(encoding="utf-8")


@cache
def load_schema() -> Json:
    """The schema as plain data; it must not be changed."""
    import json

    return json.loads(load_schema_text())
