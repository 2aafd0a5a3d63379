"""What a policy document gives, judged by the service data and by requests: it knows nothing of who wrote it.

Of the compiler it uses the service data alone (which actions there are, on which kinds of resources they work, how
their ARNs are built). Whether a pattern can be such an ARN is decided here, whether a request is allowed by the
evaluator of the tests, ``tests/support/oracle.py``; both share no code with what builds and checks our policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from compiler.aws.overrides import REQUEST_ARNS
from compiler.aws.service_data import Action, expand_action, resource_types_of
from tests.support.oracle import Request, allowed

Json = Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the statements of one grant come to.

    ``actions`` are the actions that some resource of their statement fits, wildcards expanded. ``idle`` are the
    (entry, resources) pairs without effect, as they are written: an action or pattern none of whose actions can work
    on a resource of its statement, or a resource that no action of its statement can work on. ``wildcards`` are the
    action patterns. ``refused`` are requests that the grant is for and that are not allowed, ``beyond`` requests that
    it is not for and that are.
    """

    actions: tuple[str, ...]
    wildcards: tuple[str, ...]
    idle: tuple[tuple[str, str], ...]
    refused: tuple[Request, ...]
    beyond: tuple[Request, ...]


def judge(statements: Sequence[Json], needs: Sequence[Request] = (), never: Sequence[Request] = ()) -> Verdict:
    """Judge statements as IAM receives them. Deny statements count for requests only."""
    actions: set[str] = set()
    wildcards: set[str] = set()
    idle: dict[tuple[str, str], None] = {}
    for statement in statements:
        if statement["Effect"] != "Allow":
            continue
        names, resources = _listed(statement["Action"]), _listed(statement["Resource"])
        wildcards.update(name for name in names if _WILD.search(name))
        at_work = {name: {item.full_name for item in expand_action(name) if _works(item, resources)} for name in names}
        actions.update(*at_work.values())
        idle.update({(name, ", ".join(resources)): None for name, found in at_work.items() if not found})
        working = [item for name in names for item in expand_action(name)]
        for resource in resources:
            if not any(can_work(item, resource) for item in working) and any(at_work.values()):
                idle[", ".join(names), resource] = None
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return Verdict(
        tuple(sorted(actions)),
        tuple(sorted(wildcards)),
        tuple(idle),
        tuple(request for request in needs if not allowed([document], request)),
        tuple(request for request in never if allowed([document], request)),
    )


def can_work(action: Action, resource: str) -> bool:
    """Whether a request for the action can be about something that the resource pattern matches."""
    if resource.strip("*") == "":
        return True
    templates: Iterable[str]
    if action.resource_types:
        types = resource_types_of(action.service)
        templates = (arn for name in action.resource_types for arn in types[name].arns)
    else:
        templates = (arn for name, arn in REQUEST_ARNS.items() if name == (action.service, action.name))
    return any(can_be(resource, template) for template in templates)


def can_be(pattern: str, template: str) -> bool:
    """Whether some ARN is both matched by the resource pattern and built by the ARN template of the service data.

    >>> can_be("arn:aws:s3:::shop/*", "arn:${Partition}:s3:::${BucketName}")
    False
    """
    left, right = pattern.split(":", 5), template.split(":", 5)
    if len(left) < 6:
        return _meet(tuple(_pattern(pattern)), tuple(_template(template)))
    return all(_meet(tuple(_pattern(a)), tuple(_template(b))) for a, b in zip(left, right, strict=True))


def _works(action: Action, resources: Iterable[str]) -> bool:
    return any(can_work(action, resource) for resource in resources)


def _listed(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


_WILD = re.compile(r"[*?]")

# A piece is a literal character, or any one character or any run of them but for those that are excluded.
_Piece = tuple[str, str]
_ONE, _RUN, _CHARACTER = "one", "run", "character"

# What a placeholder cannot hold: names have neither slashes nor colons, but for these. To take too much here would
# only let an entry without effect pass.
_NO_NAME = "/:"
_EXCLUDED: Mapping[str, str] = {
    "ObjectName": "",
    "KeyPath": ":",
    "LogGroupName": ":",
    "LogStreamName": ":",
    "ParameterNameWithoutLeadingSlash": ":",
    "RepositoryName": ":",
    "RequestPath": "",
    "ResourceId": "",
    "RoleNameWithPath": ":",
    "SecretId": ":",
    "StreamLabel": "/",
}


def _pattern(text: str) -> Iterator[_Piece]:
    """A resource pattern: its two wildcards, and IAM variables as any text."""
    for match in re.finditer(r"\$\{[^}]*\}|.", text, re.DOTALL):
        piece = match[0]
        if piece == "*" or len(piece) > 1:
            yield _RUN, ""
        elif piece == "?":
            yield _ONE, ""
        else:
            yield _CHARACTER, piece


def _template(text: str) -> Iterator[_Piece]:
    """An ARN template: ``${Name}`` is a name, ``*`` anything, ``${*}`` a star that is part of the ARN."""
    for match in re.finditer(r"\$\{(?P<name>[^}]*)\}|.", text, re.DOTALL):
        name = match["name"]
        if name == "*":
            yield _CHARACTER, "*"
        elif name is not None:
            excluded = _EXCLUDED.get(name, _NO_NAME)
            yield _ONE, excluded
            yield _RUN, excluded
        elif match[0] == "*":
            yield _RUN, ""
        else:
            yield _CHARACTER, match[0]


@cache
def _meet(left: tuple[_Piece, ...], right: tuple[_Piece, ...]) -> bool:
    """Whether some text is matched by both."""
    todo = [(0, 0)]
    seen = set(todo)
    while todo:
        i, j = todo.pop()
        if i == len(left) and j == len(right):
            return True
        x = left[i] if i < len(left) else None
        y = right[j] if j < len(right) else None
        steps: list[tuple[int, int]] = []
        if x and x[0] == _RUN:
            steps.append((i + 1, j))
        if y and y[0] == _RUN:
            steps.append((i, j + 1))
        if x and y and _fit(x, y):
            steps.append((i + (x[0] != _RUN), j + (y[0] != _RUN)))
        todo += [step for step in steps if step not in seen]
        seen.update(steps)
    return False


def _fit(x: _Piece, y: _Piece) -> bool:
    """Whether one character can be taken by both pieces."""
    if x[0] == _CHARACTER and y[0] == _CHARACTER:
        return x[1] == y[1]
    if x[0] == _CHARACTER:
        return x[1] not in y[1]
    return y[0] != _CHARACTER or y[1] not in x[1]
