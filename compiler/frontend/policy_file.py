"""``policy: file.json``: a policy document from a file that lies in the folder of the spec."""

from __future__ import annotations

from pathlib import Path

from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Diagnostics, Span
from compiler.frontend.codes import POLICY_FILE
from compiler.frontend.raw_statements import raw_document
from compiler.frontend.scope import Scope
from compiler.source import Mapping, Scalar
from compiler.source.files import read_text
from compiler.source.tree import DISK, FileTree
from compiler.source.yaml_reader import read_documents

MAX_BYTES = 1_000_000


def policy_statements(scope: Scope, body: Scalar, path: str) -> tuple[Statement, ...]:
    """The statements of the document that ``body`` names; findings inside it point into the file."""
    name = scope.text(body, path)
    if name is None:
        return ()
    folder = Path(body.source.name).parent
    file = folder / name
    scope.diagnostics.inputs.append((str(folder), name, ""))
    inside, size = _look(scope.files, folder, file)
    if not inside:
        _fault(scope, body.span, path, f"`{name}` lies outside of the spec's folder", "the folder of the spec or below")
        return ()
    if size is None or size > MAX_BYTES:
        _fault(scope, body.span, path, f"no policy document can be read from `{name}`", f"a JSON file in `{folder}`")
        return ()
    source = read_text(file, str(file), scope.diagnostics, scope.files)
    if source is None:
        return ()
    scope.diagnostics.inputs[-1] = (str(folder), name, _digest(source.text))
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


def digest_of(folder: str, name: str) -> str:
    """The digest of a policy document as it stands now, nothing where none could be read.

    It is what ``Diagnostics.inputs`` says of a document that was read and has not changed since.
    """
    file = Path(folder, name)
    inside, size = _look(DISK, Path(folder), file)
    source = read_text(file, name, Diagnostics()) if inside and size is not None and size <= MAX_BYTES else None
    return _digest(source.text) if source else ""


def _look(files: FileTree, folder: Path, file: Path) -> tuple[bool, int | None]:
    """Whether a file lies in the folder, and how large it is (None: it cannot be read)."""
    try:
        inside = Path(files.real(file)).is_relative_to(files.real(folder))
        return inside, files.size(file) if inside else None
    except (OSError, ValueError, RuntimeError):
        return True, None


def _digest(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def _fault(scope: Scope, span: Span, path: str, message: str, expected: str) -> None:
    scope.diagnostics.add(Diagnostic(POLICY_FILE, message, span, expected=expected, path=path))
