"""YAML's syntax errors in plain words: what is wrong at which characters, and what to type instead.

libyaml and PyYAML's own parser word the same error differently but agree on where it is, so the words here are found
from the kind of the error and from the text around it.
"""

from __future__ import annotations

from yaml.error import MarkedYAMLError, YAMLError

from compiler.diagnostics import Diagnostic, SourceText, Span
from compiler.source import syntax_lines as lines
from compiler.source import syntax_values as values
from compiler.source.codes import SYNTAX
from compiler.source.syntax_place import Place

# The first that knows the error explains it; a wrong character is looked for before its consequences.
_EXPLANATIONS = (
    values.tab,
    lines.other_space,
    values.unclosed_quote,
    values.escape,
    values.unquoted_template,
    values.glued_colon,
    values.directive,
    values.closed_later,
    values.indicator,
    values.bracket,
    lines.no_colon,
    lines.colon,
    lines.dash,
    lines.after_value,
    lines.indentation,
    values.missing_value,
    values.block_text,
)


def explain_syntax(error: YAMLError, source: SourceText) -> Diagnostic:
    """What a parser's error means for the person who wrote the text."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Diagnostic(SYNTAX, f"the text is not YAML: {error}", Span(source, 0, min(1, len(source.text))))
    context = error.context_mark.index if error.context_mark else None
    place = Place(source, error.problem_mark.index, error.problem or "", error.context or "", context)
    for explain in _EXPLANATIONS:
        found = explain(place)
        if found is not None:
            return found
    return Diagnostic(SYNTAX, _plain_words(place), place.span(place.at), "reading stops here")


def _plain_words(place: Place) -> str:
    problem = place.problem.replace("did not find expected", "missing").replace("token", "text")
    return f"the text is not YAML: {problem}" + (f" {place.context}" if place.context else "")
