"""``statement:`` and ``policy:``: raw IAM, pasted as it stands, held against the grammar of the policy language.

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, Origin, Span, did_you_mean, one_of
from compiler.frontend.codes import STATEMENT_GRAMMAR
from compiler.frontend.conditions import condition_block, texts_of
from compiler.frontend.scope import Scope
from compiler.source import Mapping, Node, Scalar, Sequence

_ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_DOCUMENT = ("Version", "Id", "Statement")


def raw_statements(scope: Scope, node: Node, path: str, source: str) -> tuple[Statement, ...]:
    """One raw statement, or a list of them."""
    if isinstance(node, Sequence):
        result: list[Statement] = []
        if not node.items:
            _fault(scope, node.span, path, "a list of statements without a statement grants nothing", "a statement")
        for index, item in enumerate(node.items):
            result += raw_statements(scope, item, f"{path}[{index}]", source)
        return tuple(result)
    if not isinstance(node, Mapping):
        _fault(scope, node.span, path, "a statement is a mapping", "Effect, Action and Resource")
        return ()
    statement = _statement(scope, node, path, source)
    return () if statement is None else (statement,)


def raw_document(scope: Scope, node: Mapping, path: str) -> tuple[Statement, ...]:
    """A whole policy document: its version is checked and its statements are taken over."""
    for key, (key_node, _) in node.entries.items():
        if key not in _DOCUMENT:
            _unknown_element(scope, key_node, path, _DOCUMENT, "a policy document")
    version = node.get("Version")
    if not isinstance(version, Scalar) or version.text != "2012-10-17":
        _fault(
            scope,
            version.span if version is not None else Span(node.source, node.start, node.start + 1),
            path,
            f"version `{version.text}` is not taken over" if isinstance(version, Scalar) else "`Version` is missing",
            '`"Version": "2012-10-17"`, the only version in which policy variables work',
        )
        return ()
    body = node.get("Statement")
    if body is None:
        _fault(scope, Span(node.source, node.start, node.start + 1), path, "`Statement` is missing", "`Statement`")
        return ()
    return raw_statements(scope, body, f"{path}.Statement", "policy")


def _statement(scope: Scope, node: Mapping, path: str, source: str) -> Statement | None:
    faults = len(scope.diagnostics.items)
    for key, (key_node, _) in node.entries.items():
        if key in ("Principal", "NotPrincipal"):
            _fault(
                scope, key_node.span, path, f"`{key}` cannot stand in the policy of a role",
                "no principal: the role itself is the principal; who may assume it is said under `trust:`",
            )  # fmt: skip
        elif key not in _ELEMENTS:
            _unknown_element(scope, key_node, path, _ELEMENTS, "a statement")
    effect = _effect(scope, node, path)
    actions = _one_of_two(scope, node, path, "Action")
    resources = _one_of_two(scope, node, path, "Resource")
    condition = node.get("Condition")
    conditions = condition_block(scope, condition, f"{path}.Condition") if condition is not None else ()
    sid_node = node.get("Sid")
    sid = ""
    if isinstance(sid_node, Scalar) and not sid_node.is_null:
        sid = scope.text(sid_node, f"{path}.Sid") or ""
    elif sid_node is not None:
        _fault(scope, sid_node.span, f"{path}.Sid", "`Sid` is no text", "letters and digits, or no `Sid`")
    if len(scope.diagnostics.items) > faults or effect is None:
        return None
    return Statement(
        effect,
        actions.get("Action", ()),
        resources.get("Resource", ()),
        conditions,
        actions.get("NotAction", ()),
        resources.get("NotResource", ()),
        sid=sid,
        origins=(Origin(node.span, path),),
        source=source,
    )


def _effect(scope: Scope, node: Mapping, path: str) -> str | None:
    effect = node.get("Effect")
    if effect is None:
        _fault(scope, _head(node), path, "the statement has no `Effect`", "`Effect: Allow` or `Effect: Deny`")
        return None
    text = effect.text if isinstance(effect, Scalar) else ""
    if text not in ("Allow", "Deny"):
        _fault(
            scope, effect.span, f"{path}.Effect", f"effect `{text}` does not exist",
            "`Allow` or `Deny`, with these capitals", did_you_mean(text, ("Allow", "Deny")),
        )  # fmt: skip
        return None
    return text


def _one_of_two(scope: Scope, node: Mapping, path: str, element: str) -> dict[str, tuple[str, ...]]:
    """The texts of ``Action`` or ``NotAction`` (or the same of ``Resource``), of which there is exactly one."""
    names = (element, f"Not{element}")
    given = [name for name in names if name in node.entries]
    if len(given) != 1:
        second = node.key(given[1]) if given else None
        message = f"`{names[0]}` and `{names[1]}` exclude each other" if given else f"the statement has no `{element}`"
        _fault(scope, second.span if second else _head(node), path, message, f"one of `{names[0]}` and `{names[1]}`")
        return {}
    body = node.get(given[0])
    assert body is not None
    reported = len(scope.diagnostics.items)
    texts = texts_of(scope, body, f"{path}.{given[0]}", references=element == "Resource")
    told = len(scope.diagnostics.items) > reported  # why a text is not there
    if not texts and not told and ((isinstance(body, Sequence) and not body.items) or isinstance(body, Scalar)):
        _fault(
            scope, body.span if body.end > body.start else _head(node), f"{path}.{given[0]}",
            f"`{given[0]}` is empty, so the statement is about nothing", f"at least one {element.lower()}",
        )  # fmt: skip
    return {given[0]: tuple(sorted(set(texts)))}


def _head(node: Mapping) -> Span:
    """The first key of a mapping: the place where something missing is reported."""
    first = next(iter(node.entries.values()), None)
    return first[0].span if first else node.span


def _unknown_element(scope: Scope, key: Scalar, path: str, known: tuple[str, ...], what: str) -> None:
    _fault(
        scope, key.span, path, f"`{key.text}` is not an element of {what}", one_of(known), did_you_mean(key.text, known)
    )


def _fault(scope: Scope, span: Span, path: str, message: str, expected: str, help_lines: tuple[str, ...] = ()) -> None:
    scope.diagnostics.add(Diagnostic(STATEMENT_GRAMMAR, message, span, expected=expected, help=help_lines, path=path))
