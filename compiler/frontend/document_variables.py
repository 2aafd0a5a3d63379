"""``${…}`` in a policy document: a policy variable of IAM, or a mistake.

Source: IAM User Guide, "IAM policy elements: Variables and tags" (``${key}``, ``${key, 'default'}``, and the escapes
``${*}``, ``${?}`` and ``${$}``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.aws.reference import OPEN
from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.frontend.document_codes import DOCUMENT_VERSION, POLICY_VARIABLE
from compiler.source import Node, Scalar, Sequence

if TYPE_CHECKING:
    from compiler.frontend.document_grammar import DocumentReader

# What template languages leave behind: Jinja, Handlebars, Helm. (CloudFormation fills in `{{resolve:…}}` itself.)
_LEFT_OVER = re.compile(r"\{\{(?!resolve:)[^{}]*\}\}")
_OPENING = re.compile(r"\$\{([^}]*)(\}?)")


def variable_faults(reader: DocumentReader, node: Node, path: str) -> None:
    """Look at every text of a resource or of the values of a condition."""
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            variable_faults(reader, item, f"{path}[{index}]")
        return
    if isinstance(node, Scalar) and "{{" in node.text:
        _left_over(reader, node, path)
    if isinstance(node, Scalar) and "${" in node.text:
        text = reader.text(node.text)
        for match in _OPENING.finditer(text) if OPEN not in text else ():
            _of_variable(reader, node, match, path)


def _left_over(reader: DocumentReader, node: Scalar, path: str) -> None:
    for match in _LEFT_OVER.finditer(node.text):
        span = node.span.find(match.group())
        reader.diagnostics.add(
            Diagnostic(
                POLICY_VARIABLE,
                f"`{match.group()}` belongs to a template and was not filled in",
                span,
                "taken literally",
                notes=("confidence: high",),
                help=("fill the template in before the policy goes to IAM",),
                path=path,
                severity=Severity.WARNING,
            )
        )


def _of_variable(reader: DocumentReader, node: Scalar, match: re.Match[str], path: str) -> None:
    piece, inner = match.group(), match.group(1)
    problem = _problem(inner, closed=bool(match.group(2)))
    written = node.source.text.find(piece, node.start, node.end)
    span = Span(node.source, written, written + len(piece)) if written >= 0 else node.span
    if problem is not None:
        message, help_lines = problem
        reader.diagnostics.add(
            Diagnostic(POLICY_VARIABLE, message.format(piece=piece), span, help=help_lines, path=path)
        )
    elif not reader.variables:
        reader.diagnostics.add(
            Diagnostic(
                DOCUMENT_VERSION,
                f"`{piece}` is no variable in a document of version 2008-10-17",
                span,
                "taken literally",
                help=('write `"Version": "2012-10-17"`',),
                path=path,
                severity=Severity.ERROR,
            )
        )


def _problem(inner: str, *, closed: bool) -> tuple[str, tuple[str, ...]] | None:
    """What is wrong with the inside of a variable, with ``{piece}`` for the whole of it, and what to do."""
    if not closed:
        return "`${{` is never closed", ("close it with `}`",)
    if inner in ("*", "?", "$"):
        return None
    if not inner.strip():
        return "`{piece}` names nothing", ("name a condition key, such as `${aws:PrincipalTag/team}`",)
    if ":" in inner:
        return None  # whether that key can be filled in is for a rule to say
    return "`{piece}` is no policy variable", (
        "a variable is a condition key with a colon, such as `${aws:PrincipalTag/team}`",
        "another tool's variable has to be replaced before IAM sees it",
    )
