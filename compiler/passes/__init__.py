"""Layer 4: rewrites of the program, one per file, in the order in which they run.

Each is a pure function from program to program that leaves what every role may do exactly as it was, and that
changes nothing when it runs again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from compiler.passes.combine_policies import combine_policies
from compiler.passes.drop_empty import drop_empty
from compiler.passes.merge_statements import merge_statements
from compiler.passes.share_identical_policies import share_identical_policies
from compiler.passes.shrink_actions import shrink_actions
from compiler.passes.split_policies import split_policies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.ir.program import Program

__all__ = [
    "PASSES",
    "Pass",
    "combine_policies",
    "drop_empty",
    "merge_statements",
    "run_passes",
    "share_identical_policies",
    "shrink_actions",
    "split_policies",
]


class Pass(Protocol):
    """A rewrite of the whole program."""

    def __call__(self, program: Program) -> Program:
        """The program, rewritten."""


# Splitting and combining look at what was asked for, before merging hides where one permission ends and the next
# begins; policies without statements take no place there. Sharing compares statements in their canonical form, so it
# comes after merging.
PASSES: tuple[Pass, ...] = (
    drop_empty,
    shrink_actions,
    split_policies,
    combine_policies,
    merge_statements,
    share_identical_policies,
)


def run_passes(program: Program, passes: Iterable[Pass] = PASSES) -> Program:
    """The program after all passes."""
    for rewrite in passes:
        program = rewrite(program)
    return program
