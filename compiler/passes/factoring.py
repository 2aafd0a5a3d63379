"""Statements of one document said with fewer characters: the same requests, grouped another way.

Three exact rewrites, for documents that do not fit otherwise:

- *Conditions*: statements that differ only in the values of one condition become one with all values, where any value
  is enough (a negated operator, or ``ForAllValues``, asks something of all values, so those stay apart).
- *Actions and resources*: statements of the same effect and conditions say which actions go with which resources.
  That table is written by rows (actions with the same resources) or by columns (resources with the same actions),
  whichever is shorter than what stands.
- Nothing is generalised: no pattern is written that nobody asked for.

Source: IAM User Guide, "Policy evaluation logic" (one matching statement is enough) and "Conditions with multiple
context keys or values" (values of a key are combined with OR, of a negated operator with NOR).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.passes.measuring import measured_alone
from compiler.passes.merge_statements import united

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from compiler.aws.statement import Condition, Statement

Statements = tuple["Statement", ...]
_ANY_VALUE_IS_ENOUGH = frozenset(
    f"{family}{test}"
    for family, tests in {
        "String": ("Equals", "EqualsIgnoreCase", "Like"),
        "Numeric": ("Equals",),
        "Date": ("Equals",),
        "Arn": ("Equals", "Like"),
        "Binary": ("Equals",),
    }.items()
    for test in tests
) | {"IpAddress"}


def factored(statements: Iterable[Statement]) -> Statements:
    """The statements with conditions united and each table of actions and resources in its shortest form."""
    whole: list[Statement] = []
    tables: dict[object, list[Statement]] = {}
    for statement in _conditions_united(statements):
        if _is_plain(statement):
            tables.setdefault((statement.effect, statement.conditions), []).append(statement)
        else:
            whole.append(statement)
    for group in tables.values():
        whole += _shortest(group) if len(group) > 1 else group
    return tuple(whole)


def _is_plain(statement: Statement) -> bool:
    """Whether a statement is nothing but actions on resources: one with a Sid stays the piece that it was."""
    return bool(statement.actions and statement.resources) and not (
        statement.sid or statement.principals or statement.not_principals
    )


def _conditions_united(statements: Iterable[Statement]) -> list[Statement]:
    result = list(statements)
    for index in range(max((len(s.conditions) for s in result), default=0)):
        groups: dict[object, list[Statement]] = {}
        for statement in result:
            groups.setdefault(_all_but_values(statement, index), []).append(statement)
        result = [
            group[0] if len(group) == 1 else united(group) if key == group[0] else _with_all_values(group, index)
            for key, group in groups.items()
        ]
    return result


def _all_but_values(statement: Statement, index: int) -> object:
    """Equal for statements that may differ in the values of one condition; the statement itself where none may."""
    conditions = statement.conditions
    if index >= len(conditions) or not _is_plain(statement):
        return statement
    condition = conditions[index]
    operator = condition.operator.removeprefix("ForAnyValue:").removesuffix("IfExists")
    if operator not in _ANY_VALUE_IS_ENOUGH:
        return statement
    others = (*conditions[:index], *conditions[index + 1 :])
    return (statement.effect, statement.actions, statement.resources, others, condition.operator, condition.key)


def _with_all_values(group: list[Statement], index: int) -> Statement:
    first = group[0].conditions[index]
    values = tuple(sorted({value for statement in group for value in statement.conditions[index].values}))
    condition: Condition = replace(first, values=values)
    before, after = group[0].conditions[:index], group[0].conditions[index + 1 :]
    return replace(united(group), conditions=(*before, condition, *after))


def _shortest(group: list[Statement]) -> list[Statement]:
    pairs = [(action, resource, s) for s in group for action in s.actions for resource in s.resources]
    rows = _grouped(((action, resource, s) for action, resource, s in pairs), _row)
    columns = _grouped(((resource, action, s) for action, resource, s in pairs), _column)
    # In doubt what stands: a table is only turned where that saves something.
    return min((group, rows, columns), key=_length)


def _grouped(
    pairs: Iterable[tuple[str, str, Statement]],
    make: Callable[[tuple[str, ...], tuple[str, ...], Statement], Statement],
) -> list[Statement]:
    """One statement for all first halves that have the same second halves."""
    seconds: dict[str, set[str]] = {}
    asked: dict[str, list[Statement]] = {}
    for first, second, statement in pairs:
        seconds.setdefault(first, set()).add(second)
        askers = asked.setdefault(first, [])
        if not askers or askers[-1] is not statement:
            askers.append(statement)
    groups: dict[tuple[str, ...], list[str]] = {}
    for first in sorted(seconds):
        groups.setdefault(tuple(sorted(seconds[first])), []).append(first)
    return [
        make(tuple(firsts), common, united(list(_unique(s for first in firsts for s in asked[first]))))
        for common, firsts in groups.items()
    ]


def _unique(statements: Iterable[Statement]) -> Iterator[Statement]:
    seen: set[int] = set()
    for statement in statements:
        if id(statement) not in seen:
            seen.add(id(statement))
            yield statement


def _row(actions: tuple[str, ...], resources: tuple[str, ...], like: Statement) -> Statement:
    return replace(like, actions=actions, resources=resources)


def _column(resources: tuple[str, ...], actions: tuple[str, ...], like: Statement) -> Statement:
    return replace(like, actions=actions, resources=resources)


def _length(statements: list[Statement]) -> int:
    return sum(map(measured_alone, statements))
