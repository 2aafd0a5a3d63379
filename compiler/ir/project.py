"""What a project file says about findings: how much each rule matters, and which findings somebody has accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from compiler.diagnostics import Severity, Span
from compiler.diagnostics.value import record


@record(frozen=True, slots=True)
class Exemption:
    """An entry of ``suppress``: the rules (ids), the files as a pattern, the Sid of a statement (or none), and why."""

    rules: tuple[str, ...]
    files: str
    sid: str
    reason: str
    span: Span


@record(frozen=True, slots=True)
class Project:
    """A project file as it is meant.

    ``folder`` is where it stands, and what its patterns start from. ``levels`` gives the severity of rules by id, None
    for those that are off. ``guardrails`` and ``baseline`` are files, named as from the working directory.
    """

    folder: str = ""
    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    suppress: tuple[Exemption, ...] = ()
    guardrails: tuple[str, ...] = ()
    baseline: str = ""
