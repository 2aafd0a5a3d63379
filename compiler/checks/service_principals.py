"""A service principal that does not exist, in a trust policy or as the service that a role is passed to.

Source: IAM User Guide, "AWS JSON policy elements: Principal" (AWS services); ``compiler.aws.service_principals``.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from compiler.aws.partitions import (
    KNOWN_SERVICE_PRINCIPALS,
    PARTITIONS,
    is_known_service_principal,
    service_principal,
)
from compiler.aws.pattern import matches
from compiler.aws.reference import OPEN
from compiler.aws.statement import Statement
from compiler.checks.passing import PASSED_TO
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import survey
from compiler.diagnostics import Code, Diagnostic, Severity, Suggestion, closest
from compiler.ir.program import Program

UNKNOWN_PRINCIPAL = Code(
    id="SG511",
    name="unknown-service-principal",
    severity=Severity.ERROR,
    what="Reports a service principal that does not exist, in `trust:`, `pass_role:` or `iam:PassedToService`, and one "
    "that the stack's partition spells otherwise.",
    why="IAM refuses a trust policy with such a principal; in a condition it is accepted and never matches.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - pass_role: {role: report-task, to: ecs-tasks.amazon.com}  # error: SG511
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - pass_role: {role: report-task, to: ecs-tasks.amazonaws.com}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    ),
)
CODES = (UNKNOWN_PRINCIPAL,)
_SUFFIX = ".amazonaws.com"
_SUFFIXES = (_SUFFIX, f"{_SUFFIX}.cn")
# How much alike two names have to be for the one to be a slip of the other, and not a service that is newer than the
# list: `ecs-task` and `ecs-tasks` are, `bedrock` and `bedrock-agent` are not.
_SLIP = 0.9


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the principals of trust policies and at the services of ``iam:PassedToService``."""
    for stack in program.stacks:
        for role in stack.roles:
            for statement in role.trust:
                for kind, values in statement.principals:
                    if kind == "Service":
                        yield from _values(statement, values, stack.partition, patterns=False)
    for stack, statement in survey(program).passed_to:
        for condition in statement.conditions:
            if condition.key.lower() == PASSED_TO:
                yield from _values(statement, condition.values, stack.partition, patterns=True)


def _values(statement: Statement, values: tuple[str, ...], partition: str, *, patterns: bool) -> Iterator[Diagnostic]:
    for value in values:
        if OPEN in value or "${" in value or value == "*":
            continue
        if patterns and ("*" in value or "?" in value):
            if not _matches_some(value):
                yield _report(statement, value, "", Severity.WARNING, "matches no service that is known")
            continue
        others = set(values) - {value}
        # A list that names the service in the spelling of each partition is written for all of them.
        if patterns and value.endswith(_SUFFIXES) and service_principal(_base(value), partition) in others:
            continue
        finding = _of_value(statement, value, partition)
        if finding is not None:
            yield finding


def _matches_some(pattern: str) -> bool:
    """Whether a pattern matches a known principal, or may match a regional one."""
    return pattern.count(".") > 2 or any(matches(pattern, known) for known in KNOWN_SERVICE_PRINCIPALS)


def _of_value(statement: Statement, value: str, partition: str) -> Diagnostic | None:
    base = _base(value)
    if partition == "*" and is_known_service_principal(value):
        return None
    here = service_principal(base, partition)
    if value == here and (is_known_service_principal(value) or is_known_service_principal(base)):
        return None
    if is_known_service_principal(base) and value.endswith(_SUFFIXES):
        # Some services answer to both spellings; of the few that have one of their own it is certain.
        certain = here != base or partition != "aws-cn"
        severity = None if certain else Severity.WARNING
        return _report(statement, value, here, severity, f"not spelled so in partition `{partition}`")
    if is_known_service_principal(value):
        return None
    return _unknown(statement, value, partition)


def _base(value: str) -> str:
    """The principal as the partition ``aws`` spells it."""
    return f"{value.removesuffix('.cn').removesuffix(_SUFFIX)}{_SUFFIX}"


def _unknown(statement: Statement, value: str, partition: str) -> Diagnostic:
    well_formed = any(value.endswith(f".{item.dns_suffix}") for item in PARTITIONS.values()) and "." in value
    name = _name_of(value)
    names = {known.removesuffix(_SUFFIX): known for known in KNOWN_SERVICE_PRINCIPALS}
    near = name if name in names else closest(name, names)
    suggestion = service_principal(names[near], partition) if near else ""
    slip = near is not None and SequenceMatcher(None, name, near).ratio() >= _SLIP
    severity = Severity.WARNING if well_formed and not slip else None
    label = "no such service" if suggestion else "not a service that is known"
    return _report(statement, value, suggestion, severity, label)


def _name_of(value: str) -> str:
    """The service that a principal speaks of, without anything that looks like a domain."""
    parts = value.lower().removesuffix(".cn").split(".")
    while len(parts) > 1 and parts[-1] in ("com", "amazonaws", "amazon", "aws", "amazonws", "amazonaw"):
        parts.pop()
    return ".".join(parts)


def _report(statement: Statement, value: str, suggestion: str, severity: Severity | None, label: str) -> Diagnostic:
    return Diagnostic(
        UNKNOWN_PRINCIPAL,
        f"`{value}` is not a service principal",
        span_in(statement, value),
        label,
        expected="" if suggestion else "a principal such as `ec2.amazonaws.com`",
        help=(Suggestion(suggestion),) if suggestion else (),
        path=path_of(statement),
        severity=severity,
    )
