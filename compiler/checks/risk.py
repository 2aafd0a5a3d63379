"""The wide statements of a program, each permission once, without what the rule on escalation says of them already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from compiler.aws.statement import Statement
from compiler.checks.breadth import Breadth, Found, breadth
from compiler.checks.escalation import Escalation, decisive_text, escalations
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.diagnostics.value import record
from compiler.ir.program import Program

HIGH, MEDIUM = "confidence: high", "confidence: medium"


@record(frozen=True, slots=True)
class Risk:
    """A statement with what is wide about it, and the ways to more permissions that it opens."""

    site: Site
    breadth: Breadth
    escalations: tuple[Escalation, ...]


_last: tuple[Program, tuple[Risk, ...]] | None = None


def risks(program: Program) -> tuple[Risk, ...]:
    """All of a program. The last answer is kept, because several rules ask."""
    global _last
    if _last is None or _last[0] is not program:
        _last = program, tuple(_walk(program))
    return _last[1]


def _walk(program: Program) -> Iterator[Risk]:
    ways: dict[object, list[Escalation]] = {}
    for item in escalations(program):
        ways.setdefault(_key(item.statement), []).append(item)
    told: dict[object, str] = {}
    for site in survey(program).risky:
        origins = site.statement.origins
        # An app that runs on many stacks is one cause.
        if not origins or told.setdefault(origins, site.stack.name) == site.stack.name:
            found = ways.get(_key(site.statement), [])
            yield Risk(site, _without(breadth(site.statement), found), tuple(found))


def _key(statement: Statement) -> object:
    return (statement.origins, statement) if statement.origins else id(statement)


def _without(wide: Breadth, found: Iterable[Escalation]) -> Breadth:
    """What is left when the texts are taken out that open a way to more permissions."""
    texts = {decisive_text(way) for item in found for way in item.ways}
    if not texts or wide.everything or wide.inverted_actions or wide.inverted_resources:
        return wide
    return replace(
        wide,
        whole=tuple(pattern for pattern in wide.whole if pattern.text not in texts),
        passes="" if wide.passes in texts else wide.passes,
        credentials=_kept(wide.credentials, texts),
        exposed=_kept(wide.exposed, texts),
        starred=_kept(wide.starred, texts),
    )


def _kept(found: tuple[Found, ...], texts: set[str]) -> tuple[Found, ...]:
    return tuple(item for item in found if item[0] not in texts)


def texts_of(found: Iterable[Found]) -> tuple[str, ...]:
    """How a statement names the actions, each text once."""
    return tuple(dict.fromkeys(text for text, _ in found))


def names_of(found: Iterable[Found]) -> tuple[str, ...]:
    """The full names of the actions, each once."""
    return tuple(dict.fromkeys(action.full_name for _, action in found))


def report(
    code: Code,
    risk: Risk,
    message: str,
    needle: str,
    label: str,
    *,
    notes: Iterable[str] = (),
    help: Iterable[str] = (),  # noqa: A002 - the name that a diagnostic has for it
    severity: Severity | None = None,
) -> Diagnostic:
    """A finding about a statement, at one of its texts."""
    statement = risk.site.statement
    return Diagnostic(
        code,
        message,
        span_in(statement, needle),
        label,
        notes=tuple(notes),
        help=tuple(help),
        path=path_of(statement),
        severity=severity,
    )


def ways_note(risk: Risk) -> Iterator[str]:
    """How many ways to more permissions a statement opens, with the first three."""
    ways = {way.route.id: way for item in risk.escalations for way in item.ways}
    if ways:
        first = "; ".join(" + ".join(way.route.names) for way in list(ways.values())[:3])
        more = f", and {len(ways) - 3} more" if len(ways) > 3 else ""
        yield f"it opens {len(ways)} {'way' if len(ways) == 1 else 'ways'} to more permissions: {first}{more}"
