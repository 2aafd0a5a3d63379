"""``# stackgrant: ignore[SG612] why``: findings that somebody has looked at and accepted, with the reason.

At the end of a line the comment speaks of that line; on a line of its own it speaks of the next one. Only judgements
can be accepted: a text that cannot be read or a grant that cannot be compiled has no output that anybody could accept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import field
from typing import Literal

from compiler.diagnostics import Code, Diagnostic, Severity, SourceText, Span
from compiler.diagnostics.value import record
from compiler.frontend.codes import CODES as FRONTEND_CODES
from compiler.source import Mapping, Node, Scalar
from compiler.source import Sequence as NodeSequence

_SPEC = """\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, access: read}
        expires: %s
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""
UNUSED_SUPPRESSION = Code(
    "SG703",
    "unused-suppression",
    Severity.WARNING,
    "Reports `# stackgrant: ignore[…]` where nothing is found that it could accept.",
    "The mistake is gone or the comment stands at another line; left there, it would hide the next one.",
    _SPEC % "2099-01-31  # stackgrant: ignore[SG702] the trial has ended  # warning: SG703",
    _SPEC % "2099-01-31",
)
SUPPRESSION_WITHOUT_REASON = Code(
    "SG704",
    "suppression-without-reason",
    Severity.WARNING,
    "Reports `# stackgrant: ignore[…]` that does not say why, or does not say what.",
    "Whoever reads it later has to know whether it still holds. Without a reason it has no effect.",
    _SPEC % "2020-01-31  # stackgrant: ignore[SG702] # warning: SG704 # warning: SG702",
    _SPEC % "2020-01-31  # stackgrant: ignore[SG702] kept until the audit has read it",
)
CODES = (UNUSED_SUPPRESSION, SUPPRESSION_WITHOUT_REASON)

_MARK = "stackgrant:"
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[ \t]*stackgrant:[ \t]*ignore\b(?:[ \t]*\[([^\]\n]*)\])?([^\n]*)", re.MULTILINE)
_BLANK = re.compile(r"[ \t]*(?:#.*)?")
# Findings of the frontend in the blocks below are about grants that were left out of the program.
_JUDGEMENTS = ("SG5", "SG6", "SG7")
_LOST = frozenset(code.id for code in FRONTEND_CODES if code.id.startswith("SG5"))
# Guardrails belong to somebody else than the spec does.
_GUARDRAILS = ("SG63", "SG64")


@record(slots=True, eq=False)
class Suppression:
    """One comment: the codes that it names (ids or names), why, where it stands and the line that it speaks of."""

    codes: tuple[str, ...]
    reason: str
    span: Span
    line: int
    used: set[str] = field(default_factory=set)


@record(frozen=True, slots=True)
class Accepted:
    """A finding that is not shown, and why."""

    diagnostic: Diagnostic
    reason: str
    place: Literal["inSource", "external"] = "inSource"
    """Where that is said: beside the finding, or in a file of its own."""


def is_of_guardrail(code: Code) -> bool:
    """Whether a code is what guardrails report."""
    return code.id.startswith(_GUARDRAILS)


def can_be_accepted(code: Code) -> bool:
    """Whether findings of a code can be suppressed: not when they are why there is no output."""
    is_judgement = code.id.startswith(_JUDGEMENTS) and not is_of_guardrail(code)
    return is_judgement and code.id not in _LOST and code not in CODES


def accept(
    found: Iterable[Diagnostic], sources: Iterable[SourceText], roots: Collection[Node], *, documents: bool = False
) -> tuple[list[Diagnostic], list[Accepted]]:
    """The findings that remain, those about the comments themselves among them, and those that are accepted.

    Args:
        found: all findings.
        sources: the texts in which comments count.
        roots: the nodes of these texts: a ``#`` inside of a scalar is no comment.
        documents: whether the texts are policy documents, of which nothing is compiled and any finding can be accepted
            that is not about reading them.
    """
    rest = list(found)
    comments = [item for source in sources if _MARK in source.text for item in _comments(source, roots)]
    if not comments:
        return rest, []
    by_line: dict[tuple[int, int], list[Suppression]] = {}
    for comment in comments:
        by_line.setdefault((id(comment.span.source), comment.line), []).append(comment)
    kept: list[Diagnostic] = []
    accepted: list[Accepted] = []
    for item in rest:
        at = item.span.source.position(item.span.start)[0] if item.span else 0
        here = by_line.get((id(item.span.source), at), ()) if item.span else ()
        named = next((one for one in here if one.reason and _names(one, item.code)), None)
        if named is None or not (can_be_accepted(item.code) or (documents and item.code.id[2] in "4567")):
            kept.append(item)
            continue
        named.used.update({item.code.id, item.code.name})
        accepted.append(Accepted(item, named.reason))
    whole = has_all_said(kept)
    for comment in comments:
        kept += _about(comment, kept, whole=whole)
    return kept, accepted


