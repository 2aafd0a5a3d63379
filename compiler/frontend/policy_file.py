"""``policy: file.json``: a policy document from a file that lies in the folder of the spec."""

from __future__ import annotations

from pathlib import Path

from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Span
from compiler.frontend.codes import POLICY_FILE
from compiler.frontend.raw_statements import raw_document
from compiler.frontend.scope import Scope
from compiler.source import Mapping, Scalar
from compiler.source.files import read_text
from compiler.source.yaml_reader import read_documents

MAX_BYTES = 1_000_000


def policy_statements(scope: Scope, body: Scalar, path: str) -> tuple[Statement, ...]:
    """The statements of the document that ``body`` names; findings inside it point into the file."""
    name = scope.text(body, path)
    if name is None:
        return ()
    folder = Path(body.source.name).parent
    file = folder / name
    scope.diagnostics.looked_at.add(str(file))
    try:
        inside = file.resolve().is_relative_to(folder.resolve())
        usable = inside and file.is_file() and file.stat().st_size <= MAX_BYTES
    except (OSError, ValueError, RuntimeError):
        inside, usable = True, False
    if not inside:
        _fault(scope, body.span, path, f"`{name}` lies outside of the spec's folder", "the folder of the spec or below")
        return ()
    if not usable:
        _fault(scope, body.span, path, f"no policy document can be read from `{name}`", f"a JSON file in `{folder}`")
        return ()
    source = read_text(file, str(file), scope.diagnostics)
    if source is None:
        return ()
    reported = len(scope.diagnostics.items)
    # JSON is a subset of YAML, so one reader gives both their positions; unlike a JSON parser it finds duplicate keys.
    documents = read_documents(source, scope.diagnostics)
    if len(scope.diagnostics.items) > reported:
        return ()
    if len(documents) != 1 or not isinstance(documents[0], Mapping):
        _fault(
            scope, Span(source, 0, min(1, len(source.text))), path, f"`{name}` is no policy document", "a JSON object"
        )
        return ()
    return raw_document(scope, documents[0], path)


def _fault(scope: Scope, span: Span, path: str, message: str, expected: str) -> None:
    scope.diagnostics.add(Diagnostic(POLICY_FILE, message, span, expected=expected, path=path))
