"""IAM patterns: what they match, whether one covers another, whether two overlap.

In a pattern ``*`` stands for any run of characters (also none) and ``?`` for one character; ``${*}``, ``${?}`` and
``${$}`` stand for the characters themselves. Letters are case-sensitive here; who compares action names lowers them
first.

A Terraform reference (``compiler.aws.reference``) or an IAM policy variable (``${aws:username}``) is an unknown
piece: it overlaps with everything, and is covered by ``*`` and by the same piece only.

ARNs are compared field by field: a wildcard of the first five fields never reaches over a colon, in the last field
it does. An ARN with fewer than six fields is what IAM makes of it: the missing fields are ``*``.

Sources: IAM User Guide, "IAM JSON policy elements: Resource" (wildcards; incomplete ARNs) and "IAM policy elements:
Variables and tags" (escapes).
"""

from __future__ import annotations

import re
from functools import lru_cache

from compiler.aws.arn import split_fields
from compiler.aws.automaton import Automaton, Loop, Part, Step, build
from compiler.aws.reference import CLOSE, OPEN
from compiler.diagnostics.late import LatePattern

STAR, QUESTION = "**", "??"
"""How ``*`` and ``?`` stand in a token list: no single character and no unknown piece is spelled like them."""

_TOKEN = LatePattern(rf"{OPEN}[^{CLOSE}]*{CLOSE}|\$\{{[^}}]*\}}|.", re.DOTALL)
_MEANING = {"*": STAR, "?": QUESTION, "${*}": "*", "${?}": "?", "${$}": "$"}
_KEPT = 1 << 14
"""Patterns whose compiled form is kept: those of a large fleet fit, a compiler that watches for days stays small."""


def has_wildcard(pattern: str) -> bool:
    """Whether the pattern can match more than one text that is known now (unknown pieces are no wildcards)."""
    return ("*" in pattern or "?" in pattern) and any(token in (STAR, QUESTION) for token in tokens(pattern))


@lru_cache(_KEPT)
def tokens(pattern: str) -> tuple[str, ...]:
    """The pattern as characters, ``STAR``, ``QUESTION`` and unknown pieces (each as one token)."""
    if not _has_unknown(pattern):
        return tuple(_MEANING.get(character, character) for character in pattern)
    return tuple(_MEANING.get(token, token) for token in _TOKEN.findall(pattern))


def matches(pattern: str, text: str) -> bool:
    """Whether ``pattern`` matches the literal ``text``.

    >>> matches("s3:Get*", "s3:GetObject"), matches("a?c", "ac")
    (True, False)
    """
    if "*" not in pattern and "?" not in pattern and "${" not in pattern:
        return pattern == text
    if pattern == "*":
        return True
    return _regex(pattern).fullmatch(text) is not None


def covers(general: str, specific: str) -> bool:
    """Whether ``general`` matches every string that ``specific`` matches; exact.

    >>> covers("?*", "*a"), covers("a*", "*")
    (True, False)
    """
    if general in (specific, "*"):
        return True
    if "*" not in general and "?" not in general and "${" not in general:
        return False
    if _is_prefix(general):
        return specific.startswith(general[:-1])
    if not _is_special(specific):
        return matches(general, specific)
    return _covers(_automaton(general), tokens(specific))


def overlaps(a: str, b: str) -> bool:
    """Whether some string is matched by both; exact, unknown pieces taken as ``*``.

    >>> overlaps("a*", "*b"), overlaps("a*", "b*")
    (True, False)
    """
    if a in (b, "*") or b == "*":
        return True
    if not _is_special(a):
        return matches(b, a) if not _has_unknown(b) else _overlaps(a, b)
    if not _is_special(b):
        return matches(a, b) if not _has_unknown(a) else _overlaps(a, b)
    return _overlaps(a, b)


