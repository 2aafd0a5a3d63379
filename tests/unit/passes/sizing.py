"""Statements for the passes that make documents fit, and requests at the borders of what statements say."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from moto.iam.aws_managed_policies import aws_managed_policies_data

from compiler.aws.statement import Condition, Statement, document_json
from tests.support.oracle import Request, allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ACTIONS = (
    "s3:GetObject", "s3:GetObjectAcl", "s3:Get*", "s3:PutObject", "s3:*", "s3:?etObject", "s3:getobject",
    "sqs:SendMessage", "sqs:*Message", "logs:PutLogEvents", "*",
)  # fmt: skip
RESOURCES = (
    "arn:aws:s3:::a/*", "arn:aws:s3:::a/public/*", "arn:aws:s3:::a*", "arn:aws:s3:::b", "arn:aws:s3:::b/?",
    "arn:aws:s3:::${aws:PrincipalTag/team}/*", "arn:aws:sqs:*:123456789012:orders",
    "arn:aws:sqs:eu-west-1:123456789012:*", "arn:aws:logs:eu-west-1:123456789012:log-group:/shop:*", "*",
)  # fmt: skip
ONE, MANY = "aws:SourceVpc", "aws:TagKeys"
_WITH_VALUES = tuple(
    Condition(operator, key, values)
    for operator, key in [
        ("StringEquals", ONE), ("StringNotEquals", ONE), ("StringLike", ONE), ("StringEqualsIfExists", ONE),
        ("StringNotLikeIfExists", ONE), ("ForAnyValue:StringEquals", MANY), ("ForAllValues:StringEquals", MANY),
        ("ForAnyValue:StringNotEquals", MANY), ("NumericEquals", "s3:max-keys"), ("NumericLessThan", "s3:max-keys"),
    ]
    for values in ([("1",), ("2",), ("1", "3")] if "Numeric" in operator else [("u",), ("v",), ("u", "w*")])
)  # fmt: skip
CONDITIONS = (
    *_WITH_VALUES,
    Condition("Null", ONE, ("true",)),
    Condition("Null", ONE, ("false",)),
    Condition("Bool", "aws:x", ("true",)),
)
_OTHERS = ("u", "v", "w*", "wide", "z")
_CONTEXTS = {
    ONE: _OTHERS,
    MANY: (("u",), ("v", "z"), ("u", "v"), ()),
    "s3:max-keys": ("1", "2", "4"),
    "aws:x": ("true",),
}


@st.composite
def statements(draw: st.DrawFn, padding: int = 0) -> Statement:
    """One statement, made longer by ``padding`` characters of a condition that always holds."""
    actions = tuple(draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=4)))
    resources = tuple(draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=4)))
    no_action, no_resource = draw(st.sampled_from([(False, False)] * 6 + [(True, False), (False, True)]))
    conditions = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique_by=lambda c: (c.operator, c.key)))
    if padding:
        conditions.append(Condition("StringNotEquals", "aws:nothing", (f"{draw(st.integers(0, 9))}{'p' * padding}",)))
    return Statement(
        effect=draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"])),
        actions=() if no_action else actions,
        not_actions=actions if no_action else (),
        resources=() if no_resource else resources,
        not_resources=resources if no_resource else (),
        conditions=tuple(sorted(conditions)),
        sid=draw(st.sampled_from([""] * 5 + ["Mine", "Mine2"])),
    )


def some_statements(most: int = 10, padding: int = 0) -> st.SearchStrategy[tuple[Statement, ...]]:
    return st.lists(statements(padding), min_size=1, max_size=most).map(tuple)


def requests_beside(items: Sequence[Statement], random: Random, count: int) -> list[Request]:
    """Requests that fit what the statements name, or are one character or one context value beside it."""
    actions = sorted({text for s in items for pattern in (*s.actions, *s.not_actions) for text in _around(pattern)})
    resources = sorted({t for s in items for pattern in (*s.resources, *s.not_resources) for t in _around(pattern)})
    keys = sorted({c.key for s in items for c in s.conditions if c.key != "aws:nothing"} | {"aws:PrincipalTag/team"})
    found = []
    for _ in range(count):
        context = {}
        for key in keys:
            values = _CONTEXTS.get(key) or (
                "a",
                *(v for s in items for c in s.conditions if c.key == key for v in c.values),
            )
            if random.random() < 0.7:
                context[key] = random.choice(values)
        found.append(Request(random.choice(actions), random.choice(resources), context))
    return found


def _around(pattern: str) -> Iterable[str]:
    """The pattern with its wildcards filled, and the same with a character more, less, and another one."""
    text = pattern.replace("${aws:PrincipalTag/team}", "a")
    for many, one in product(("", "x", "public/y"), ("q", "G")):
        filled = text.replace("*", many).replace("?", one) or "x:y"
        filled = filled if ":" in filled else f"{filled}:y"
        yield filled
        yield filled + "~"
        if filled[-1] != ":":
            yield filled[:-1] + "~"


def verdicts(documents: Iterable[Sequence[Statement]], asked: Iterable[Request]) -> list[bool]:
    """What documents with these statements say to each request."""
    texts = [document_json(document) for document in documents]
    return [allowed(texts, request) for request in asked]


@cache
def managed_policies() -> dict[str, tuple[Statement, ...]]:
    """AWS's own managed policies by name, in the order of their names."""
    data = json.loads(aws_managed_policies_data)
    return {name: tuple(map(_read, _listed(data[name]["Document"]["Statement"]))) for name in sorted(data)}


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _read(item: dict[str, Any]) -> Statement:
    return Statement(
        effect=item["Effect"],
        actions=_listed(item.get("Action", [])),
        not_actions=_listed(item.get("NotAction", [])),
        resources=_listed(item.get("Resource", [])),
        not_resources=_listed(item.get("NotResource", [])),
        conditions=tuple(
            Condition(operator, key, tuple(map(str, _listed(values))))
            for operator, keys in sorted(item.get("Condition", {}).items())
            for key, values in sorted(keys.items())
        ),
        sid=item.get("Sid", ""),
    )
