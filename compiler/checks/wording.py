"""Lists as people write them."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 6


def listed(texts: Iterable[str]) -> str:
    """``\\`a\\`, \\`b\\` and \\`c\\```; of long lists the first few and how many more.

    >>> listed(["a", "b"])
    '`a` and `b`'
    """
    quoted = [f"`{text}`" for text in texts]
    if len(quoted) > _SHOWN:
        return f"{', '.join(quoted[: _SHOWN - 1])} and {len(quoted) - _SHOWN + 1} more"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}" if quoted else "nothing"
