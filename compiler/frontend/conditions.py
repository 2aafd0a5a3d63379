"""``when:`` and ``expires:`` of a permission as IAM conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Diagnostic
from compiler.frontend.codes import CONDITION_CONFLICT, INVALID_DATE, STATEMENT_GRAMMAR
from compiler.frontend.scope import Scope
from compiler.ir.spec import Permission
from compiler.source import Mapping, Node, Scalar, Sequence

CURRENT_TIME = "aws:CurrentTime"


def condition_block(scope: Scope, node: Node | None, path: str) -> tuple[Condition, ...]:
    """A raw ``Condition`` block ``{operator: {key: value or list}}`` as conditions; faults are reported.

    Source: IAM User Guide, "IAM JSON policy elements: Condition".
    """
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        _grammar(scope, node, path, "a condition block is a mapping of operators", "{StringEquals: {key: value}}")
        return ()
    if not node.entries:
        _grammar(
            scope, node, path, "a condition block without an operator says nothing", "{StringEquals: {key: value}}"
        )
    found: list[Condition] = []
    for operator, (_, keys) in node.entries.items():
        where = f"{path}.{operator}"
        if not isinstance(keys, Mapping) or not keys.entries:
            _grammar(scope, keys, where, f"`{operator}` needs condition keys with values", "{key: value or list}")
            continue
        for key, (key_node, values) in keys.entries.items():
            name = scope.text(key_node, where) if "{" in key else key
            reported = len(scope.diagnostics.items)
            texts = texts_of(scope, values, f"{where}.{key}")
            if not texts and len(scope.diagnostics.items) == reported:
                _grammar(scope, values, f"{where}.{key}", f"`{key}` has no values, so nothing can match", "a value")
            if name is not None and texts:
                found.append(Condition(operator, name, tuple(sorted(set(texts)))))
    return tuple(sorted(found))


def texts_of(scope: Scope, node: Node, path: str, *, references: bool = True) -> tuple[str, ...]:
    """A scalar or a list of scalars as texts."""
    if isinstance(node, Scalar):
        if node.is_null:
            return ()
        text = scope.text(node, path, references=references)
        return () if text is None else (text,)
    if isinstance(node, Sequence):
        result: list[str] = []
        for index, item in enumerate(node.items):
            if isinstance(item, Scalar) and not item.is_null:
                text = scope.text(item, f"{path}[{index}]", references=references)
                result += [] if text is None else [text]
            else:
                _grammar(scope, item, f"{path}[{index}]", "a value is a text", "a text")
        return tuple(result)
    _grammar(scope, node, path, "a value is a text or a list of texts", "a text or a list of texts")
    return ()


def expiry(scope: Scope, permission: Permission) -> tuple[Condition, ...]:
    """The end of the day (UTC) that ``expires`` names, as a condition on ``aws:CurrentTime``."""
    if permission.expires is None:
        return ()
    path = f"{permission.path}.expires"
    text = scope.text(permission.expires, path)
    if text is None:
        return ()
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        scope.diagnostics.add(
            Diagnostic(
                INVALID_DATE,
                f"`{text}` is no date",
                permission.expires.span,
                "not a day of the calendar",
                expected="a day such as `2027-01-31`",
                path=path,
            )
        )
        return ()
    return (Condition("DateLessThanEquals", CURRENT_TIME, (f"{day.isoformat()}T23:59:59Z",)),)


def add_conditions(
    scope: Scope, permission: Permission, statements: Iterable[Statement], extra: tuple[Condition, ...]
) -> tuple[Statement, ...]:
    """Every statement with further conditions; a key that the grant sets itself under the same operator conflicts."""
    result: list[Statement] = []
    for statement in statements:
        taken = {(condition.operator.lower(), condition.key.lower()) for condition in statement.conditions}
        clash = [item for item in extra if (item.operator.lower(), item.key.lower()) in taken]
        if clash:
            scope.diagnostics.add(
                Diagnostic(
                    CONDITION_CONFLICT,
                    f"the grant `{permission.grant.text}` sets `{clash[0].operator}` on `{clash[0].key}` itself",
                    permission.node.span.find(clash[0].key),
                    "set twice",
                    notes=("IAM reads a key once under each operator, so one of the two would be lost",),
                    help=("use the grant's own parameter, or another operator",),
                    path=f"{permission.path}.when",
                )
            )
            return ()
        result.append(replace(statement, conditions=tuple(sorted((*statement.conditions, *extra)))))
    return tuple(result)


def _grammar(scope: Scope, node: Node, path: str, message: str, expected: str) -> None:
    scope.diagnostics.add(Diagnostic(STATEMENT_GRAMMAR, message, node.span, expected=expected, path=path))
