"""The decorator of small values of which a fleet has tens of thousands.

The type checker sees a frozen dataclass and reports every assignment; at run time nothing is frozen, since a frozen
dataclass takes three times as long to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, **options):
        """``dataclass``, compared and hashed by content, as a frozen one is."""
        return dataclass(**options, unsafe_hash=frozen)


__all__ = ["value"]
