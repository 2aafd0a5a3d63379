"""Layer 2: the JSON Schema of a spec, made from the catalogue's grants; validation; and what may be written where.

Nothing is imported here: validating, building and describing are needed by different commands.
"""
