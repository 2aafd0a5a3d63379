"""The one exception of this package: an output that can only come from a bug in the compiler."""

from __future__ import annotations


class EmitError(Exception):
    """The program cannot be written as Terraform JSON; an earlier stage let something through."""
