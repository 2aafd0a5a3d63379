"""The ways in which a spec can be compiled, all of which have to come to the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.driver import Options, Result, Source, compile_sources
from compiler.views import full, json_report


def said(result: Result) -> dict[str, Any]:
    """Everything that a result tells, places included."""
    return {
        "files": dict(result.files),
        "findings": json_report.render(result.diagnostics),
        "screen": full.render(result.diagnostics, color=False, width=100),
        "accepted": [(item.diagnostic.message, item.reason, item.place) for item in result.accepted],
        "stacks": [
            (
                item.name,
                item.partition,
                item.account,
                item.region,
                item.counts,
                item.arranged,
                [_claim(c) for c in item.claims],
            )
            for item in result.stacks
        ],
        "name": result.spec_name,
    }


def _claim(claim: Any) -> tuple[Any, ...]:
    places = [(o.span.source.name, o.span.start, o.span.end, o.path) for o in (claim.origin, claim.name_origin)]
    return (claim.kind, claim.label, claim.moved_from, claim.name, claim.path, claim.description, places)


def at_once(sources: Sequence[Source], **options: Any) -> dict[str, Any]:
    """What a compile says that does everything at once, in this process."""
    return said(compile_sources(sources, Options(**options)))


def ways(sources: Sequence[Source], cache: Path, **options: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the other ways say, each with its name."""
    given = Options(**options)
    for name, way in (
        ("three processes", replace(given, jobs=3)),
        ("empty cache", replace(given, cache=cache)),
        ("full cache", replace(given, cache=cache)),
        ("full cache, three processes", replace(given, cache=cache, jobs=3)),
        ("empty cache, three processes", replace(given, cache=cache / "other", jobs=3)),
        ("cache filled by three processes", replace(given, cache=cache / "other")),
        ("without programs", replace(given, programs=False)),
    ):
        yield name, said(compile_sources(sources, way))


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The names of what is not the same."""
    return [key for key in one if one[key] != other[key]]
