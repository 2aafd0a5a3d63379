"""Policy documents that nobody compiled, as a program: so every rule judges them as it judges a spec.

An identity document becomes a policy of a stack without account and region, a trust document a role with nothing but
its trust. Documents of one group (the resources of one plan of Terraform) share a stack, so that a role and its
policies are seen together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import Literal

from compiler.aws.limits import (
    INLINE_POLICIES_LENGTH,
    MANAGED_POLICY_LENGTH,
    MAX_TRUST_POLICY_LENGTH,
    TRUST_POLICY_LENGTH,
)
from compiler.aws.partitions import PARTITIONS
from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Diagnostics, Origin, Severity, Span
from compiler.diagnostics.value import record
from compiler.frontend.document_codes import DOCUMENT_TOO_LARGE, NOT_JUDGED
from compiler.frontend.document_grammar import DocumentReader, Kind, entries
from compiler.ir.program import ManagedPolicy, Policy, Program, Role, StackProgram
from compiler.source import Mapping, Node, Scalar
from compiler.source import Sequence as NodeSequence

Use = Literal["", "managed", "inline", "trust"]


def _as_written(text: str) -> str:
    return text


@record(frozen=True, slots=True)
class Document:
    """One policy document as it was read.

    ``path`` leads to it inside its text (empty for a file of its own); ``kind`` is what it is, where that is known;
    ``use`` what it is made into, where that is; ``text`` gives what a scalar means; ``strict`` says that it is JSON;
    ``label`` is the address of its resource; ``compiled`` says that its style is not its author's.
    """

    node: Mapping
    path: str = ""
    kind: Kind | None = None
    use: Use = ""
    strict: bool = False
    text: Callable[[str], str] = _as_written
    label: str = ""
    compiled: bool = False


@record(slots=True)
class Group:
    """Documents that belong together. ``carried`` says which policies (by label) a role has; ``foreign`` which roles
    have policies that are not known here.
    """

    documents: list[Document]
    carried: dict[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()


def build_documents(groups: Iterable[Group], diagnostics: Diagnostics) -> tuple[Program, int]:
    """The program of all documents, and how many were judged."""
    stacks: list[StackProgram] = []
    judged = 0
    for number, group in enumerate(groups):
        policies: list[Policy] = []
        roles: list[Role] = []
        signals: set[str] = set()
        for index, document in enumerate(group.documents):
            kind = document.kind or _kind_of(document)
            if kind == "resource":
                diagnostics.add(_not_judged(document))
                continue
            judged += 1
            if not _measure(document, kind, diagnostics):
                continue
            reader = DocumentReader(
                kind, diagnostics, document.text, document.strict, "compiled" if document.compiled else "policy"
            )
            statements = reader.read(document.node, document.path)
            signals |= _partitions(statements)
            label = document.label or f"document-{number}-{index}"
            origin = Origin(document.node.span, document.path)
            if kind == "trust":
                carried = tuple(sorted(group.carried.get(label, ())))
                roles.append(_role(label, statements, carried, origin, foreign=label in group.foreign))
            else:
                policies.append(Policy(label, label, "/", "", statements, (), origin, label, "app"))
        if policies or roles:
            partition = signals.pop() if len(signals) == 1 else "*" if signals else "aws"
            first = group.documents[0].node
            stacks.append(
                StackProgram(
                    f"{number}", "", "", partition, Origin(Span(first.source, first.start, first.start + 1), ""),
                    tuple(policies), tuple(roles),
                )
            )  # fmt: skip
    return Program(tuple(stacks), ""), judged


def _role(
    label: str, trust: tuple[Statement, ...], policies: tuple[str, ...], origin: Origin, *, foreign: bool
) -> Role:
    elsewhere = (ManagedPolicy("elsewhere", "", origin),) if foreign else ()
    return Role(label, label, "/", "", "", None, (), trust, policies, elsewhere, None, origin, label)


def _kind_of(document: Document) -> Kind | Literal["resource"]:
    """A document with principals is a trust policy, unless it says of which resources it speaks.

    One stray principal among statements without is a mistake in an identity policy.
    """
    body = document.node.get("Statement")
    statements = [item for _, item in entries(body, "") if isinstance(item, Mapping)] if body else []
    named = [item for item in statements if "Principal" in item.entries or "NotPrincipal" in item.entries]
    if not named or 2 * len(named) < len(statements):
        return "identity"
    about = any("Resource" in item.entries or "NotResource" in item.entries for item in named)
    return "resource" if about and not all(map(_is_about_roles, named)) else "trust"


def _is_about_roles(statement: Mapping) -> bool:
    body = statement.get("Action")
    texts = [item.text for _, item in entries(body, "") if isinstance(item, Scalar)] if body else []
    return bool(texts) and all(text.lower().startswith("sts:") for text in texts)


def _not_judged(document: Document) -> Diagnostic:
    node = document.node
    body = node.get("Statement")
    statements = (item for _, item in entries(body, "") if isinstance(item, Mapping)) if body else ()
    keys = (item.key("Principal") or item.key("NotPrincipal") for item in statements)
    place = next(filter(None, keys), None)
    return Diagnostic(
        NOT_JUDGED,
        "this is the policy of a resource, which is not judged",
        place.span if place else Span(node.source, node.start, node.start + 1),
        "principals and resources in one statement",
        help=("`--type identity` or `--type trust` has it judged as one of those",),
        path=document.path,
    )


_ARN = re.compile(r"arn:([a-z-]+):")


def _partitions(statements: Iterable[Statement]) -> set[str]:
    """The partitions that the ARNs and principals of statements speak of."""
    found: set[str] = set()
    for statement in statements:
        for text in _texts(statement):
            if text.startswith("arn:"):
                match = _ARN.match(text)
                if match and match.group(1) in PARTITIONS:
                    found.add(match.group(1))
            elif text.endswith(".amazonaws.com.cn"):
                found.add("aws-cn")
    return found


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.resources
    yield from statement.not_resources
    for condition in statement.conditions:
        yield from condition.values
    for _, values in statement.principals:
        yield from values


_NO_POLICY = 10 * INLINE_POLICIES_LENGTH
"""Characters beyond which a text is no policy that somebody wrote: comparing its statements would take minutes."""


def _measure(document: Document, kind: Kind, diagnostics: Diagnostics) -> bool:
    """Report what IAM does not take for its size, and say whether it is worth judging.

    JSON is counted as written, since that is what is sent.
    """
    node = document.node
    text = node.source.text[node.start : node.end]
    limits = {
        "managed": (MANAGED_POLICY_LENGTH, MANAGED_POLICY_LENGTH),
        "inline": (INLINE_POLICIES_LENGTH, INLINE_POLICIES_LENGTH),
        "trust": (TRUST_POLICY_LENGTH, MAX_TRUST_POLICY_LENGTH),
    }.get(kind if kind == "trust" else document.use, (MANAGED_POLICY_LENGTH, INLINE_POLICIES_LENGTH))
    if len(text) <= limits[0] and (document.strict or "&" not in text):  # an alias stands for more than it takes
        return True
    size = len("".join(text.split())) if document.strict else _size(node)
    if size <= limits[0]:
        return True
    surely = size > limits[1]
    what = {"trust": "trust policy", "inline": "inline policy"}.get(kind if kind == "trust" else document.use, "policy")
    note = {
        "trust": f"AWS raises the quota of an account to {MAX_TRUST_POLICY_LENGTH:,} at most",
        "": f"the inline policies of a role may have {INLINE_POLICIES_LENGTH:,} together",
    }.get("trust" if kind == "trust" else document.use, "")
    diagnostics.add(
        Diagnostic(
            DOCUMENT_TOO_LARGE,
            f"the document has {size:,} characters; a{'n' if what[0] == 'i' else ''} "
            f"{'managed ' if what == 'policy' else ''}{what} may have {limits[0]:,}",
            DocumentReader.head(node),
            notes=(note,) if note and not surely else ("its statements were not judged",) if size > _NO_POLICY else (),
            help=("divide it among several policies, or say it with fewer statements",) if kind != "trust" else (),
            path=document.path,
            severity=Severity.ERROR if surely else None,
        )
    )
    return size <= _NO_POLICY


def _size(node: Node) -> int:
    """Characters of a node as JSON without white space."""
    if isinstance(node, Scalar):
        return len("".join(node.text.split())) + 2
    if isinstance(node, NodeSequence):
        return sum(_size(item) + 1 for item in node.items) + 1
    return sum(_size(key) + _size(value) + 2 for key, value in node.entries.values()) + 1


# What the rules say to people who write a spec, in words for those who have a document.
_IN_WORDS = {
    "SG508": (("who may assume a role is said under `trust:`", "who may assume a role is said in its trust policy"),),
    "SG509": (("add `- pass_role:", "allow `iam:PassRole` on the ARN of the role that is passed"),),
}


def in_words_of_documents(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings whose advice would name keys of a spec, worded for a document."""
    for item in found:
        for start, words in _IN_WORDS.get(item.code.id, ()):
            lines = tuple(words if line.startswith(start) else line for line in item.help)
            item = replace(item, help=lines, expected=item.expected.replace(start, words))
        yield item


