"""``--set KEY=VALUE`` and ``--values FILE``: values on top of those in the spec."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from compiler.diagnostics import Code, Diagnostic, Diagnostics, Severity, SourceText
from compiler.frontend.scope import merge_values, plain_values
from compiler.source.files import read_text
from compiler.source.tree import DISK, FileTree
from compiler.source.yaml_reader import read_documents

# Depends on the command line, so no spec can show it.
INVALID_OVERRIDE = Code(
    "SG810",
    "invalid-override",
    Severity.ERROR,
    "Reports `--set` that is not KEY=VALUE, and `--values` whose file holds no mapping.",
    "Values given on the command line replace those of the spec; a mistyped one must not be passed over.",
    "",
    "",
)
CODES = (INVALID_OVERRIDE,)
_KEY = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def read_overrides(
    settings: Iterable[str], files: Iterable[str], diagnostics: Diagnostics, tree: FileTree = DISK
) -> dict[str, Any]:
    """The values of all files in order, then of all ``KEY=VALUE``; dots in a key open a mapping.

    >>> read_overrides(["db.size=3"], [], Diagnostics())
    {'db': {'size': '3'}}
    """
    values: Any = {}
    for name in files:
        source = read_text(Path(name), name, diagnostics, tree)
        if source is not None:
            for document in read_documents(source, diagnostics):
                values = merge_values(values, plain_values(document))
    for setting in settings:
        key, separator, text = setting.partition("=")
        if not separator or not _KEY.fullmatch(key):
            diagnostics.add(
                Diagnostic(
                    INVALID_OVERRIDE,
                    f"`--set {setting}` does not set a value",
                    expected="`--set KEY=VALUE`, e.g. `--set env=prod` or `--set db.name=carts`",
                )
            )
            continue
        nested: Any = _typed(text)
        for step in reversed(key.split(".")):
            nested = {step: nested}
        values = merge_values(values, nested)
    return dict(values)


def _typed(text: str) -> Any:
    """A value as YAML would read it at this place: ``true`` is a boolean, everything else a text."""
    documents = (
        read_documents(SourceText("--set", f"value: {text}"), Diagnostics()) if text in ("true", "false") else ()
    )
    return plain_values(documents[0].get("value")) if documents else text
