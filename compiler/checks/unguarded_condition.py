"""A condition that promises more than it holds: met by requests without its key, or about an address without a network.

Source: IAM User Guide, "Set operators for multivalued context keys" and "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.condition_shapes import is_unguarded, lacks_pair, made_without_tags, without_key
from compiler.checks.risk import HIGH, MEDIUM, report, risks
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

UNGUARDED_SET = Code(
    id="SG620",
    name="unguarded-for-all-values",
    severity=Severity.WARNING,
    what="Reports `ForAllValues` in a statement that allows, where a request may come without the key: it is "
    "met then. On a key with a single value it is a finding of its own (SG516). Of `aws:TagKeys` it is reported where "
    "something is made: without any tags, too.",
    why="`ForAllValues` asks that no value is outside the list, and no value at all is none outside. The "
    "limit that it seems to set is not there.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: dynamodb:GetItem
          Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/carts
          Condition: {ForAllValues:StringEquals: {aws:CalledVia: athena.amazonaws.com}}  # warning: SG620
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: dynamodb:GetItem
          Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/carts
          Condition: {ForAnyValue:StringEquals: {aws:CalledVia: athena.amazonaws.com}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)

UNPAIRED_KEY = Code(
    id="SG621",
    name="unpaired-condition-key",
    severity=Severity.WARNING,
    what="Reports `aws:VpcSourceIp` without `aws:SourceVpc`, `aws:SourceVpcArn` or `aws:SourceVpce`.",
    why="Private addresses are the same in every network: anybody can make a VPC that has the address.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition: {IpAddress: {aws:VpcSourceIp: 10.20.0.0/16}}  # warning: SG621
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition:
            IpAddress: {aws:VpcSourceIp: 10.20.0.0/16}
            StringEquals: {aws:SourceVpc: vpc-0a1b2c3d4e5f60718}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)
CODES = (UNGUARDED_SET, UNPAIRED_KEY)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the conditions of statements that allow."""
    for risk in risks(program):
        statement = risk.site.statement
        for condition in statement.conditions:
            if is_unguarded(condition, statement):
                made = made_without_tags(condition, statement)
                free = () if made else without_key(condition.key, statement)
                who = f"requests for {listed(free)}, which never carry it" if free else "a request without it"
                if made:
                    who = f"requests for {listed(made)} that set no tags"
                yield report(
                    UNGUARDED_SET,
                    risk,
                    f"`{condition.operator}` on `{condition.key}` lets in {who}",
                    condition.key,
                    "met when the key is absent",
                    # That what has no tags is as welcome as what has these may be meant.
                    notes=(MEDIUM if made else HIGH,),
                    help=(f'add `Null: {{{condition.key}: "false"}}`, or use `ForAnyValue`',),
                )
            elif lacks_pair(condition, statement):
                yield report(
                    UNPAIRED_KEY,
                    risk,
                    f"`{condition.key}` without the network that the address is in",
                    condition.key,
                    "a private address",
                    notes=(HIGH,),
                    help=("add `StringEquals: {aws:SourceVpc: vpc-…}`",),
                )
