"""Layer 3: from nodes to the Spec, and from the Spec to the Program."""
