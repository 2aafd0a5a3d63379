"""What a compile is given: texts and options."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Literal

from compiler.diagnostics import SourceText
from compiler.diagnostics.value import record
from compiler.ir.project import Project
from compiler.source.tree import DISK, FileTree


@record(frozen=True, slots=True)
class Options:
    """What the command line (or a caller) decides.

    ``stacks`` limits the output to these stacks (all are still checked); ``overrides`` are values on top of the
    spec's; ``tests`` adds a Terraform test that seals the policies; ``checks`` switches the analysis off, which only
    benchmarks do; ``today`` is the day against which ``expires:`` is judged; ``guardrails`` are the texts of files that
    the spec is held against; ``project`` says how much which findings count; ``tree`` is where the files are
    read from that the spec names; ``programs`` asks for the
    programs of the stacks beside their files; ``jobs`` is the number of processes and
    ``cache`` the folder of earlier answers, neither of which changes what comes out.
    """

    stacks: tuple[str, ...] = ()
    overrides: Mapping[str, Any] = field(default_factory=dict)
    layout: Literal["root", "module"] = "root"
    tests: bool = False
    checks: bool = True
    today: dt.date | None = None
    guardrails: tuple[SourceText, ...] = ()
    project: Project | None = None
    tree: FileTree = DISK
    programs: bool = True
    jobs: int = 1
    cache: Path | None = None


@record(frozen=True, slots=True)
class Source:
    """A text of a spec and the name that generated output calls it by."""

    text: SourceText
    stable_name: str
