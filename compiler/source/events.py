"""Where YAML events come from: libyaml's parser in C, or PyYAML's own where libyaml is missing.

Both give the same events with the same offsets for what they accept. They refuse slightly different texts: PyYAML's
own parser takes fewer tabs for white space, libyaml refuses `{a:}` and escapes of half a surrogate pair.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

Event = Any
EventSource = Callable[[], Event]


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's reader, scanner and parser without the composer, resolver and constructor of its loaders."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def python_events(text: str) -> EventSource:
    """Events from PyYAML's own parser."""
    source: EventSource = _PythonParser(text).get_event
    return source


def libyaml_events(text: str) -> EventSource:
    """Events from libyaml.

    Raises:
        ImportError: PyYAML was built without libyaml.
    """
    from yaml._yaml import CParser

    source: EventSource = CParser(text).get_event
    return source


def events(text: str) -> EventSource:
    """Events from the quickest parser there is."""
    try:
        return libyaml_events(text)
    except ImportError:
        return python_events(text)
