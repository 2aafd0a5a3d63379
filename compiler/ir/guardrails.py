"""Guardrails: what specs may say, as a file of somebody else has it. Every part knows its place in that file."""

from __future__ import annotations

from compiler.diagnostics import Span
from compiler.diagnostics.value import record


@record(frozen=True, slots=True)
class Word:
    """One text of a rule: a pattern, a name, a number of days."""

    text: str
    span: Span


@record(frozen=True, slots=True)
class Rule:
    """One key of a guardrail with its texts. ``detail`` is the tag that a rule of ``require_tags`` speaks of."""

    key: str
    span: Span
    words: tuple[Word, ...] = ()
    detail: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts without their places."""
        return tuple(word.text for word in self.words)


@record(frozen=True, slots=True)
class Guardrail:
    """One entry: what it demands (``rules``), why, and of what it speaks.

    ``stacks`` and ``apps`` are patterns of names (none: all), the former also accounts; ``exempt`` patterns of
    spec paths
    (``apps.deploy``) and accounts (``accounts.123456789012``) that it leaves alone; ``actions`` limits the
    rules on what is allowed to these actions (none: all).
    """

    name: str
    span: Span
    reason: str
    rules: tuple[Rule, ...] = ()
    stacks: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    actions: tuple[Word, ...] = ()

    def rule(self, key: str) -> Rule | None:
        """The rule of this key, if the entry has it."""
        return next((rule for rule in self.rules if rule.key == key), None)