def with_exact_paths(found: Sequence[Diagnostic], groups: Iterable[Group]) -> Iterator[Diagnostic]:
    """Findings with the path of the element that they stand at, ``Statement[0].Action[1]``."""
    roots: dict[int, list[Document]] = {}
    for group in groups if found else ():
        for document in group.documents:
            roots.setdefault(id(document.node.source), []).append(document)
    for item in found:
        span = item.span
        for document in roots.get(id(span.source), ()) if span else ():
            node = document.node
            if span and node.start <= span.start < node.end:
                span = _in_escapes(document, item, span)
                item = replace(item, span=span, path=_path_at(node, span, document.path))
                break
        yield item


def _in_escapes(document: Document, item: Diagnostic, span: Span) -> Span:
    """The place of a text that the rules could not find since it is written with escapes (``img\\/*``)."""
    if "\\" not in span.text or span.text[:1] != "{":
        return span
    said = "\n".join((item.message, *item.notes))
    for scalar in _scalars(document.node):
        inside = span.start <= scalar.start and scalar.end <= span.end
        if inside and "\\" in scalar.span.text and f"`{scalar.text}`" in said:
            return scalar.span
    return span


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, NodeSequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for _, value in node.entries.values():
            yield from _scalars(value)


def _path_at(node: Node, span: Span, path: str) -> str:
    """The path of the smallest element that holds a span."""
    if isinstance(node, Mapping):
        for name, (key, value) in node.entries.items():
            if (key.start <= span.start and span.end <= key.end) or (
                value.start <= span.start and span.end <= value.end
            ):
                return _path_at(value, span, f"{path}.{name}" if path else name)
    elif isinstance(node, NodeSequence):
        for index, item in enumerate(node.items):
            if item.start <= span.start and span.end <= item.end:
                return _path_at(item, span, f"{path}[{index}]")
    return path
