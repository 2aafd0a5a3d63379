"""Layer 1: reading files and YAML into nodes that know their place.

Only what needs no YAML library is exported here; ``yaml_reader`` and ``files`` are imported where they are used.
"""

from compiler.source.nodes import Json, Mapping, Node, Scalar, Sequence, node_at, path_text, to_plain

__all__ = ["Json", "Mapping", "Node", "Scalar", "Sequence", "node_at", "path_text", "to_plain"]
