"""Reading guardrails: files that specs are held against, and that no spec can name, replace or switch off.

Templates mean nothing in them. Whatever is wrong with a file is an error, and with an error nothing is
compiled: a spec is
held against all of the guardrails or does not pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from compiler.aws.pattern import matches
from compiler.aws.service_data import actions_of, expand_action, service_exists, service_prefixes
from compiler.catalog.loader import grant_names
from compiler.diagnostics import Diagnostic, Diagnostics, Severity, SourceText, Span, did_you_mean
from compiler.frontend.guardrail_codes import GUARDRAILS_FORM, GUARDRAILS_NAME, IDLE_GUARDRAIL, NO_GUARDRAILS
from compiler.ir.guardrails import Guardrail, Rule, Word
from compiler.schema.guardrails import SCOPE, guardrails_findings
from compiler.source import Mapping, Node, Scalar
from compiler.source import Sequence as NodeSequence
from compiler.source.files import read_text
from compiler.source.yaml_reader import read_documents

FILE = "stackgrant-guardrails.yaml"
_OWN_GRANTS = ("access", "actions", "assume_role", "managed_policy", "pass_role", "policy", "statement")


def read_guardrail_files(names: Iterable[str], diagnostics: Diagnostics) -> tuple[SourceText, ...]:
    """The texts of guardrails files, each file once; what cannot be read is reported."""
    texts = (read_text(Path(name), name, diagnostics) for name in dict.fromkeys(names))
    return tuple(text for text in texts if text is not None)


def read_guardrails(texts: Sequence[SourceText], diagnostics: Diagnostics) -> tuple[Guardrail, ...]:
    """The guardrails of all texts together; none of a text that something is wrong with (which is reported)."""
    found: list[Guardrail] = []
    for text in texts:
        own = Diagnostics()
        documents = read_documents(text, own)
        if not documents and not own.has_errors:
            end = text.text.find("\n") if "\n" in text.text else len(text.text)
            own.add(Diagnostic(NO_GUARDRAILS, f"`{text.name}` holds no guardrails", Span(text, 0, end)))
        for document in documents:
            faults = [replace(item, code=GUARDRAILS_FORM) for item in guardrails_findings(document)]
            own.extend(faults)
            entries = document.get("guardrails")
            if not faults and isinstance(entries, Mapping):
                found += [_guardrail(key, body) for key, body in entries.entries.values() if isinstance(body, Mapping)]
        diagnostics.extend(own)
    for guardrail in found:
        diagnostics.extend(_faults(guardrail))
    return tuple(found)


def _guardrail(key: Scalar, body: Mapping) -> Guardrail:
    rules: list[Rule] = []
    for name, (rule, value) in body.entries.items():
        if name == "require_tags" and isinstance(value, Mapping):
            rules += [Rule(name, tag.span, _words(texts), tag.text) for tag, texts in value.entries.values()]
        elif name not in SCOPE and not (isinstance(value, Scalar) and value.text.lower() == "false"):
            rules.append(Rule(name, rule.span, _words(value)))
    return Guardrail(
        key.text,
        key.span,
        _joined(body.get("reason")),
        tuple(rules),
        _texts(body.get("stacks")),
        _texts(body.get("apps")),
        _texts(body.get("except")),
        _words(body.get("actions")),
    )


def _words(node: Node | None) -> tuple[Word, ...]:
    if isinstance(node, NodeSequence):
        return tuple(word for item in node.items for word in _words(item))
    return (Word(node.text, node.span),) if isinstance(node, Scalar) else ()


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(word.text for word in _words(node))


def _joined(node: Node | None) -> str:
    return " ".join(node.text.split()) if isinstance(node, Scalar) else ""


def _faults(guardrail: Guardrail) -> Iterator[Diagnostic]:
    if not guardrail.rules:
        yield Diagnostic(
            IDLE_GUARDRAIL,
            f"guardrail `{guardrail.name}` demands nothing",
            guardrail.span,
            "no rule below it",
            help=("add a rule such as `forbid_actions`, or take it out",),
        )
    for rule in (Rule("actions", guardrail.span, guardrail.actions), *guardrail.rules):
        check = _KNOWN.get(rule.key, _no_fault)
        for word in rule.words:
            fault = check(word.text)
            if fault is not None:
                what, meant = fault
                yield Diagnostic(
                    GUARDRAILS_NAME,
                    f"{what} `{word.text}` does not exist",
                    word.span,
                    "stands for nothing",
                    help=meant,
                    # An action may be newer than the data; a slip is one.
                    severity=None if meant or what != "action" else Severity.WARNING,
                )


Fault = tuple[str, tuple[str, ...]]


def _no_fault(_: str) -> Fault | None:
    return None


def _service_fault(text: str) -> Fault | None:
    known = service_prefixes()
    if service_exists(text) or (_is_pattern(text) and any(matches(text.lower(), name) for name in known)):
        return None
    return "service", did_you_mean(text, known)


def _action_fault(text: str) -> Fault | None:
    service, _, name = text.partition(":")
    if text == "*" or _is_pattern(service):
        return None
    if not service_exists(service):
        return "service of", did_you_mean(service, service_prefixes())
    if expand_action(text):
        return None
    return "action", did_you_mean(name, [action.name for action in actions_of(service).values()])


def _grant_fault(text: str) -> Fault | None:
    known = (*_OWN_GRANTS, *grant_names())
    return None if any(matches(text, name) for name in known) else ("grant", did_you_mean(text, known))


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text


_KNOWN: dict[str, Callable[[str], Fault | None]] = {
    "actions": _action_fault,
    "allow_services": _service_fault,
    "forbid_services": _service_fault,
    "allow_actions": _action_fault,
    "forbid_actions": _action_fault,
    "allow_grants": _grant_fault,
    "forbid_grants": _grant_fault,
}
