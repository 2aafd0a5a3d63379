"""Addresses that ``aws:SourceIp`` never has, and blocks that say more than they mean.

AWS sees the public address of a request. A request through a VPC endpoint has private ones, but those stand in
``aws:VpcSourceIp``, and ``aws:SourceIp`` is not there at all.

Source: IAM User Guide, "AWS global condition context keys" (aws:SourceIp, aws:VpcSourceIp).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from compiler.aws.operators import parse_operator
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_facts import literal
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import conditioned
from compiler.checks.told import Told
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

SOURCE_ADDRESS = Code(
    id="SG519",
    name="source-address",
    severity=Severity.ERROR,
    what="Reports private addresses under `aws:SourceIp`, and blocks whose address has bits beyond the mask.",
    why="AWS sees public addresses there, so a list of private ones only is never matched: an Allow with it allows "
    "nothing, and a Deny for all others denies everything. Beside public ones they change nothing (a warning). Bits "
    "beyond the mask are ignored, so `203.0.113.7/24` means 256 addresses (a note).",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
          Condition: {IpAddress: {aws:SourceIp: 10.0.0.0/8}}  # error: SG519
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
          Condition: {IpAddress: {aws:SourceIp: 203.0.113.0/24}}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",),
)
CODES = (SOURCE_ADDRESS,)
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_SOURCE = "aws:sourceip"
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7"),
    )
)


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the addresses of each condition."""
    told = Told()
    for stack, statement in conditioned(program):
        yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        parsed = parse_operator(condition.operator)
        if parsed is not None and parsed.operator.family == "IpAddress":
            yield from _of_condition(statement, condition, parsed.operator.negated)


def _of_condition(statement: Statement, condition: Condition, negated: bool) -> Iterator[Diagnostic]:
    values = tuple(literal(condition))
    private = [value for value in values if _is_private(value)]
    if private and condition.key.lower() == _SOURCE:
        yield _private(statement, private, negated, only=len(private) == len(condition.values))
    for value in values:
        block = network(value)
        if block is not None and "/" in value and str(block.network_address) != str(_address(value)):
            yield _report(
                statement, value, f"`{value}` means all of `{block}`", "bits beyond the mask are ignored",
                f"write `{block}`, or `{_address(value)}` for the one address", Severity.NOTE,
            )  # fmt: skip


def _private(statement: Statement, private: list[str], negated: bool, only: bool) -> Diagnostic:
    if not only:
        message, label = f"{listed(private)} under `aws:SourceIp` changes nothing", "never the address of a request"
    elif negated:
        message, label = (
            f"no request comes from {listed(private)}, so this is met by all of them",
            "met by every request",
        )
    else:
        message, label = f"no request comes from {listed(private)}", "never met"
    hint = "`aws:VpcSourceIp` is the address in a VPC, for requests through a VPC endpoint; name the VPC beside it"
    severity = None if only else Severity.WARNING
    return _report(statement, private[0], message, label, f"{hint} with `aws:SourceVpc`", severity)


def _report(
    statement: Statement, value: str, message: str, label: str, hint: str, severity: Severity | None
) -> Diagnostic:
    return Diagnostic(
        SOURCE_ADDRESS,
        message,
        span_in(statement, value),
        label,
        help=(hint,),
        path=path_of(statement),
        severity=severity,
    )


def _is_private(value: str) -> bool:
    found = network(value)
    return found is not None and any(lies_in(found, block) for block in _PRIVATE)


def lies_in(inner: _Network, block: _Network) -> bool:
    """Whether a block of addresses is part of another one (or is it)."""
    if isinstance(inner, ipaddress.IPv4Network):
        return isinstance(block, ipaddress.IPv4Network) and inner.subnet_of(block)
    return isinstance(block, ipaddress.IPv6Network) and inner.subnet_of(block)


def network(value: str) -> _Network | None:
    """The block of addresses that a value stands for, bits beyond its mask left out; None when it is none."""
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None


def _address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_interface(value).ip
