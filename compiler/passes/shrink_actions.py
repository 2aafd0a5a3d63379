"""Lists of actions written shorter, where the spec says ``shrink: actions``.

``s3:GetObject*`` takes the place of actions only when it stands for exactly these in the service data that the compiler
carries: expanding the shorter list gives the longer one again. The statement then names the release of that data,
because AWS may add an action later that the pattern takes in; that is why nobody gets this without asking.

Source: AWS Service Authorization Reference, in the release that ``compiler.aws.service_data`` carries.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.aws.service_data import data_version, expand_action, find_action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.aws.statement import Statement
    from compiler.ir.program import Policy, Program, StackProgram


def shrink_actions(program: Program) -> Program:
    """The program with shorter lists of actions in the stacks that ask for it."""
    return replace(program, stacks=tuple(map(_stack, program.stacks)))


def _stack(stack: StackProgram) -> StackProgram:
    return replace(stack, policies=tuple(map(_policy, stack.policies))) if stack.shrink_actions else stack


def _policy(policy: Policy) -> Policy:
    return replace(policy, statements=tuple(map(_statement, policy.statements)))


def _statement(statement: Statement) -> Statement:
    # A Deny stays as it was written: a pattern would come to deny what AWS adds later, and nobody asked for that.
    short = shrunk(statement.actions) if statement.effect == "Allow" and statement.actions else statement.actions
    return statement if short == statement.actions else replace(statement, actions=short, release=data_version())


@lru_cache(1 << 12)
def shrunk(actions: tuple[str, ...]) -> tuple[str, ...]:
    """The actions, those that a pattern says exactly replaced by it.

    Patterns and actions that the data does not know stay as they are.

    >>> shrunk(("sqs:DeleteMessage", "sqs:ReceiveMessage"))
    ('sqs:DeleteMessage', 'sqs:ReceiveMessage')
    """
    listed = {known.full_name for action in actions if (known := find_action(action)) is not None}
    left = dict.fromkeys(actions)
    found: list[str] = []
    for pattern, expanded in sorted(_patterns(listed), key=lambda item: (-_saving(*item), item[0])):
        replaced = {action for action in left if (known := find_action(action)) and known.full_name in expanded}
        if len("".join(replaced)) + 3 * len(replaced) > len(pattern) + 3 and len(replaced) > 1:
            found.append(pattern)
            for action in replaced:
                del left[action]
    return tuple(sorted((*left, *found))) if found else actions


def _saving(pattern: str, expanded: frozenset[str]) -> int:
    return len("".join(expanded)) - len(pattern)


def _patterns(listed: Iterable[str]) -> list[tuple[str, frozenset[str]]]:
    """Patterns with a star at their end that stand for nothing but listed actions, with what they stand for.

    Of two that stand for the same actions the longer one: it is less likely to take in what AWS adds.
    """
    known = frozenset(listed)
    found: dict[frozenset[str], str] = {}
    for prefix in sorted({start for action in known for start in _starts(action)}, key=len):
        expanded = frozenset(action.full_name for action in expand_action(f"{prefix}*"))
        if len(expanded) > 1 and expanded <= known:
            found[expanded] = f"{prefix}*"
    return [(pattern, expanded) for expanded, pattern in found.items()]


def _starts(action: str) -> Iterator[str]:
    """The beginnings of an action that end where a word of its name does, the bare service not among them."""
    service, _, name = action.partition(":")
    for index, character in enumerate(name):
        if index and character.isupper():
            yield f"{service}:{name[:index]}"
    yield action
