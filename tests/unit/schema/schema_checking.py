"""Reading and validating a text in one step, and the spec that uses every key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Diagnostic, Diagnostics, SourceText
from compiler.schema.validate import validate
from compiler.source.yaml_reader import read_documents

if TYPE_CHECKING:
    from compiler.source import Mapping

EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_text()

SMALL = """\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      web: {apps: [web]}
"""


def document_of(text: str) -> Mapping:
    """The one document of a text."""
    (document,) = read_documents(SourceText("spec.yaml", text), Diagnostics())
    return document


def check(text: str) -> tuple[Diagnostic, ...]:
    """What the schema says about a text that is flawless YAML."""
    diagnostics = Diagnostics()
    documents = read_documents(SourceText("spec.yaml", text), diagnostics)
    assert not diagnostics.items
    valid = validate(documents, diagnostics)
    assert valid is not diagnostics.has_errors
    return diagnostics.sorted()


def changed(old: str, new: str, text: str = SMALL) -> str:
    """A text with one place changed."""
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)
