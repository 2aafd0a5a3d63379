"""Terraform's own word on the output: ``init``, ``validate`` and, where that needs no AWS, ``plan``.

Everything happens in a copy, so that nothing is left behind, and what Terraform complains about is led back through
each resource's ``"//"`` to the line of the spec.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.diagnostics.value import record
from compiler.terraform.codes import TERRAFORM_FAILED, TERRAFORM_NOT_FOUND, TERRAFORM_REJECTS
from compiler.terraform.locate import origin_of, resource_at
from compiler.terraform.rehearsal import SETTINGS_FILE, VARIABLES_FILE, offline_files, plan_obstacle
from compiler.terraform.run import Completed, find_terraform, offline_environment, parse_versions, run
from compiler.terraform.writer import copy_scratch, write_scratch

Json = Any
Locate = Callable[[str], Span | None]
OnStep = Callable[[str], None]

STEPS = ("init", "validate", "version", "plan")

# People's own variables may have no value here; that is no fault of the output.
_NO_VALUE = "No value for required variable"


@record(frozen=True, slots=True)
class Step:
    """One Terraform command and how long it took, in seconds."""

    name: str
    seconds: float


@record(frozen=True, slots=True)
class PlanSummary:
    """How many resources a first apply would add, change and destroy."""

    add: int
    change: int
    remove: int


@record(frozen=True, slots=True)
class VerifyResult:
    """What Terraform said. ``planned`` is None when there was no plan; then ``plan_skipped`` says why."""

    diagnostics: tuple[Diagnostic, ...]
    terraform_version: str = ""
    provider_version: str = ""
    steps: tuple[Step, ...] = ()
    planned: PlanSummary | None = None
    plan_skipped: str = ""

    @property
    def accepted(self) -> bool:
        """Whether Terraform has no error to report."""
        return not any(diagnostic.level is Severity.ERROR for diagnostic in self.diagnostics)


class _Session:
    """Terraform in one temporary folder, and what was said there so far."""

    def __init__(self, binary: str, folder: Path, display: Path, locate: Locate, on_step: OnStep | None) -> None:
        self.folder = folder
        self.steps: list[Step] = []
        self._binary = binary
        self._display = display
        self._locate = locate
        self._on_step = on_step
        self._environment = offline_environment()

    def terraform(self, *args: str) -> Completed:
        """Run one command and note how long it took."""
        if self._on_step:
            self._on_step(args[0])
        start = time.monotonic()
        completed = run([self._binary, *args], self.folder, self._environment)
        self.steps.append(Step(args[0], time.monotonic() - start))
        return completed

    def findings(self, raw: Iterable[dict[str, Json]]) -> tuple[Diagnostic, ...]:
        """Terraform's diagnostics as ours; the same said about several lines of one thing is said once."""
        found: dict[tuple[str, str, str], Diagnostic] = {}
        for item in raw:
            finding = self._finding(item)
            found.setdefault((finding.message, item.get("detail", ""), finding.path or str(len(found))), finding)
        return tuple(found.values())

    def _finding(self, raw: dict[str, Json]) -> Diagnostic:
        place = raw.get("range") or {}
        name, line = place.get("filename", ""), place.get("start", {}).get("line", 0)
        resource, path = self._resource(name, line)
        span = self._locate(path) if path else None
        paragraphs = (" ".join(part.split()) for part in raw.get("detail", "").split("\n\n"))
        where = f"{self._display / name}:{line}" if name else ""
        address = ".".join(resource) if resource else ""
        return Diagnostic(
            TERRAFORM_REJECTS,
            _headline(raw.get("summary", "")),
            span=span,
            label=f"makes `{address}`" if span else "",
            notes=(*filter(None, paragraphs), *filter(None, [f"Terraform says so about {where}" if where else ""])),
            path=path,
            severity=Severity.WARNING if raw.get("severity") == "warning" else Severity.ERROR,
        )

    def _resource(self, name: str, line: int) -> tuple[tuple[str, str] | None, str]:
        file = self.folder / name
        if not name or not file.is_file():
            return None, ""
        content = file.read_bytes()
        resource = resource_at(content.decode(errors="replace"), line)
        return resource, origin_of(content, resource) if resource else ""


