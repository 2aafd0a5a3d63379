"""Which policies of a stack do not stand as they were written: those that were split or combined."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.ir.program import Policy, StackProgram

_COMBINED = "--combined"


@record(frozen=True, slots=True)
class Arrangement:
    """What became of one policy (``label``), or of the policies of one role where they were combined.

    ``parts`` are the labels of the policies that there are now, each with whether it is inline.
    """

    label: str
    combined: bool
    parts: tuple[tuple[str, bool], ...]


def arrangements(stack: StackProgram) -> Iterator[Arrangement]:
    """One for each policy of the stack that was split, and for each role of which policies were combined."""
    whole: dict[str, list[Policy]] = defaultdict(list)
    for policy in stack.policies:
        whole[policy.label.rpartition("--")[0] if policy.part > 1 else policy.label].append(policy)
    for label, found in whole.items():
        combined = label.endswith(_COMBINED)
        if combined or len(found) > 1:
            parts = sorted(found, key=lambda policy: policy.part)
            yield Arrangement(
                label.removesuffix(_COMBINED), combined, tuple((part.label, part.inline) for part in parts)
            )
