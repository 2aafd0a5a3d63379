"""The statements of a policy document as they stand, held against the grammar of the policy language.

Unlike ``statement:`` of a spec, a document is read to the end whatever is wrong with it: each fault is reported at its
place, and what remains sound is judged by the rules.

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from compiler.aws.limits import SID_PATTERN
from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Diagnostic, Diagnostics, Label, Origin, Severity, Span, closest, did_you_mean, one_of
from compiler.diagnostics.repair import AddVersion, Drop
from compiler.diagnostics.value import record
from compiler.frontend.codes import STATEMENT_GRAMMAR
from compiler.frontend.document_codes import DOCUMENT_VERSION, EMPTY_ELEMENT
from compiler.frontend.document_trust import Principals, principals_of, trust_faults
from compiler.frontend.document_variables import variable_faults
from compiler.source import Mapping, Node, Scalar, Sequence

Kind = Literal["identity", "trust"]
_DOCUMENT = ("Version", "Id", "Statement")
_IDENTITY = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_PRINCIPALS = ("Principal", "NotPrincipal")
_TRUST = ("Sid", "Effect", "Principal", "Action", "NotAction", "Condition")
_RESOURCES = ("Resource", "NotResource")
_VERSIONS = ("2012-10-17", "2008-10-17")


@record(slots=True)
class DocumentReader:
    """Reads one document. ``text`` gives what a scalar means; ``strict`` says that texts need quotes, as in JSON;
    ``source`` is what its statements are said to come from.
    """

    kind: Kind
    diagnostics: Diagnostics
    text: Callable[[str], str]
    strict: bool
    source: str = "policy"
    variables: bool = True

    def read(self, document: Mapping, path: str) -> tuple[Statement, ...]:
        """The sound statements of a document; ``path`` leads to it, and is empty for a file of its own."""
        for key, (key_node, _) in document.entries.items():
            if key not in _DOCUMENT:
                self._unknown(key_node, path, _DOCUMENT, "a policy document")
        prefix = f"{path}." if path else ""
        self._version(document, prefix)
        body = document.get("Statement")
        if isinstance(body, Mapping):
            found = [self._statement(body, f"{prefix}Statement")]
        elif isinstance(body, Sequence) and body.items:
            found = [
                self._statement(item, f"{prefix}Statement[{index}]") if isinstance(item, Mapping) else None
                for index, item in enumerate(body.items)
            ]
            for index, item in enumerate(body.items):
                if not isinstance(item, Mapping):
                    self.fault(item.span, f"{prefix}Statement[{index}]", "a statement is an object", '`{"Effect": …}`')
        else:
            message = "the document has no statement"
            if body is None:
                message = "`Statement` is missing"
                near = did_you_mean("Statement", [key for key in document.entries if key not in _DOCUMENT])
                if near:
                    return ()  # said of the mistyped key already
            self.fault(
                body.span if body else self.head(document), f"{prefix}Statement", message, "at least one statement"
            )
            return ()
        statements = tuple(statement for statement in found if statement is not None)
        if self.kind == "trust":
            self._sids(statements)
        return statements

    @staticmethod
    def head(node: Mapping) -> Span:
        """The first key of a mapping: the place where something missing is reported."""
        first = next(iter(node.entries.values()), None)
        return first[0].span if first else node.span

    def fault(
        self, span: Span, path: str, message: str, expected: str = "", help_lines: tuple[str, ...] = (), label: str = ""
    ) -> None:
        """Report what the grammar does not allow."""
        self.diagnostics.add(
            Diagnostic(STATEMENT_GRAMMAR, message, span, label, expected=expected, help=help_lines, path=path)
        )

    def _version(self, document: Mapping, prefix: str) -> None:
        version = document.get("Version")
        used = version.text if isinstance(version, Scalar) and not version.is_null else ""
        if version is not None and used not in _VERSIONS:
            shown = f"version `{used}` does not exist" if used else "`Version` is no text"
            near = (f'write `"{_VERSIONS[0]}"`',) if used else ()
            self.fault(version.span, f"{prefix}Version", shown, one_of(_VERSIONS), near)
            return
        self.variables = used == _VERSIONS[0]
        if version is not None and not self.variables and "${" not in document.span.text:
            self.diagnostics.add(
                Diagnostic(
                    DOCUMENT_VERSION, f"version {used} is an old one, which has no policy variables", version.span,
                    help=(f'write `"{_VERSIONS[0]}"`',), path=f"{prefix}Version", severity=Severity.NOTE,
                )
            )  # fmt: skip
        if version is None and "Statement" in document.entries:
            self.diagnostics.add(
                Diagnostic(
                    DOCUMENT_VERSION, "the document has no `Version`", self.head(document),
                    notes=("IAM takes it for 2008-10-17, which has no policy variables",),
                    help=('add `"Version": "2012-10-17"`',), path=f"{prefix}Version",
                    # With the version a text that happens to look like a variable would become one.
                    repair=None if "${" in document.span.text else AddVersion(document.span, _VERSIONS[0]),
                )
            )  # fmt: skip

    def _statement(self, node: Mapping, path: str) -> Statement | None:
        known = _TRUST if self.kind == "trust" else _IDENTITY
        for key, (key_node, _) in node.entries.items():
            if key not in known:
                self._misplaced(key_node, path, known)
        effect = self._effect(node, path)
        element, actions = self._one_of_two(node, path, "Action", required=True)
        target, resources = self._one_of_two(node, path, "Resource", required=self.kind == "identity")
        conditions = self._conditions(node.get("Condition"), f"{path}.Condition")
        sid = self._sid(node.get("Sid"), f"{path}.Sid")
        principals: Principals = ()
        is_trust = self.kind == "trust"
        if is_trust:
            principals = principals_of(self, node, path)
            if not principals:
                return None
        if effect is None or not actions or not (is_trust or resources):
            return None
        statement = Statement(
            effect,
            actions if element == "Action" else (),
            resources if target == "Resource" else (),
            conditions,
            actions if element == "NotAction" else (),
            resources if target == "NotResource" else (),
            principals,
            sid=sid,
            origins=(Origin(node.span, path),),
            source=self.source,
        )
        if is_trust:
            trust_faults(self, statement, path)
        return statement

    def _misplaced(self, key: Scalar, path: str, known: tuple[str, ...]) -> None:
        if key.text in _PRINCIPALS and self.kind == "identity":
            self.fault(
                key.span, f"{path}.{key.text}", f"an identity policy has no `{key.text}`",
                help_lines=("delete it: whoever has the policy is the principal",),
            )  # fmt: skip
        elif key.text == "NotPrincipal":
            self.fault(
                key.span, f"{path}.{key.text}", "a trust policy has no `NotPrincipal`",
                help_lines=("name who may assume the role under `Principal`",),
            )  # fmt: skip
        elif key.text in _RESOURCES and self.kind == "trust":
            self.fault(
                key.span,
                f"{path}.{key.text}",
                f"a trust policy has no `{key.text}`",
                help_lines=("delete it: the resource is the role itself",),
            )
        else:
            self._unknown(key, path, known, "a statement")

    def _unknown(self, key: Scalar, path: str, known: tuple[str, ...], what: str) -> None:
        message = f"`{key.text}` is not an element of {what}"
        near = did_you_mean(key.text, known)
        self.fault(key.span, f"{path}.{key.text}".lstrip("."), message, one_of(known), near)

    def _effect(self, node: Mapping, path: str) -> str | None:
        effect = node.get("Effect")
        if effect is None:
            if not _nearly(node, ("Effect",)):
                self.fault(self.head(node), path, "the statement has no `Effect`", "`Allow` or `Deny`")
            return None
        text = effect.text if isinstance(effect, Scalar) else ""
        if text in ("Allow", "Deny"):
            return text
        shown = f"effect `{text}` does not exist" if text else "`Effect` is no text"
        near = did_you_mean(text, ("Allow", "Deny"))
        self.fault(effect.span, f"{path}.Effect", shown, "`Allow` or `Deny`, with these capitals", near)
        return None

    def _one_of_two(self, node: Mapping, path: str, element: str, *, required: bool) -> tuple[str, tuple[str, ...]]:
        names = (element, f"Not{element}")
        given = [name for name in names if name in node.entries]
        if not given:
            if required and not _nearly(node, names):
                self.fault(self.head(node), path, f"the statement has no `{element}`", f"`{names[0]}` or `{names[1]}`")
            return "", ()
        if element == "Resource" and not required:
            return "", ()  # said already: a trust policy has none
        if len(given) > 1:
            second = node.key(given[1])
            assert second is not None
            self.fault(
                second.span, f"{path}.{second.text}", f"`{names[0]}` and `{names[1]}` exclude each other",
                f"one of `{names[0]}` and `{names[1]}`",
            )  # fmt: skip
            return "", ()
        name = given[0]
        texts = self.texts(node.entries[name][1], f"{path}.{name}", f"at least one {element.lower()}")
        if element == "Resource":
            variable_faults(self, node.entries[name][1], f"{path}.{name}")
        return name, texts

    def texts(self, node: Node, path: str, expected: str) -> tuple[str, ...]:
        """A text or a list of texts, sorted, each once; nothing when there is none (which is reported)."""
        found: list[str] = []
        broken = False
        for place, item in entries(node, path):
            if isinstance(item, Scalar) and not item.is_null and not (self.strict and item.plain):
                if item.text.strip():
                    found.append(self.text(item.text))
                    continue
                self.fault(item.span, place, "an empty text stands for nothing", expected)
            else:
                self.fault(item.span, place, f"this is {_kind_in_words(item)}, not a text", "a text in quotes")
            broken = True
        if not found and not broken:
            name = path.rpartition(".")[2]
            self.fault(node.span, path, f"`{name}` is empty, so the statement is about nothing", expected)
        return tuple(sorted(set(found)))

    def _conditions(self, node: Node | None, path: str) -> tuple[Condition, ...]:
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            self.fault(
                node.span, path, f"`Condition` is {_kind_in_words(node)}", '`{"StringEquals": {"key": "value"}}`'
            )
            return ()
        if not node.entries:
            self._empty(node, path, "`Condition` says nothing", Severity.WARNING)
        found: list[Condition] = []
        for operator, (_, keys) in node.entries.items():
            where = f"{path}.{operator}"
            if not isinstance(keys, Mapping):
                self.fault(keys.span, where, f"`{operator}` needs condition keys with values", '`{"key": "value"}`')
                continue
            if not keys.entries:
                self._empty(keys, where, f"`{operator}` says nothing", Severity.WARNING)
            for key, (_, values) in keys.entries.items():
                texts = self._values(values, f"{where}.{key}")
                if texts is not None:
                    found.append(Condition(operator, self.text(key), texts))
        return tuple(sorted(found))

    def _values(self, node: Node, path: str) -> tuple[str, ...] | None:
        """The values of a condition key: texts, numbers and Booleans; a rule says what an empty list means."""
        found: list[str] = []
        for place, item in entries(node, path):
            if isinstance(item, Scalar) and not item.is_null:
                found.append(self.text(item.text))
            else:
                self.fault(item.span, place, f"a value cannot be {_kind_in_words(item)}", "a text")
                return None
        variable_faults(self, node, path)
        return tuple(sorted(set(found)))

    def _empty(self, node: Node, path: str, message: str, severity: Severity | None = None) -> None:
        help_lines = ("say what the statement is limited to, or leave it out",) if severity else ("leave it out",)
        repair = Drop(node.span)
        self.diagnostics.add(
            Diagnostic(EMPTY_ELEMENT, message, node.span, help=help_lines, path=path, severity=severity, repair=repair)
        )

    def _sid(self, node: Node | None, path: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, Scalar) or node.is_null or (self.strict and node.plain):
            self.fault(node.span, path, "`Sid` is no text", "letters and digits, or no `Sid`")
            return ""
        if not node.text:
            self._empty(node, path, "`Sid` is empty")
        return self.text(node.text)

    def _sids(self, statements: tuple[Statement, ...]) -> None:
        """The Sids of a trust policy; those of identity policies have a rule of their own."""
        first: dict[str, Span] = {}
        for statement in statements:
            origin = statement.origins[0]
            span = origin.span.find(statement.sid)
            if not SID_PATTERN.fullmatch(statement.sid):
                message = f"Sid `{statement.sid}` has characters that IAM refuses"
                self.fault(span, f"{origin.path}.Sid", message, "letters A to Z and a to z, and digits")
            elif statement.sid and first.setdefault(statement.sid, span) is not span:
                self.diagnostics.add(
                    Diagnostic(
                        STATEMENT_GRAMMAR, f"Sid `{statement.sid}` is used twice in one policy", span, "used again",
                        (Label(first[statement.sid], "first used here"),), path=f"{origin.path}.Sid",
                    )
                )  # fmt: skip


def entries(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """The items of a list with their paths, or the one thing that stands in its place."""
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield f"{path}[{index}]", item
    else:
        yield path, node


def _nearly(node: Mapping, names: tuple[str, ...]) -> bool:
    """Whether a key that does not exist was meant as one of these; that has been said then."""
    elements = (*_IDENTITY, *_PRINCIPALS)
    return any(closest(key, elements) in names for key in node.entries if key not in elements)


def _kind_in_words(node: Node) -> str:
    if isinstance(node, Mapping):
        return "an object"
    if isinstance(node, Sequence):
        return "a list"
    if node.is_null:
        return "nothing"
    return (
        "a Boolean" if node.plain and node.text.lower() in ("true", "false") else "a number" if node.plain else "a text"
    )