def arn_covers(general: str, specific: str) -> bool:
    """``covers`` for ARN patterns, field by field; ``*`` alone is every resource."""
    if general in (specific, "*"):
        return True
    if _is_prefix(general) and general.count(":") >= 5:
        return specific.startswith(general[:-1])
    left, right = split_fields(general), split_fields(specific)
    if left is None or right is None:
        return covers(general, specific)
    return all(a == b or covers(a, b) for a, b in zip(left, right, strict=True))


def arn_overlaps(a: str, b: str) -> bool:
    """``overlaps`` for ARN patterns, field by field; ``*`` alone is every resource."""
    if a in (b, "*") or b == "*":
        return True
    left, right = split_fields(a), split_fields(b)
    if left is None or right is None:
        return overlaps(a, b)
    return all(x == y or overlaps(x, y) for x, y in zip(left, right, strict=True))


def _has_unknown(pattern: str) -> bool:
    return OPEN in pattern or "${" in pattern


def _is_special(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern or _has_unknown(pattern)


def _is_prefix(pattern: str) -> bool:
    """Whether it is literal text and one ``*`` behind it. (A ``$`` may begin a variable: those go the long way.)"""
    return pattern.find("*") == len(pattern) - 1 and "?" not in pattern and "$" not in pattern and OPEN not in pattern


@lru_cache(_KEPT)
def _regex(pattern: str) -> re.Pattern[str]:
    """A regular expression in linear time: each run between stars is taken at its first place, for good."""
    runs: list[str] = [""]
    for token in tokens(pattern):
        if token == STAR:
            runs.append("")
        else:
            runs[-1] += "." if token == QUESTION else re.escape(token)
    first, *middle = runs
    last = middle.pop() if middle else None
    expression = first + "".join(f"(?>.*?{run})" for run in middle if run) + ("" if last is None else f".*{last}")
    return re.compile(expression, re.DOTALL)


@lru_cache(_KEPT)
def _automaton(pattern: str) -> Automaton:
    return build(_part(token) for token in tokens(pattern))


@lru_cache(_KEPT)
def _automaton_of_any(pattern: str) -> Automaton:
    """The automaton of the pattern with its unknown pieces as ``*``."""
    return build(Loop() if len(token) > 1 and token != QUESTION else _part(token) for token in tokens(pattern))


def _part(token: str) -> Part:
    if token == STAR:
        return Loop()
    return Step() if token == QUESTION else Step(token)


def _overlaps(a: str, b: str) -> bool:
    automaton = _automaton_of_any(a)
    return automaton.accepts(run(automaton, tokens(b)))


def run(automaton: Automaton, pattern: tuple[str, ...]) -> int:
    """The states that some string matched by the token list leads to; unknown pieces are taken as ``*``."""
    states = 1
    for token in pattern:
        if len(token) == 1:
            states = automaton.step(states, token)
        elif token == QUESTION:
            states = automaton.step_some(states)
        else:
            states = automaton.reachable(states)
        if not states:
            break
    return states


def _covers(automaton: Automaton, specific: tuple[str, ...]) -> bool:
    """Whether the automaton accepts every string of ``specific``.

    A character that the automaton does not name leads to fewer states than any other one, so it stands for all in
    place of ``?``; ``*`` is any number of them. Each number may lead to another set of states, so a family of sets is
    kept; of two of which one lies in the other, the smaller decides.
    """
    family = {1}
    for token in specific:
        if token == STAR:
            family = _after_any_run(automaton, family)
        elif token == QUESTION:
            family = {automaton.step_fresh(states) for states in family}
        else:
            family = {automaton.step(states, token) for states in family}
        if 0 in family:
            return False
    return all(automaton.accepts(states) for states in family)


def _after_any_run(automaton: Automaton, family: set[int]) -> set[int]:
    found: set[int] = set()
    for start in family:
        states = start
        while states not in found:
            found.add(states)
            states = automaton.step_fresh(states)
    return {states for states in found if not any(other & states == other != states for other in found)}
