"""How much an alias stands for, and how much is too much."""

from __future__ import annotations

from compiler.source.nodes import Node, Scalar, Sequence

MAX_DEPTH = 100
"""Levels of nesting, those inside of aliases included. Specs need about ten; everything downstream may recurse."""

MAX_EXPANSION = 1_000_000
"""Nodes that aliases may stand for in all, beyond one for each character written; a bomb needs far more."""

Sizes = dict[Node, tuple[int, int]]


def measure(node: Node, known: Sizes) -> tuple[int, int]:
    """Nodes and levels of a tree: shared parts are counted each time they occur but visited once.

    Args:
        node: the root of the tree.
        known: results of earlier calls, by node; it grows.
    """
    if isinstance(node, Scalar):
        return 1, 0
    found = known.get(node)
    if found is None:
        is_list = isinstance(node, Sequence)
        children = node.items if isinstance(node, Sequence) else [value for _, value in node.entries.values()]
        inside = [measure(child, known) for child in children]
        keys = 0 if is_list else len(inside)
        size = 1 + keys + sum(nodes for nodes, _ in inside)
        found = known[node] = (size, 1 + max((levels for _, levels in inside), default=0))
    return found
