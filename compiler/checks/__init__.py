"""Layer 4: rules that read the program and report what cannot work. One rule per file, listed here.

A rule is a module with ``CODES`` (the codes that it reports) and ``check``. What several rules need to know of a
statement is found once, in ``survey``; nothing here changes a program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from compiler.checks import (
    action_style,
    attachment_count,
    contradiction,
    covered_element,
    covered_statement,
    credential_exposure,
    data_exposure,
    dead_condition,
    dead_statement,
    denied_allow,
    document_characters,
    exact_wildcard,
    expired_condition,
    foreign_partition,
    full_access,
    further_actions,
    idle_condition,
    idle_deny,
    impossible_value,
    inverted_allow,
    malformed_arn,
    missing_pass_role,
    name_characters,
    name_collision,
    name_length,
    nearly_full,
    open_condition,
    operator_type,
    pass_role_scope,
    permission_exposure,
    policy_size,
    policy_variables,
    privilege_escalation,
    retired_service,
    service_linked_role,
    service_principals,
    session_duration,
    set_operator,
    source_address,
    statement_grammar,
    tags,
    trust_federation,
    trust_reach,
    trust_session,
    trust_size,
    unguarded_condition,
    unknown_action,
    unknown_service,
    unmatched_action,
    unmatched_resource,
    untrusted_instance,
    wildcard_resource,
    wrong_arn_kind,
)
from compiler.diagnostics import Code, Diagnostic
from compiler.ir.program import Program

__all__ = ["ACROSS_STACKS", "CHECKS", "CODES", "MEANING", "OF_DOCUMENTS", "SIZES", "Check", "run_checks"]


class Check(Protocol):
    """A rule: a module of this folder."""

    @property
    def CODES(self) -> tuple[Code, ...]:  # noqa: N802 - a constant of the module
        """The codes that the rule reports."""

    def check(self, program: Program) -> Iterator[Diagnostic]:
        """What the rule has to say about a program."""


# What depends on how the program is divided into policies: to be asked of the program that is emitted.
SIZES: tuple[Check, ...] = (policy_size, attachment_count, nearly_full)
# What depends on what was written only: to be asked of the program before any rewrite, so that each finding speaks of
# one permission.
MEANING: tuple[Check, ...] = (
    name_length,
    name_characters,
    name_collision,
    trust_size,
    tags,
    document_characters,
    session_duration,
    unknown_service,
    unknown_action,
    malformed_arn,
    unmatched_action,
    unmatched_resource,
    dead_statement,
    dead_condition,
    contradiction,
    statement_grammar,
    missing_pass_role,
    untrusted_instance,
    service_principals,
    foreign_partition,
    wrong_arn_kind,
    operator_type,
    exact_wildcard,
    set_operator,
    impossible_value,
    policy_variables,
    source_address,
    idle_condition,
    expired_condition,
    denied_allow,
    idle_deny,
    covered_element,
    covered_statement,
    privilege_escalation,
    pass_role_scope,
    full_access,
    inverted_allow,
    wildcard_resource,
    credential_exposure,
    data_exposure,
    permission_exposure,
    trust_reach,
    trust_federation,
    trust_session,
    service_linked_role,
    unguarded_condition,
    open_condition,
    retired_service,
    action_style,
    further_actions,
)
CHECKS: tuple[Check, ...] = (*SIZES, *MEANING)
# What can only be said of all stacks together; whatever else there is, is said of one stack at a time.
ACROSS_STACKS: tuple[Check, ...] = (name_collision,)
# What is asked of policy documents without a spec: they have no names, tags, sessions or profiles, and their size is
# told by what they are made into.
OF_DOCUMENTS: tuple[Check, ...] = tuple(
    rule
    for rule in MEANING
    if rule
    not in (name_length, name_characters, name_collision, trust_size, tags, session_duration, untrusted_instance)
)
CODES: tuple[Code, ...] = tuple(code for check in CHECKS for code in check.CODES)


def run_checks(program: Program, checks: Iterable[Check] = CHECKS) -> Iterator[Diagnostic]:
    """Everything that the rules have to say about a program, rule by rule."""
    for rule in checks:
        yield from rule.check(program)
