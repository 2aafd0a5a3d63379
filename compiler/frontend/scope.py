"""Where a text is evaluated: the names it may use, and the one way from a scalar to its text.

A scope belongs to one stack and, inside it, possibly to a layer and an app. Everything that is wrong with a text is
reported here, once, at the piece of the scalar that is wrong; the caller gets None and goes on without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.aws.reference import has_reference
from compiler.catalog.context import Context
from compiler.catalog.recipes import Recipes
from compiler.diagnostics import Code, Diagnostic, Diagnostics, Span, did_you_mean, one_of
from compiler.diagnostics.value import value
from compiler.frontend.codes import (
    FOREIGN_INTERPOLATION,
    INVALID_VALUE,
    REFERENCE_NOT_ALLOWED,
    TEMPLATE_RESULT,
    TEMPLATE_SYNTAX,
    UNDEFINED_NAME,
)
from compiler.frontend.notation import NotationProblem, parse_notation
from compiler.frontend.templates import TemplateProblem, evaluate, has_template
from compiler.ir.spec import Spec
from compiler.source import Mapping as MappingNode
from compiler.source import Node, Scalar
from compiler.source.characters import forbidden_escape
from compiler.source.nodes import scalar_value
from compiler.source.tree import DISK, FileTree

_TEMPLATE_CODES: dict[str, Code] = {
    "undefined": UNDEFINED_NAME,
    "syntax": TEMPLATE_SYNTAX,
    "result": TEMPLATE_RESULT,
}


@value(frozen=True, slots=True)
class Scope:
    """What a text may speak of. ``names`` is the context of ``{{ … }}``; ``place`` builds ARNs; ``files`` are read.

    ``recipes`` are those of ``place``.
    """

    spec: Spec
    diagnostics: Diagnostics
    names: Mapping[str, Any]
    place: Context
    files: FileTree = DISK
    recipes: Recipes | None = None

    def inside(self, **names: Mapping[str, Any] | str) -> Scope:
        """The scope with further names, such as ``layer`` or ``app``."""
        return Scope(self.spec, self.diagnostics, {**self.names, **names}, self.place, self.files, self.recipes)

    def text(self, scalar: Scalar, path: str, *, references: bool = False) -> str | None:
        """The text that a scalar stands for, or None when it has none (which is reported).

        Args:
            scalar: the scalar as written.
            path: the spec path, for the report.
            references: whether a Terraform reference may stand here (it comes out marked).
        """
        text = scalar.text
        if "{" not in text:
            return text
        if has_template(text):
            value = evaluate(text, self.names)
            if isinstance(value, TemplateProblem):
                self._report_template(value, scalar, path)
                return None
            text = value
            if self._report_characters(text, scalar, path):
                return None
        parsed = parse_notation(text)
        if isinstance(parsed, NotationProblem):
            self._report_notation(parsed, scalar, path)
            return None
        if not references and has_reference(parsed):
            self._report_reference(scalar, path)
            return None
        return parsed

    def flag(self, scalar: Scalar, path: str) -> bool | None:
        """The yes or no that a scalar stands for, or None when it is neither (which is reported)."""
        text = self.text(scalar, path)
        if text is None or text.lower() in ("true", "false"):
            return None if text is None else text.lower() == "true"
        self.diagnostics.add(
            Diagnostic(INVALID_VALUE, f"`{text}` is no flag", scalar.span, expected="`true` or `false`", path=path)
        )
        return None

    def _report_template(self, problem: TemplateProblem, scalar: Scalar, path: str) -> None:
        help_lines = problem.help or did_you_mean(problem.name, problem.known)
        expected = one_of(problem.known, problem.name) if problem.kind == "undefined" and problem.known else ""
        label = {"undefined": "not defined", "syntax": "not evaluated", "result": "no text comes out"}[problem.kind]
        self.diagnostics.add(
            Diagnostic(
                _TEMPLATE_CODES[problem.kind],
                problem.message,
                narrow(scalar, problem.name or problem.piece, problem.piece),
                label,
                expected=expected,
                help=help_lines,
                path=path,
            )
        )

    def _report_characters(self, text: str, scalar: Scalar, path: str) -> bool:
        """Report a character that no spec contains, as an expression or the command line can bring one in.

        Account and partition of a module are references; other marks than theirs are such characters.
        """
        for known in (self.place.account, self.place.partition):
            text = text.replace(known, "") if has_reference(known) else text
        found = forbidden_escape(text, scalar.span)
        if found is not None:
            self.diagnostics.add(replace(found, label="comes out of an expression", path=path))
        return found is not None

    def _report_notation(self, problem: NotationProblem, scalar: Scalar, path: str) -> None:
        self.diagnostics.add(
            Diagnostic(
                FOREIGN_INTERPOLATION,
                problem.message,
                narrow(scalar, problem.piece),
                problem.label,
                help=problem.help,
                path=path,
            )
        )

    def _report_reference(self, scalar: Scalar, path: str) -> None:
        self.diagnostics.add(
            Diagnostic(
                REFERENCE_NOT_ALLOWED,
                f"a Terraform reference cannot stand in `{path.rpartition('.')[2]}`",
                scalar.span,
                "has to be known when compiling",
                notes=("references go into resources, condition values, tags, boundaries and managed policies",),
                help=("write the text itself, or `{{ values.x }}`",),
                path=path,
            )
        )


def narrow(scalar: Scalar, *pieces: str) -> Span:
    """The span of the first of the pieces that stands literally in the scalar's source, otherwise the scalar's."""
    raw = scalar.source.text[scalar.start : scalar.end]
    for piece in pieces:
        offset = raw.find(piece) if piece else -1
        if offset >= 0:
            return Span(scalar.source, scalar.start + offset, scalar.start + offset + len(piece))
    return scalar.span


def plain_values(node: Node | None) -> Any:
    """A ``values`` node as plain data for ``{{ values.x }}``: numbers keep the text that was written."""
    if isinstance(node, Scalar):
        value = scalar_value(node)
        return value if value is None or isinstance(value, bool) else node.text
    if isinstance(node, MappingNode):
        return {key: plain_values(entry[1]) for key, entry in node.entries.items()}
    return [plain_values(item) for item in node.items] if node is not None else {}


def merge_values(base: Any, override: Any) -> Any:
    """Values with others on top: mappings are merged key by key, anything else is replaced.

    >>> merge_values({"a": {"b": "1", "c": "2"}}, {"a": {"c": "3"}})
    {'a': {'b': '1', 'c': '3'}}
    """
    if isinstance(base, Mapping) and isinstance(override, Mapping):
        merged = {key: merge_values(base[key], override[key]) if key in override else base[key] for key in base}
        return merged | {key: override[key] for key in override if key not in base}
    return override
