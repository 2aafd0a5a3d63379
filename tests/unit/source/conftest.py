"""Every test of the reader runs with libyaml and with PyYAML's own parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.diagnostics import Diagnostic, Diagnostics, SourceText
from compiler.source import Mapping, yaml_reader
from compiler.source.events import EventSource, libyaml_events, python_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from source_reading import Read

PARSERS: dict[str, Callable[[str], EventSource]] = {"libyaml": libyaml_events, "python": python_events}


@pytest.fixture(params=PARSERS)
def read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a text: its documents and what was found."""
    monkeypatch.setattr(yaml_reader, "events", PARSERS[request.param])

    def run(text: str) -> tuple[tuple[Mapping, ...], tuple[Diagnostic, ...]]:
        diagnostics = Diagnostics()
        documents = yaml_reader.read_documents(SourceText("spec.yaml", text), diagnostics)
        return documents, diagnostics.sorted()

    return run
