"""``moved:`` says what an app or layer was called before; a rename must come from a name that is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from compiler.diagnostics import Diagnostic, Diagnostics, Label
from compiler.frontend.codes import MOVED_CONFLICT
from compiler.ir.spec import App, Layer
from compiler.source import Scalar

NOTHING: Mapping[str, Scalar] = MappingProxyType({})


def check_moves(
    diagnostics: Diagnostics, items: Iterable[App | Layer], kind: str, others: Mapping[str, Scalar] = NOTHING
) -> None:
    """Report every rename from a name that still stands, or that two entries claim: Terraform refuses both.

    ``others`` are names that stand besides those of the items, each with its place.
    """
    items = tuple(items)
    if all(item.moved is None for item in items):
        return
    taken = {**others, **{item.name.text: item.name for item in items}}
    for item in items:
        moved = item.moved
        if moved is None:
            continue
        standing = taken.get(moved.text)
        if standing is not None:
            diagnostics.add(
                Diagnostic(
                    MOVED_CONFLICT,
                    f"{kind} `{moved.text}` still exists, so nothing can have moved from it",
                    moved.span,
                    "the name before the rename",
                    (Label(standing.span, "still there"),),
                    help=("take `moved` away, or the old entry",),
                    path=f"{item.path}.moved",
                )
            )
        taken.setdefault(moved.text, moved)