def verify(folder: Path, *, plugin_dir: str | None, locate: Locate, on_step: OnStep | None = None) -> VerifyResult:
    """Let Terraform check the module in ``folder``.

    ``plugin_dir`` is a folder with the provider, for machines without a network (``terraform init -plugin-dir``);
    without one, the providers that an earlier ``terraform init`` left in the folder are tried first. ``locate`` gives
    the span of a spec path such as ``stacks.shop.layers.web``. ``on_step`` is told each of ``STEPS`` when it begins.
    """
    binary = find_terraform()
    if binary is None:
        return VerifyResult((Diagnostic(TERRAFORM_NOT_FOUND, "no `terraform` on the PATH", help=(_INSTALL,)),))
    with tempfile.TemporaryDirectory(prefix="stackgrant-verify-") as scratch:
        copy = Path(scratch) / "module"
        copy_scratch(folder, copy)
        session = _Session(binary, copy, folder, locate, on_step)
        installed = folder / ".terraform" / "providers"
        offline = plugin_dir or (str(installed.resolve()) if installed.is_dir() else None)
        sources = [offline, None] if offline and not plugin_dir else [offline]
        return _verify(session, sources)


_INSTALL = "install Terraform, or leave out the verification: compiling does not need it"


def _verify(session: _Session, sources: list[str | None]) -> VerifyResult:
    init = _init(session, sources)
    validate = session.terraform("validate", "-json", "-no-color")
    raw = _validation(validate)
    if init.returncode != 0 or raw is None:
        placed = [item for item in raw or () if item.get("range")]
        broken = ("init", init) if init.returncode != 0 else ("validate", validate)
        found = session.findings(placed) or (_failed(*broken),)
        return VerifyResult(found, steps=tuple(session.steps))
    terraform, provider = parse_versions(session.terraform("version", "-json").stdout)
    diagnostics = session.findings(raw)
    summary, skipped = None, "the configuration is not valid"
    if not any(item.get("severity") == "error" for item in raw):
        more, summary, skipped = _plan(session)
        diagnostics += tuple(finding for finding in more if finding not in diagnostics)
    return VerifyResult(diagnostics, terraform, provider, tuple(session.steps), summary, skipped)


def _init(session: _Session, sources: list[str | None]) -> Completed:
    for source in sources:
        plugins = (f"-plugin-dir={source}",) if source else ()
        completed = session.terraform("init", "-backend=false", "-input=false", "-no-color", *plugins)
        if completed.returncode == 0:
            break
    return completed


def _plan(session: _Session) -> tuple[tuple[Diagnostic, ...], PlanSummary | None, str]:
    """Findings, summary, and why there is no plan."""
    files = {
        path.name: path.read_bytes()
        for path in session.folder.iterdir()
        if path.is_file() and path.name.endswith((".tf", ".tf.json"))
    }
    obstacle = plan_obstacle(files) or ("" if SETTINGS_FILE in files else f"there is no `{SETTINGS_FILE}`")
    if obstacle:
        return (), None, obstacle
    for name, content in offline_files(files[SETTINGS_FILE], files.get(VARIABLES_FILE)).items():
        write_scratch(session.folder, name, content)
    completed = session.terraform("plan", "-json", "-no-color", "-input=false", "-refresh=false", "-lock=false")
    if completed.problem:
        return (_failed("plan", completed),), None, "the plan did not end"
    events = list(_events(completed.stdout))
    raw = [event["diagnostic"] for event in events if event.get("type") == "diagnostic"]
    if any(item.get("summary") == _NO_VALUE for item in raw):
        return (), None, "the folder has variables without a value"
    summaries = [event["changes"] for event in events if event.get("type") == "change_summary"]
    if completed.returncode != 0 and not raw:
        return (_failed("plan", completed),), None, "the plan did not end"
    if completed.returncode != 0 or not summaries:
        return session.findings(raw), None, "Terraform has errors to report"
    changes: Mapping[str, int] = summaries[-1]
    return session.findings(raw), PlanSummary(changes["add"], changes["change"], changes["remove"]), ""


def _validation(completed: Completed) -> list[dict[str, Json]] | None:
    """The diagnostics that ``validate -json`` reports; None when it reports nothing that can be read."""
    found = _json_object(completed.stdout).get("diagnostics")
    return found if isinstance(found, list) and not completed.problem else None


def _json_object(text: str) -> dict[str, Json]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _events(stdout: str) -> Iterator[dict[str, Json]]:
    yield from (event for event in map(_json_object, stdout.splitlines()) if event)


def _headline(summary: str) -> str:
    """Terraform's summary as our headlines are written; acronyms keep their capitals."""
    text = " ".join(summary.split()).rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _failed(command: str, completed: Completed) -> Diagnostic:
    reasons = {"timeout": "took too long", "missing": "could not be started"}
    said = [line.strip() for line in completed.stderr.splitlines() if line.strip()]
    return Diagnostic(
        TERRAFORM_FAILED,
        f"`terraform {command}` {reasons.get(completed.problem, 'failed')}",
        notes=tuple(said[:12]),
        help=("run it by hand in the output folder to see all of what it says",),
    )