def has_all_said(kept: Iterable[Diagnostic]) -> bool:
    """Whether all rules have had their say: not after an error of an earlier stage."""
    return not any(item.level is Severity.ERROR and item.code.id < "SG400" for item in kept)


def _names(comment: Suppression, code: Code) -> bool:
    return code.id in comment.codes or code.name in comment.codes


def _about(comment: Suppression, kept: list[Diagnostic], *, whole: bool) -> Iterator[Diagnostic]:
    if not comment.codes or not comment.reason:
        what = "why" if comment.codes else "what it accepts"
        code = comment.codes[0] if comment.codes else "SG612"
        yield Diagnostic(
            SUPPRESSION_WITHOUT_REASON,
            f"the comment does not say {what}, so it has no effect",
            comment.span,
            help=(f"write `# stackgrant: ignore[{code}] the reason`",),
        )
        return
    unused = [code for code in comment.codes if code not in comment.used]
    if not unused or not whole:
        return
    source = comment.span.source
    here = [
        item.code
        for item in kept
        if item.span and item.span.source is source and source.position(item.span.start)[0] == comment.line
    ]
    firm = [code.id for code in here if code.id in unused or code.name in unused]
    others = sorted({code.id for code in here} - {code.id for code in CODES})
    if firm:
        message = f"{firm[0]} cannot be accepted"
        help_lines: tuple[str, ...] = ("correct what it says, and delete the comment",)
    else:
        message = f"nothing on line {comment.line} gives {' or '.join(unused)}"
        help_lines = ("delete the comment, or move it to the line of the finding",)
        if others:
            help_lines = (f"what is found there is {' and '.join(others)}", *help_lines)
    yield Diagnostic(UNUSED_SUPPRESSION, message, comment.span, help=help_lines)


def _comments(source: SourceText, roots: Collection[Node]) -> Iterator[Suppression]:
    mine = [root for root in roots if root.source is source]
    for match in _COMMENT.finditer(source.text):
        start = match.start()
        if any(_in_scalar(root, start) for root in mine):
            continue
        names, rest = match.group(1), match.group(2)
        codes = tuple(filter(None, (name.strip() for name in (names or "").split(","))))
        reason = re.split(r"(?:^|\s)#", rest, maxsplit=1)[0].strip().lstrip("-:– ").strip()
        end = match.end() - len(rest) + len(rest.split(" #")[0].rstrip())
        line, column = source.position(start)
        if not source.line(line)[: column - 1].strip():
            line = _next_line(source, line)
        yield Suppression(tuple(_as_id(code) for code in codes), reason, Span(source, start, end), line)


def _as_id(code: str) -> str:
    return code.upper() if code[:2].lower() == "sg" and code[2:].isdigit() else code


def _next_line(source: SourceText, line: int) -> int:
    """The next line that says something: several comments may stand above it."""
    last = len(source.line_starts)
    while line < last and _BLANK.fullmatch(source.line(line)):
        line += 1
    return line


def _in_scalar(node: Node, at: int) -> bool:
    if isinstance(node, Scalar):
        return node.start <= at < node.end
    if not node.start <= at < node.end:
        return False
    children: Iterable[Node]
    if isinstance(node, NodeSequence):
        children = node.items
    else:
        assert isinstance(node, Mapping)
        children = (part for entry in node.entries.values() for part in entry)
    return any(_in_scalar(child, at) for child in children)
