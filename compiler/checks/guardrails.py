"""Guardrails: the whole program held against a file of somebody else.

A permission that breaks several rules of a guardrail is one finding; so is one that several stacks or layers
have. What is
not shown to keep a guardrail breaks it: statements are judged one by one, by what they allow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from compiler.aws.pattern import arn_covers
from compiler.aws.reference import display
from compiler.aws.statement import Statement
from compiler.checks.guardrail_breach import Breach
from compiler.checks.guardrail_codes import GUARDED_POLICY
from compiler.checks.guardrail_grants import grant_breach, grant_breaches
from compiler.checks.guardrail_roles import role_findings
from compiler.checks.guardrail_scope import speaks_of_holder, speaks_of_policy, told_by
from compiler.checks.guardrail_statements import breaches
from compiler.checks.spans import span_of
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Label, Origin, Span
from compiler.diagnostics.value import record
from compiler.frontend.contents import all_permissions
from compiler.ir.guardrails import Guardrail
from compiler.ir.program import ManagedPolicy, Program, StackProgram
from compiler.ir.spec import Permission, Spec

# A permission's own path: what a grant made of it, and the statements of a list, lie below.
_PERMISSION = re.compile(r"(?:bundles\.[^.\[\]]+|.*?\.permissions)\[\d+\]")
# Rules about what is allowed, which a policy that is not known here cannot be shown to keep.
_ABOUT_PERMISSIONS = frozenset(
    {"allow_services", "allow_actions", "forbid_services", "forbid_actions", "resources", "accounts",
     "no_wildcard_writes", "max_expiry"}
)  # fmt: skip

_FEW = 3  # culprits that a headline names


@record(slots=True)
class _Case:
    """One permission that breaks one guardrail: each broken rule once, with where it was first seen."""

    guardrail: Guardrail
    holder: Origin
    broken: dict[tuple[Code, Span], tuple[Breach, Origin, str]] = field(default_factory=dict)
    stacks: dict[str, None] = field(default_factory=dict)


def check_guardrails(
    program: Program, spec: Spec, guardrails: Sequence[Guardrail], today: dt.date
) -> Iterator[Diagnostic]:
    """Everything in a program that does not keep the guardrails."""
    cases: dict[tuple[str, int], _Case] = {}
    permissions = {item.path: item for item in all_permissions(spec)} if _needs_spec(guardrails) else {}
    for stack in program.stacks:
        for index, guardrail in enumerate(guardrails):
            for policy in stack.policies:
                if speaks_of_policy(guardrail, stack, policy):
                    for statement in policy.statements:
                        _judge(cases, (index, guardrail), stack, policy.origin, statement, permissions, today)
            yield from role_findings(guardrail, stack, spec)
        _judge_managed(cases, stack, guardrails)
    for case in cases.values():
        yield _report(case, several=len(program.stacks) > 1)


def _judge(
    cases: dict[tuple[str, int], _Case],
    numbered: tuple[int, Guardrail],
    stack: StackProgram,
    holder: Origin,
    statement: Statement,
    permissions: dict[str, Permission],
    today: dt.date,
) -> None:
    index, guardrail = numbered
    origin = statement.origins[0] if statement.origins else holder
    path = _permission_path(origin.path)
    found = (
        *grant_breaches(guardrail, statement, lambda: permissions.get(path)),
        *breaches(guardrail, statement, stack.account, today),
    )
    _note(cases, index, guardrail, stack, holder, origin, found, statement.source)


def _judge_managed(cases: dict[tuple[str, int], _Case], stack: StackProgram, guardrails: Sequence[Guardrail]) -> None:
    """Policies made elsewhere: those that a guardrail lists are vouched for, others break every rule on permissions."""
    for role in stack.roles:
        for policy in role.managed:
            for path, origin in policy.holders:
                spoken = [item for item in enumerate(guardrails) if speaks_of_holder(item[1], stack, path)]
                # Where one lists policies, it has the last word; otherwise the first that would have to judge it.
                judging = next((index for index, item in spoken if _judges(item)), None)
                is_listed = any(item.rule("allow_managed_policies") for _, item in spoken)
                for index, guardrail in spoken:
                    found = list(grant_breach(guardrail, "managed_policy"))
                    if _leaves_out(guardrail, policy) or (index == judging and not is_listed):
                        found.append(_unknown_policy(guardrail, policy))
                    _note(cases, index, guardrail, stack, role.origin, origin, found, "managed_policy")


def _leaves_out(guardrail: Guardrail, policy: ManagedPolicy) -> bool:
    rule = guardrail.rule("allow_managed_policies")
    return rule is not None and not any(arn_covers(text, policy.arn) for text in rule.texts)


def _judges(guardrail: Guardrail) -> bool:
    return any(rule.key in _ABOUT_PERMISSIONS for rule in guardrail.rules)


def _unknown_policy(guardrail: Guardrail, policy: ManagedPolicy) -> Breach:
    rule = guardrail.rule("allow_managed_policies")
    judging = next((item for item in guardrail.rules if item.key in _ABOUT_PERMISSIONS), guardrail.rules[0])
    return Breach(
        GUARDED_POLICY,
        (rule or judging).span,
        f"guardrail `{guardrail.name}` does not allow the managed policy `{display(policy.arn).rpartition('/')[2]}`",
        "not among those that it allows" if rule else "what it allows is not known here",
        needles=("managed_policy",),
        help=(f"it allows {listed(rule.texts)}",)
        if rule
        else ("say with grants what is needed; or have it listed under `allow_managed_policies` of the guardrails",),
    )


def _note(
    cases: dict[tuple[str, int], _Case],
    index: int,
    guardrail: Guardrail,
    stack: StackProgram,
    holder: Origin,
    origin: Origin,
    found: Iterable[Breach],
    source: str,
) -> None:
    for breach in found:
        case = cases.setdefault((_permission_path(origin.path), index), _Case(guardrail, holder))
        case.stacks[stack.name] = None
        key = (breach.code, breach.mark)
        if key not in case.broken:
            case.broken[key] = (breach, origin, source)
        else:
            first, place, grant = case.broken[key]
            culprits = tuple(dict.fromkeys((*first.culprits, *breach.culprits)))
            case.broken[key] = (replace(first, culprits=culprits), place, grant)


def _report(case: _Case, *, several: bool) -> Diagnostic:
    (breach, origin, source), *others = sorted(case.broken.values(), key=lambda item: item[0].code.id)
    span = span_of(origin, *breach.culprits, *breach.needles)
    labels = [Label(breach.mark, told_by(case.guardrail))]
    labels += [Label(other.mark, _words(other)) for other, _, _ in others]
    if origin.path.startswith("bundles."):
        labels.append(Label(case.holder.span, "has it from there"))
    notes = list(breach.notes)
    if breach.culprits and not any(text in origin.span.text for text in breach.culprits):
        notes.insert(0, f"`{source}` comes to this")
    if several and not origin.path.startswith("stacks."):
        notes.append(f"in {'stack' if len(case.stacks) == 1 else 'stacks'} {listed(case.stacks)}")
    return Diagnostic(
        breach.code,
        _words(breach),
        span,
        breach.label,
        tuple(labels),
        notes=tuple(notes),
        help=breach.help,
        path=origin.path,
    )


def _words(breach: Breach) -> str:
    few, more = breach.culprits[:_FEW], len(breach.culprits) - _FEW
    return breach.message.replace("{}", listed(few) if more <= 0 else f"{listed(few)} (and {more} more)")


def _permission_path(path: str) -> str:
    found = _PERMISSION.match(path)
    return found[0] if found else path


def _needs_spec(guardrails: Sequence[Guardrail]) -> bool:
    return any(item.rule("no_action_wildcards") for item in guardrails)
