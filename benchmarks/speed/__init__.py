"""Other tools that make IAM roles of a fleet, timed: one program for each, which stands in for the work of its user.

Each program reads ``benchmarks.fleet`` (as JSON, so that no tool pays for YAML or for a schema, or as YAML where that
is what its users do) and writes roles, instance profiles and policies in the form of its tool, one file per stack. The
programs run outside of this process, beside the peer: ``PROGRAM SPEC DIR``.
"""
