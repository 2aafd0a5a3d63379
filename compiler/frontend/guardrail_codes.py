"""Codes of the guardrails file itself. No spec can show them, so their pages have no example."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

NO_GUARDRAILS = Code(
    "SG820",
    "no-guardrails",
    Severity.ERROR,
    "Reports a guardrails file that holds no guardrails.",
    "Whoever names such a file relies on it; an empty one would let everything through.",
    "",
    "",
)
GUARDRAILS_FORM = Code(
    "SG821",
    "guardrails-form",
    Severity.ERROR,
    "Reports a guardrails file that does not have the form of one: an unknown key, a missing reason, a text where a "
    "list belongs.",
    "A mistyped key would otherwise be a guardrail that nobody is held against.",
    "",
    "",
)
GUARDRAILS_NAME = Code(
    "SG822",
    "guardrails-name",
    Severity.ERROR,
    "Reports a service, an action or a grant in a guardrails file that does not exist. An action that is like no other "
    "may be newer than the service data, so it is a warning.",
    "A forbidden action with a slip in its name forbids nothing.",
    "",
    "",
)
IDLE_GUARDRAIL = Code(
    "SG823",
    "idle-guardrail",
    Severity.ERROR,
    "Reports a guardrail that says of what it speaks and demands nothing.",
    "It looks as if something were guarded.",
    "",
    "",
)
CODES = (NO_GUARDRAILS, GUARDRAILS_FORM, GUARDRAILS_NAME, IDLE_GUARDRAIL)
