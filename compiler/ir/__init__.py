"""Layer 2: the two intermediate forms. Spec is what was written, Program is what is meant."""
