"""Layer 0: positions, codes, diagnostics and did-you-mean. Imports nothing else of the project."""

from compiler.diagnostics.model import Code, Diagnostic, Diagnostics, Label, Severity, at
from compiler.diagnostics.span import Origin, SourceText, Span
from compiler.diagnostics.suggest import Suggestion, closest, did_you_mean, one_of

__all__ = [
    "Code",
    "Diagnostic",
    "Diagnostics",
    "Label",
    "Origin",
    "Severity",
    "SourceText",
    "Span",
    "Suggestion",
    "at",
    "closest",
    "did_you_mean",
    "one_of",
]
