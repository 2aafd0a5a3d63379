"""What guardrails say about trust policies: who may assume a role."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.arn import split_fields
from compiler.aws.partitions import service_principal
from compiler.aws.pattern import arn_covers, covers
from compiler.aws.reference import OPEN, display
from compiler.aws.statement import Statement
from compiler.checks.guardrail_codes import GUARDED_TRUST
from compiler.checks.guardrail_scope import told_by
from compiler.checks.spans import span_of
from compiler.checks.wording import listed
from compiler.diagnostics import Diagnostic, Label, Origin
from compiler.ir.guardrails import Guardrail, Rule
from compiler.ir.program import Role, StackProgram


def trust_findings(guardrail: Guardrail, stack: StackProgram, roles: list[Role], rule: Rule) -> Iterator[Diagnostic]:
    """The principals that a guardrail does not let assume roles; roles with the same trust are one finding."""
    faults: dict[tuple[Origin, str], list[str]] = {}
    for role in roles:
        for statement in role.trust if not role.existing else ():
            origin = statement.origins[0] if statement.origins else role.origin
            for text in _beyond(statement, rule, stack):
                faults.setdefault((origin, text), []).append(role.name)
    for (origin, text), names in faults.items():
        shown = display(text)
        notes = [f"this is about {listed(names)}"]
        if OPEN in text:
            notes.append("what it stands for is only known after `terraform apply`")
        yield Diagnostic(
            GUARDED_TRUST,
            f"guardrail `{guardrail.name}` does not let `{shown}` assume roles",
            span_of(origin, shown, *_short(text)),
            "may assume the role",
            (Label(rule.span, told_by(guardrail)),),
            notes=tuple(notes),
            help=(f"it allows {listed(rule.texts)}",),
            path=origin.path,
        )


def _beyond(statement: Statement, rule: Rule, stack: StackProgram) -> Iterator[str]:
    if statement.effect != "Allow":
        return
    for kind, values in statement.principals:
        for value in values:
            if not any(_lets(text, kind, value, stack) for text in rule.texts):
                yield value
    if statement.not_principals:
        yield "NotPrincipal"


def _lets(text: str, kind: str, value: str, stack: StackProgram) -> bool:
    """Whether a text of the rule names a principal, or its account."""
    if text == "*":
        return True
    if kind == "Service":
        return covers(text if "." in text else service_principal(text, stack.partition), value)
    if text.startswith("arn:"):
        return arn_covers(text, value)
    fields = split_fields(value)
    return kind == "AWS" and fields is not None and fields[3] == (stack.account if text == "own" else text)


def _short(text: str) -> Iterator[str]:
    """What a spec writes in place of a principal: the name of a service, the id of an account."""
    fields = split_fields(text)
    yield fields[3] if fields else text.partition(".")[0]
