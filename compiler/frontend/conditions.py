"""``when:`` and ``expires:`` of a permission as IAM conditions, and how they come into the statements of its grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from compiler.aws.reference import OPEN, display
from compiler.aws.service_data import expand_action, key_applies
from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Diagnostic, Label, Span, one_of
from compiler.diagnostics.value import record
from compiler.frontend.codes import (
    CONDITION_CONFLICT,
    CONDITION_OUT_OF_PLACE,
    INVALID_DATE,
    INVALID_VALUE,
    STATEMENT_GRAMMAR,
)
from compiler.frontend.condition_shorthands import INSTANCE_ID, SHORTHANDS, Shorthand, Tags, Use
from compiler.frontend.scope import Scope
from compiler.ir.spec import Permission
from compiler.source import Mapping, Node, Scalar, Sequence

CURRENT_TIME = "aws:CurrentTime"
# Grants whose actions the author has listed: none of them is ever left out, so checks speak of those that cannot work.
LISTED = ("statement", "policy", "actions")


@record(frozen=True, slots=True)
class Placed:
    """A condition and the key that it was written with."""

    condition: Condition
    span: Span


@record(frozen=True, slots=True)
class Given:
    """A shorthand with its evaluated values; ``span`` is its key."""

    shorthand: Shorthand
    span: Span
    values: tuple[str, ...] = ()
    tags: Tags = ()


@record(frozen=True, slots=True)
class Conditions:
    """What stands around a grant: conditions that are the same for each statement, and shorthands that may not be."""

    fixed: tuple[Placed, ...] = ()
    given: tuple[Given, ...] = ()


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
    found = (item for operator, (_, keys) in node.entries.items() for item in _operator(scope, operator, keys, path))
    return tuple(sorted(placed.condition for placed in found))


def _operator(scope: Scope, operator: str, keys: Node, path: str) -> Iterator[Placed]:
    """The conditions under one operator."""
    where = f"{path}.{operator}"
    if not isinstance(keys, Mapping) or not keys.entries:
        _grammar(scope, keys, where, f"`{operator}` needs condition keys with values", "{key: value or list}")
        return
    for key, (key_node, values) in keys.entries.items():
        name = scope.text(key_node, where) if "{" in key else key
        reported = len(scope.diagnostics.items)
        texts = texts_of(scope, values, f"{where}.{key}")
        if not texts and len(scope.diagnostics.items) == reported:
            _grammar(scope, values, f"{where}.{key}", f"`{key}` has no values, so nothing can match", "a value")
        if name is not None and texts:
            yield Placed(Condition(operator, name, tuple(sorted(set(texts)))), key_node.span)


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


def conditions_of(scope: Scope, permission: Permission) -> Conditions:
    """What ``when`` and ``expires`` of a permission say; faults are reported."""
    fixed: list[Placed] = []
    given: list[Given] = []
    path = f"{permission.path}.when"
    when = permission.when
    if isinstance(when, Mapping):
        for name, (key, value) in when.entries.items():
            shorthand = SHORTHANDS.get(name)
            if shorthand is None:
                fixed += _operator(scope, name, value, path)
            elif (found := _given(scope, shorthand, key, value, f"{path}.{name}")) is not None:
                given.append(found)
    elif when is not None:
        _grammar(scope, when, path, "conditions are a mapping", "{tls: true}")
    return Conditions((*fixed, *_expiry(scope, permission)), tuple(given))


def _given(scope: Scope, shorthand: Shorthand, key: Scalar, node: Node, path: str) -> Given | None:
    """A shorthand with its values; None when something about them is wrong, which is reported."""
    reported = len(scope.diagnostics.items)
    given = Given(shorthand, key.span)
    if shorthand.form == "flag":
        flag = scope.flag(node, path) if isinstance(node, Scalar) else None
        given = replace(given, values=("true" if flag else "false",))
    elif shorthand.form == "texts":
        given = replace(given, values=_values(scope, shorthand, node, path))
    elif isinstance(node, Mapping):
        tags = [
            (scope.text(tag, path) or "", _values(scope, shorthand, values, f"{path}.{name}"))
            for name, (tag, values) in node.entries.items()
        ]
        given = replace(given, tags=tuple(tags))
    return given if len(scope.diagnostics.items) == reported else None


def _values(scope: Scope, shorthand: Shorthand, node: Node, path: str) -> tuple[str, ...]:
    """The values of a shorthand, sorted; one that cannot be right is reported."""
    reported = len(scope.diagnostics.items)
    texts = texts_of(scope, node, path)
    if not texts and len(scope.diagnostics.items) == reported:
        _grammar(scope, node, path, f"`{path.rpartition('.')[2]}` has no values, so nothing can match", "a value")
    for text in texts if shorthand.check else ():
        assert shorthand.check is not None
        expected = "" if OPEN in text or "${" in text else shorthand.check(text)
        if expected:
            scope.diagnostics.add(
                Diagnostic(
                    INVALID_VALUE,
                    f"`{shorthand.name}` cannot be `{display(text)}`",
                    node.span.find(display(text)),
                    "can never match",
                    expected=expected,
                    path=path,
                )
            )
    return tuple(sorted(set(texts)))


def _expiry(scope: Scope, permission: Permission) -> Iterator[Placed]:
    """The end of the day (UTC) that ``expires`` names, as a condition on ``aws:CurrentTime``."""
    if permission.expires is None:
        return
    path = f"{permission.path}.expires"
    text = scope.text(permission.expires, path)
    if text is None:
        return
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
        return
    key = permission.node.key("expires")
    span = key.span if key is not None else permission.expires.span
    yield Placed(Condition("DateLessThanEquals", CURRENT_TIME, (f"{day.isoformat()}T23:59:59Z",)), span)


def add_conditions(
    scope: Scope, permission: Permission, statements: Iterable[Statement], extra: Conditions, *, denying: bool = False
) -> tuple[Statement, ...]:
    """Every statement with further conditions; none when two conditions are in each other's way (which is reported).

    ``denying``: the permission stands in a bundle that is denied as a whole.
    """
    result: list[Statement] = []
    for statement in statements:
        denies = denying or statement.effect == "Deny"
        narrowed = _narrowed(scope, permission, statement, extra.given, denies=denies)
        if narrowed is None:
            return ()
        placed = [*extra.fixed, *_expanded(scope, narrowed, extra.given, denies=denies)]
        placed.sort(key=lambda item: item.span.start)
        if _report_clash(scope, permission, narrowed, placed):
            return ()
        conditions = (*narrowed.conditions, *(item.condition for item in placed))
        result.append(replace(narrowed, conditions=tuple(sorted(conditions))))
    return tuple(result)


def _expanded(scope: Scope, statement: Statement, given: Iterable[Given], *, denies: bool) -> Iterator[Placed]:
    """The conditions that the shorthands become for a statement."""
    actions = statement.actions
    through = _uses_key_through_service(statement)
    use = Use(
        denies=denies,
        keys_only=bool(actions) and all(action.lower().startswith("kms:") for action in actions),
        through=through,
        place=scope.place,
    )
    for item in given:
        shorthand = item.shorthand
        if shorthand.own_key and through and not any(_carries(shorthand.own_key, action) for action in actions):
            continue  # the service that may use the key asks for the condition itself
        if shorthand.values is not None:
            made = shorthand.values(item.values, use)
        else:
            assert shorthand.tags is not None
            made = shorthand.tags(item.tags, use)
        yield from (Placed(condition, item.span) for condition in made)


def _narrowed(
    scope: Scope, permission: Permission, statement: Statement, given: Iterable[Given], *, denies: bool
) -> Statement | None:
    """The statement without the actions of a grant that a condition rules out anyway; None when it is reported."""
    for item in given:
        name = item.shorthand.name
        if name == "own_instance_only" and item.values == ("true",) and not _is_on_instances(statement):
            _report_no_instance(scope, permission, statement, item)
            return None
        key = item.shorthand.own_key
        if key and not denies and statement.source not in LISTED:
            carrying = tuple(action for action in statement.actions if _carries(key, action))
            if carrying:
                statement = replace(statement, actions=carrying)
    return statement


def _carries(key: str, pattern: str) -> bool:
    """Whether a request for one of the actions of a pattern can carry a condition key."""
    return any(key_applies(key, action) for action in expand_action(pattern))


def _uses_key_through_service(statement: Statement) -> bool:
    return any(condition.key.lower() == "kms:viaservice" for condition in statement.conditions)


def _is_on_instances(statement: Statement) -> bool:
    resources = statement.resources
    return (
        bool(statement.actions)
        and bool(resources)
        and all(_carries(INSTANCE_ID, action) for action in statement.actions)
        and all(text == "*" or ":instance/" in text or text.startswith(OPEN) for text in resources)
    )


def _report_no_instance(scope: Scope, permission: Permission, statement: Statement, given: Given) -> None:
    actions = statement.actions or statement.not_actions
    others = [action for action in actions if not _carries(INSTANCE_ID, action)] or list(actions)
    other = next((text for text in statement.resources if ":instance/" not in text and text != "*"), "")
    on = f" on `{display(other)}`" if other else ""
    scope.diagnostics.add(
        Diagnostic(
            CONDITION_OUT_OF_PLACE,
            f"`{given.shorthand.name}` says nothing about {one_of(others)}{on}",
            given.span,
            "speaks of actions on instances only",
            notes=("the ID of the instance is in requests on instances, so this would never be allowed",),
            help=(
                "put the actions on instances into a permission of their own",
                "limit volumes and interfaces by `resource_tag`",
            ),
            path=f"{permission.path}.when",
        )
    )


def _report_clash(scope: Scope, permission: Permission, statement: Statement, placed: Iterable[Placed]) -> bool:
    """Report a key that is set twice under one operator: by the grant itself, or around it."""
    own = {(item.operator.lower(), item.key.lower()) for item in statement.conditions}
    seen: dict[tuple[str, str], Placed] = {}
    for item in placed:
        condition = item.condition
        name = (condition.operator.lower(), condition.key.lower())
        first = seen.setdefault(name, item)
        if first is item and name not in own:
            continue
        if first is not item:
            message = f"`{condition.operator}` on `{condition.key}` is set twice"
            label = Label(first.span, "first set here")
            help_lines = ("keep one of the two, or write one of them with another operator",)
        else:
            grant = permission.grant
            message = f"the grant `{grant.text}` sets `{condition.operator}` on `{condition.key}` itself"
            inner = statement.origins[0].span if statement.origins and grant.text == "bundle" else grant.span
            label = Label(inner, "set by this")
            help_lines = ("use the grant's own parameter, or another operator",)
        scope.diagnostics.add(
            Diagnostic(
                CONDITION_CONFLICT,
                message,
                item.span,
                "set twice",
                (label,),
                notes=("IAM reads a key once under each operator, so one of the two would be lost",),
                help=help_lines,
                path=f"{permission.path}.when",
            )
        )
        return True
    return False


def _grammar(scope: Scope, node: Node, path: str, message: str, expected: str) -> None:
    scope.diagnostics.add(Diagnostic(STATEMENT_GRAMMAR, message, node.span, expected=expected, path=path))
