"""Where a policy will live: what the fields of its ARNs ought to say."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.aws.reference import OPEN
from compiler.ir.program import StackProgram


@dataclass(frozen=True, slots=True)
class Place:
    """Partition, region and account of a stack, in its messages the stand-ins for what an ARN has wrong."""

    partition: str
    region: str
    account: str


def place_of(stack: StackProgram) -> Place:
    """The place of a stack; a module's account is only known to Terraform and shown as AWS writes it in examples."""
    account = stack.account if OPEN not in stack.account else "ACCOUNT"
    return Place(stack.partition, stack.region, account)
