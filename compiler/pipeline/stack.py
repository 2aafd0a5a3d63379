"""One stack through all stages: expanded, checked, rewritten and emitted.

Nothing here depends on another stack of the spec. So stacks can be compiled in any order, in several processes, or
taken from an earlier run; what two stacks can only say together is in ``across``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from compiler.diagnostics import Diagnostic, Diagnostics
from compiler.diagnostics.value import record
from compiler.frontend.stacks import BuildOptions, build_stack
from compiler.ir.arrangement import Arrangement, arrangements
from compiler.ir.claims import Claim, claims
from compiler.ir.program import Program, StackProgram, TerraformSettings
from compiler.ir.spec import Spec, Stack
from compiler.terraform.output import Folder, at_hand

if TYPE_CHECKING:
    from compiler.checks.rule import Rule


@record(frozen=True, slots=True)
class Settings:
    """What is the same for all stacks of one compile.

    ``values`` are those of the spec as plain data; ``names`` maps the display name of each spec file to what the output
    calls it; ``sound`` says whether the spec has no error so far; ``emits`` and ``programs``
    whether files and programs are wanted.
    """

    spec: Spec
    build: BuildOptions
    values: Any
    spec_name: str
    names: Mapping[str, str]
    layout: Literal["root", "module"]
    tests: bool
    checks: bool
    sound: bool
    emits: bool
    programs: bool


@record(frozen=True, slots=True)
class Counts:
    """How much a stack makes."""

    roles: int = 0
    profiles: int = 0
    policies: int = 0


@record(frozen=True, slots=True)
class Made:
    """What a stack makes, in full: few ask for it where the output stands there already.

    ``files`` (path in the stack's folder to bytes) is None when they were not wanted or there is an error.
    """

    claims: tuple[Claim, ...]
    files: Mapping[str, bytes] | None


@record(frozen=True, slots=True)
class CompiledStack:
    """All that is to be known of a stack.

    ``built`` are findings of the front end, ``checked`` those of the rules. ``claimed`` are its ``claims`` as texts of
    which two that are equal are one and the same name; ``arranged`` are the policies that do not stand as they were
    written; ``policies_per_role`` is the account's quota. ``folder`` is None when files were not wanted or there is an
    error. ``inputs`` are files besides those of the spec that were read: folder, name in it, digest. ``made`` gives
    the rest, which may have to be fetched from where the stack was compiled. ``program`` is what was emitted, None when
    the stack was compiled elsewhere; so is ``written``, the program before it was rewritten.
    """

    name: str
    partition: str
    account: str
    region: str
    built: tuple[Diagnostic, ...]
    checked: tuple[Diagnostic, ...]
    claimed: tuple[str, ...]
    counts: Counts
    arranged: tuple[Arrangement, ...]
    policies_per_role: int
    folder: Folder | None
    made: Callable[[], Made]
    inputs: tuple[tuple[str, str, str], ...] = ()
    program: StackProgram | None = None
    written: StackProgram | None = None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The names that it claims in its account."""
        return self.made().claims

    @property
    def files(self) -> Mapping[str, bytes] | None:
        """What its folder is to hold."""
        return None if self.folder is None else self.folder.contents()


STAGES = ("read", "validate", "lower", "expand", "checks", "passes", "emit", "finish")
"""What a compile goes through; with several processes or a cache there are others besides."""
OnStage = Callable[[str, int, int], None]
"""Told what begins, how much of the whole is done, and how much the whole is."""
_WHOLE = 100
# Per cent of a stack's time after which it is expanded, checked and rewritten, about (4,000 layers).
_EXPANDED, _CHECKED, _REWRITTEN = 35, 60, 65


@record(slots=True)
class Stopwatch:
    """Seconds by stage, summed over the stacks; ``tell`` is told how far the work is."""

    tell: OnStage | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=perf_counter)
    begun: tuple[str, int, int] = ("", 0, 0)

    def at(self, what: str, percent: int, then: int = 0) -> None:
        """Say what begins, how much is done, and how much will be ``then``, after it."""
        self.begun = (what, percent, then)
        if self.tell:
            self.tell(what, percent, _WHOLE)

    def within(self, percent: int) -> None:
        """Say how much is done of what has begun."""
        what, before, then = self.begun
        if self.tell and before < then:
            self.tell(what, before + (then - before) * percent // 100, _WHOLE)

    def lap(self, stage: str) -> None:
        """Count the time since the last call to a stage."""
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.last
        self.last = now


def compile_stack(settings: Settings, stack: Stack, watch: Stopwatch) -> CompiledStack:
    """The stack through all stages."""
    built = Diagnostics()
    written = build_stack(settings.spec, stack, settings.values, settings.build, built)
    watch.lap("expand")
    watch.within(_EXPANDED)
    checked = Diagnostics()
    program = _checked_and_rewritten(written, settings, sound=not built.has_errors, checked=checked, watch=watch)
    watch.within(_REWRITTEN)
    wanted = settings.emits and settings.sound and not built.has_errors and not checked.has_errors
    files = emitted(settings, program) if wanted else None
    made = Made(tuple(claims(program)), files)
    roles = [role for role in program.roles if not role.existing]
    done = CompiledStack(
        program.name,
        program.partition,
        program.account,
        program.region,
        tuple(built.items),
        tuple(checked.items),
        tuple(item.key for item in made.claims),
        Counts(len(roles), sum(1 for role in roles if role.profile is not None), len(program.policies)),
        tuple(arrangements(program)),
        program.quotas.managed_policies_per_role,
        None if files is None else at_hand(files),
        partial(_itself, made),
        tuple(dict.fromkeys(built.inputs)),
        program if settings.programs or files is None else None,
        written if settings.programs else None,
    )
    watch.lap("emit")
    return done


def _itself(made: Made) -> Made:
    return made


def emitted(settings: Settings, stack: StackProgram) -> dict[str, bytes]:
    """The files of a stack, by their path in its folder."""
    from compiler.terraform.emit import emit_stack

    if settings.tests and stack.terraform.required_version == TerraformSettings().required_version:
        # The test mocks the provider, which Terraform can since 1.7.
        stack = replace(stack, terraform=replace(stack.terraform, required_version=">= 1.7"))
    return emit_stack(
        stack, layout=settings.layout, spec_name=settings.spec_name, tests=settings.tests, names=settings.names
    )


def _checked_and_rewritten(
    stack: StackProgram, settings: Settings, *, sound: bool, checked: Diagnostics, watch: Stopwatch
) -> StackProgram:
    from compiler.passes import run_passes

    program = Program((stack,), settings.spec_name)
    sizes: list[Rule] = []
    if settings.checks:
        from compiler.checks import (
            ACROSS_STACKS,
            ATTACHMENT_COUNT,
            MEANING,
            MISSING_PASS_ROLE,
            NEARLY_FULL,
            POLICY_SIZE,
            run_checks,
        )

        # What is missing can only be said of what is otherwise sound: a dropped grant may have been it.
        left_out = ACROSS_STACKS if settings.sound and sound else (*ACROSS_STACKS, MISSING_PASS_ROLE)
        checked.extend(run_checks(program, [rule for rule in MEANING if rule not in left_out]))
        # Rewrites only make documents smaller: where none is too large before, none is afterwards.
        sizes = [ATTACHMENT_COUNT, NEARLY_FULL]
        sizes += [POLICY_SIZE] if POLICY_SIZE.has_work(program) else []
        watch.lap("checks")
        watch.within(_CHECKED)
    program = run_passes(program)
    watch.lap("passes")
    if sizes:
        checked.extend(run_checks(program, sizes))
        watch.lap("checks")
    return program.stacks[0]
