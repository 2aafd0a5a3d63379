"""Where a policy will live: what the fields of its ARNs ought to say."""

from __future__ import annotations

from compiler.diagnostics.value import record
from compiler.ir.program import StackProgram


@record(frozen=True, slots=True)
class Place:
    """Partition, region and account of a stack, in its messages the stand-ins for what an ARN has wrong."""

    partition: str
    region: str
    account: str


def place_of(stack: StackProgram) -> Place:
    """The place of a stack: of a module, the one that it is compiled for.

    A plain policy document has none: what its ARNs ought to say is left to the reader then.
    """
    return Place(stack.partition, stack.region or "REGION", stack.account or "ACCOUNT")
