"""Regular expressions that are compiled when they are first used.

Python compiles them with Python, 0.1 to 0.6 ms each. Most say what is wrong with something, so most runs use few.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class LatePattern:
    """``re.compile(pattern, flags)``, later. No ``re.Pattern`` itself: ``re.sub(pattern, …)`` does not take it."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._given = (pattern, flags)

    if TYPE_CHECKING:
        match: Callable[..., re.Match[str] | None]
        search: Callable[..., re.Match[str] | None]
        fullmatch: Callable[..., re.Match[str] | None]
        findall: Callable[..., list[str]]
        finditer: Callable[..., Iterator[re.Match[str]]]
        sub: Callable[..., str]
    else:

        def __getattr__(self, name):
            found = getattr(re.compile(*self._given), name)
            setattr(self, name, found)  # from now on it is found without coming here
            return found
