"""Findings as SARIF 2.1.0, for code scanning: GitHub, GitLab, Azure DevOps, editors.

Each result has a fingerprint that does not depend on lines, so that a finding stays the same alert when the lines above
it change. Findings that are accepted (by a comment, by the baseline) are there as suppressed ones.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from compiler import __version__
from compiler.diagnostics import Code, Diagnostic, Severity, Span
from compiler.diagnostics.fingerprint import fingerprints

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "stackgrant/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
# A finding, whether it is accepted in the source or elsewhere, and why.
Accepted = tuple[Diagnostic, str, str]
Json = dict[str, Any]


def render(diagnostics: Sequence[Diagnostic], accepted: Sequence[Accepted] = ()) -> str:
    """A log with one run. ``accepted`` are findings with ``inSource`` or ``external``, and the reason.

    What stands at no place (a file that is missing) is a notification: code scanning refuses a whole log for one
    result without a location.
    """
    elsewhere = [item for item in diagnostics if item.span is None]
    diagnostics = [item for item in diagnostics if item.span is not None]
    accepted = [row for row in accepted if row[0].span is not None]
    every = [*diagnostics, *(item for item, _, _ in accepted)]
    prints = fingerprints(every)
    codes = sorted({item.code.id: item.code for item in (*every, *elsewhere)}.values(), key=lambda code: code.id)
    index = {code.id: number for number, code in enumerate(codes)}
    results = [_result(item, index[item.code.id], mark) for item, mark in zip(every, prints, strict=True)]
    for result, (_, kind, reason) in zip(results[len(diagnostics) :], accepted, strict=True):
        result["suppressions"] = [{"kind": kind, "justification": reason}]
    driver: Json = {
        "name": "stackgrant",
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run: Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    if elsewhere:
        run["invocations"] = [
            {
                "executionSuccessful": not any(item.level is Severity.ERROR for item in elsewhere),
                "toolExecutionNotifications": [_notification(item, index[item.code.id]) for item in elsewhere],
            }
        ]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: Code) -> Json:
    rule: Json = {
        "id": code.id,
        "name": "".join(word.capitalize() for word in code.name.split("-")),
        "shortDescription": {"text": code.name.replace("-", " ")},
        "fullDescription": {"text": code.what},
        "help": {"text": _help(code), "markdown": _help(code, markdown=True)},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
        "properties": {"tags": ["iam", "security"] if code.id[2] in "56" else ["iam"]},
    }
    if code.references:
        rule["helpUri"] = code.references[0]
    return rule


def _help(code: Code, *, markdown: bool = False) -> str:
    parts = [code.what, code.why]
    if code.good:
        good = code.good.rstrip()
        parts.append(f"What to write:\n\n```yaml\n{good}\n```" if markdown else f"What to write:\n\n{good}")
    parts.append(f"`stackgrant explain {code.id}` prints this page.")
    return "\n\n".join(parts)


def _notification(item: Diagnostic, index: int) -> Json:
    found: Json = {
        "descriptor": {"id": item.code.id, "index": index},
        "level": _LEVELS[item.level],
        "message": {"text": _message(item)},
    }
    if item.path:
        found["locations"] = [{"logicalLocations": [{"fullyQualifiedName": item.path}]}]
    return found


def _result(item: Diagnostic, index: int, fingerprint: str) -> Json:
    assert item.span is not None
    place = _location(item.span)
    if item.path:
        place.setdefault("logicalLocations", []).append({"fullyQualifiedName": item.path})
    result: Json = {
        "ruleId": item.code.id,
        "ruleIndex": index,
        "level": _LEVELS[item.level],
        "message": {"text": _message(item)},
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "locations": [place],
    }
    related = [
        {"id": number, **_location(label.span), "message": {"text": label.text or "see here"}}
        for number, label in enumerate(item.secondary, 1)
    ]
    if related:
        result["relatedLocations"] = related
    return result


def _message(item: Diagnostic) -> str:
    lines = [item.message, *((f"expected: {item.expected}",) if item.expected else ())]
    lines += [f"note: {note}" for note in item.notes]
    lines += [f"help: {line}" for line in item.help]
    return "\n".join(lines)


def _location(span: Span) -> Json:
    source = span.source
    physical: Json = {"artifactLocation": {"uri": _uri(source.file)}}
    if not source.address:  # otherwise lines and columns are not those of the file
        line, column = source.position(min(span.start, len(source.text)))
        end_line, end_column = source.position(min(max(span.end, span.start), len(source.text)))
        physical["region"] = {
            "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
        }  # fmt: skip
        return {"physicalLocation": physical}
    return {"physicalLocation": physical, "logicalLocations": [{"name": source.address, "kind": "resource"}]}


def _uri(file: str) -> str:
    """The name of a file as a URI: relative to the folder that the command ran in, if it lies below."""
    path = file.replace("\\", "/").strip("<>")
    if path.startswith("/"):
        return f"file://{quote(path)}"
    return f"file:///{quote(path, safe='/:')}" if path[1:2] == ":" else quote(path)
