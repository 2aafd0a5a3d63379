"""Reading the project file: how much rules matter in a folder, and what is accepted there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from compiler.diagnostics import Code, Diagnostic, Diagnostics, Severity, SourceText, Span, did_you_mean
from compiler.frontend.project_codes import CODES, FIRM_RULE, PROJECT_FORM, UNKNOWN_RULE
from compiler.frontend.suppressions import can_be_accepted, is_of_guardrail
from compiler.ir.project import Exemption, Project
from compiler.schema.project import project_findings
from compiler.source import Mapping, Node, Scalar
from compiler.source import Sequence as NodeSequence
from compiler.source.project_file import shown_path
from compiler.source.yaml_reader import read_documents

_OFF = "off"


def read_project(
    text: SourceText, path: Path, codes: Callable[[], Sequence[Code]], diagnostics: Diagnostics
) -> Project:
    """The project that a text describes; whatever is wrong with it is reported, and says nothing then.

    Args:
        text: what the file says.
        path: where it stands.
        codes: gives all codes that there are, if they are needed.
        diagnostics: where mistakes are reported.
    """
    folder = path.absolute().parent.resolve()
    project = Project(str(folder))
    own = Diagnostics()
    for document in read_documents(text, own):
        faults = list(project_findings(document))
        own.extend(faults)
        if not faults:
            project = _read(document, project, _Rules(codes, own))
    # A fault of this file is none of the spec: what is found there is told all the same.
    diagnostics.extend(item if item.code in CODES else replace(item, code=PROJECT_FORM) for item in own)
    return replace(project, levels={}, suppress=()) if own.has_errors else project


class _Rules:
    """The codes that the file names; loaded only when it names one."""

    def __init__(self, codes: Callable[[], Sequence[Code]], diagnostics: Diagnostics) -> None:
        self._load, self.diagnostics = codes, diagnostics
        self._known: dict[str, Code] = {}

    def find(self, node: Scalar) -> Code | None:
        """The code with this id or name, or None when there is none (which is reported)."""
        if not self._known:
            self._known = {name: code for code in self._load() for name in (code.id, code.name)}
        code = self._known.get(node.text)
        if code is None:
            message = f"there is no rule `{node.text}`"
            near = did_you_mean(node.text, self._known)
            self.diagnostics.add(Diagnostic(UNKNOWN_RULE, message, node.span, "sets nothing", help=near))
        return code

    def refuse(self, code: Code, span: Span, what: str) -> None:
        """Report a rule that cannot be weakened or accepted."""
        message = f"{code.id} ({code.name}) cannot be {what}"
        self.diagnostics.add(Diagnostic(FIRM_RULE, message, span, _why(code), help=("take it out",)))


def _read(document: Mapping, project: Project, rules: _Rules) -> Project:
    folder = Path(project.folder)
    levels = {**project.levels, **dict(_levels(document.get("rules"), rules))}
    entries = document.get("suppress")
    items = entries.items if isinstance(entries, NodeSequence) else ()
    exemptions = tuple(_exemption(item, rules) for item in items if isinstance(item, Mapping))
    guardrails = tuple(shown_path(str(folder / item.text)) for item in _scalars(document.get("guardrails")))
    baseline = [shown_path(str(folder / item.text)) for item in _scalars(document.get("baseline"))]
    return Project(
        project.folder,
        levels,
        (*project.suppress, *exemptions),
        (*project.guardrails, *guardrails),
        baseline[0] if baseline else project.baseline,
    )


def _levels(node: Node | None, rules: _Rules) -> Iterator[tuple[str, Severity | None]]:
    for key, value in node.entries.values() if isinstance(node, Mapping) else ():
        code = rules.find(key)
        if code is None or not isinstance(value, Scalar):
            continue
        level = None if value.text == _OFF else Severity(value.text)
        rank = len(Severity) if level is None else level.rank
        if code.id[2] in "89" or (is_firm(code) and rank > code.severity.rank):
            rules.refuse(code, key.span, "set" if code.id[2] in "89" else "weakened")
        else:
            yield code.id, level


def is_firm(code: Code) -> bool:
    """Whether the errors of a code stay errors: they are why there is no output, or guard what others decide."""
    return not can_be_accepted(code) and (code.severity is Severity.ERROR or is_of_guardrail(code))


def _why(code: Code) -> str:
    if is_of_guardrail(code):
        return "guardrails are not the project's to weaken"
    return "it is no judgement" if code.id[2] in "89" else "with it nothing can be compiled"


def _exemption(node: Mapping, rules: _Rules) -> Exemption:
    ids: list[str] = []
    for item in _scalars(node.get("rules")):
        code = rules.find(item)
        if code is None:
            continue
        # Of policy documents nothing is compiled, so more can be accepted there.
        if code.id[2] not in "4567" or is_of_guardrail(code):
            rules.refuse(code, item.span, "accepted")
        ids.append(code.id)
    first = node.key("rules")
    assert first is not None
    return Exemption(
        tuple(ids), _text(node.get("files")), _text(node.get("sid")), _text(node.get("reason")), first.span
    )


def _scalars(node: Node | None) -> tuple[Scalar, ...]:
    if isinstance(node, NodeSequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    return (node,) if isinstance(node, Scalar) else ()


def _text(node: Node | None) -> str:
    return " ".join(node.text.split()) if isinstance(node, Scalar) and not node.is_null else ""
