"""Codes of the project file, ``.stackgrant.yaml``. Their examples are a project file and the spec beside it."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

_SPEC = """\
# stackgrant.yaml
version: 1
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {}}}
"""
PROJECT_FORM = Code(
    "SG830",
    "project-form",
    Severity.ERROR,
    "Reports a project file that does not have the form of one: an unknown key, a level that does not exist, an "
    "entry of `suppress` without files.",
    "What is mistyped there would have no effect, and nobody would see it.",
    f"# .stackgrant.yaml\nrules:\n  expiry: ignore  # error: SG830\n{_SPEC}",
    f"# .stackgrant.yaml\nrules:\n  expiry: note\n{_SPEC}",
)
UNKNOWN_RULE = Code(
    "SG831",
    "unknown-rule",
    Severity.ERROR,
    "Reports a code or a name in a project file that no rule has.",
    "A setting for a rule that does not exist sets nothing.",
    f"# .stackgrant.yaml\nrules:\n  expriy: note  # error: SG831\n{_SPEC}",
    f"# .stackgrant.yaml\nrules:\n  expiry: note\n{_SPEC}",
)
FIRM_RULE = Code(
    "SG832",
    "firm-rule",
    Severity.ERROR,
    "Reports a project file that would weaken or accept what cannot be: an error that leaves nothing to compile, a "
    "finding of a guardrail, a fault of the command line or its files.",
    "There would be no output that anybody could accept, or a guardrail that its own subject switches off.",
    f"# .stackgrant.yaml\nrules:\n  SG204: warning  # error: SG832\n{_SPEC}",
    f"# .stackgrant.yaml\nrules:\n  SG702: error\n{_SPEC}",
)
CODES = (PROJECT_FORM, UNKNOWN_RULE, FIRM_RULE)
