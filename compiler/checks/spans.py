"""From a value of the program back to the words of the spec: the smallest span that shows a fault."""

from __future__ import annotations

from compiler.aws.reference import display
from compiler.aws.statement import Statement
from compiler.diagnostics import Label, Origin, Span, at


def span_of(origin: Origin, *needles: str) -> Span:
    """The span of an origin, narrowed to the first of the texts that stands in it."""
    whole = origin.span
    for needle in needles:
        span = at(origin, display(needle))
        if span != whole:
            return span
    from compiler.frontend.condition_shorthands import shorthand_of_key

    for name in filter(None, map(shorthand_of_key, needles)):  # a condition key may be written as a shorthand
        span = at(origin, name)
        if span != whole:
            return span
    return whole


def span_in(statement: Statement, *needles: str) -> Span | None:
    """Where one of the texts stands in the permissions that made a statement; their first span when none does."""
    for origin in statement.origins:
        span = span_of(origin, *needles)
        if span != origin.span:
            return span
    return statement.origins[0].span if statement.origins else None


def path_of(statement: Statement) -> str:
    """The spec path of the permission that made a statement."""
    return statement.origins[0].path if statement.origins else ""


def also(text: str, *spans: Span | None, unlike: Span | None = None) -> tuple[Label, ...]:
    """Secondary labels for those spans that show something the primary span does not."""
    return tuple(Label(span, text) for span in dict.fromkeys(spans) if span is not None and span != unlike)
