"""Layer 4: rules that read the program and report what cannot work. One rule per file, listed here.

A rule is a module with ``CODES`` (the codes that it reports) and ``check``. What several rules need to know of a
statement is found once, in ``survey``; nothing here changes a program. Beside each rule stands what it looks at (see
``sights``): where a program has none of that, the rule is not even imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compiler.checks.rule import Rule

if TYPE_CHECKING:
    from compiler.diagnostics import Code, Diagnostic
    from compiler.ir.program import Program

POLICY_SIZE = Rule("policy_size", "large")
ATTACHMENT_COUNT = Rule("attachment_count")
NEARLY_FULL = Rule("nearly_full")
NAME_COLLISION = Rule("name_collision")
MISSING_PASS_ROLE = Rule("missing_pass_role", "passing")

# What depends on how the program is divided into policies: to be asked of the program that is emitted.
SIZES = (POLICY_SIZE, ATTACHMENT_COUNT, NEARLY_FULL)
# What depends on what was written only: to be asked of the program before any rewrite, so that each finding speaks of
# one permission.
MEANING = (
    Rule("name_length", "names"),
    Rule("name_characters", "names"),
    NAME_COLLISION,
    Rule("trust_size"),
    Rule("tags"),
    Rule("document_characters", "beyond_ascii"),
    Rule("session_duration"),
    Rule("unknown_service", "suspects"),
    Rule("unknown_action", "suspects"),
    Rule("malformed_arn", "suspects"),
    Rule("unmatched_action", "suspects"),
    Rule("unmatched_resource", "suspects"),
    Rule("dead_statement", "suspects"),
    Rule("dead_condition", "suspects"),
    Rule("contradiction", "paired", "trusts"),
    Rule("statement_grammar", "with_sids", "unusual", "typed", "trusts"),
    MISSING_PASS_ROLE,
    Rule("untrusted_instance", "trusts"),
    Rule("service_principals", "passed_to", "trusts"),
    Rule("foreign_partition", "suspects", "typed", "attached", "trusts"),
    Rule("wrong_arn_kind", "attached", "trusts"),
    Rule("operator_type", "conditioned", "trusts"),
    Rule("exact_wildcard", "conditioned", "trusts"),
    Rule("set_operator", "conditioned", "trusts"),
    Rule("impossible_value", "conditioned", "trusts"),
    Rule("policy_variables", "variables"),
    Rule("source_address", "conditioned", "trusts"),
    Rule("idle_condition", "conditioned", "trusts"),
    Rule("expired_condition", "conditioned", "trusts"),
    Rule("denied_allow", "denying"),
    Rule("idle_deny", "denying"),
    Rule("covered_element", "own"),
    Rule("covered_statement", "own"),
    Rule("privilege_escalation", "risky"),
    Rule("pass_role_scope", "risky"),
    Rule("full_access", "risky", "attached"),
    Rule("inverted_allow", "risky"),
    Rule("wildcard_resource", "risky"),
    Rule("credential_exposure", "risky"),
    Rule("data_exposure", "risky"),
    Rule("permission_exposure", "risky"),
    Rule("trust_reach", "trusts"),
    Rule("trust_federation", "trusts"),
    Rule("trust_session", "trusts"),
    Rule("service_linked_role", "risky"),
    Rule("unguarded_condition", "risky"),
    Rule("open_condition", "conditioned", "trusts"),
    Rule("retired_service", "own"),
    Rule("action_style", "own"),
    Rule("further_actions", "own"),
)
CHECKS = (*SIZES, *MEANING)
# What can only be said of all stacks together; whatever else there is, is said of one stack at a time.
ACROSS_STACKS = (NAME_COLLISION,)
_OF_STACKS = frozenset(
    {
        *("name_length", "name_characters", "name_collision", "trust_size", "tags"),
        *("session_duration", "untrusted_instance"),
    }
)
# What is asked of policy documents without a spec: they have no names, tags, sessions or profiles, and their size is
# told by what they are made into.
OF_DOCUMENTS = tuple(rule for rule in MEANING if rule.name not in _OF_STACKS)


def codes() -> tuple[Code, ...]:
    """The codes of all rules."""
    return tuple(code for rule in CHECKS for code in rule.codes)


def run_checks(program: Program, rules: Iterable[Rule] = CHECKS) -> Iterator[Diagnostic]:
    """Everything that the rules have to say about a program, rule by rule."""
    asked = tuple(rules)
    found: frozenset[str] = frozenset()
    if any(rule.looks_at for rule in asked):
        from compiler.checks.sights import sights

        found = sights(program)
    for rule in asked:
        if not rule.looks_at or not rule.looks_at.isdisjoint(found):
            yield from rule.check(program)
