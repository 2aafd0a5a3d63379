"""The rule ``no_wildcard_writes``: what writes, tags or manages permissions names what it works on in full.

The name is the first that an ARN has behind its kind: the bucket of ``arn:aws:s3:::shop/*``, the table of
``…:table/carts/index/*``. What stands behind it may have wildcards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from compiler.aws.arn import split_fields
from compiler.aws.derive import kinds_of, level_of
from compiler.aws.matching import can_be
from compiler.aws.pattern import QUESTION, STAR, has_wildcard, tokens
from compiler.aws.placeholders import characters_of
from compiler.aws.reference import OPEN, display
from compiler.aws.service_data import Action, ResourceType, expand_action, resource_types_of
from compiler.aws.statement import Condition, Statement
from compiler.checks.action_patterns import read_pattern
from compiler.checks.guardrail_breach import Asked, Breach
from compiler.checks.guardrail_codes import GUARDED_WRITE
from compiler.checks.wording import listed
from compiler.ir.guardrails import Guardrail

_WRITES = frozenset({"write", "tagging", "permissions-management"})
_KEPT = 1 << 13
# What ends the name that a placeholder stands for.
_ENDS = {"name": "/:", "relative": ":", "path": ":", "colon": "/"}
_POSITIVE = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})


def wildcard_writes(guardrail: Guardrail, statement: Statement, asked: Asked) -> Iterator[Breach]:
    """What a statement writes to without naming it."""
    rule = guardrail.rule("no_wildcard_writes")
    if rule is None or any(map(_demands_tag, statement.conditions)):
        return
    resources = statement.resources or ("*",)  # all but what `NotResource` names
    patterns = ("*",) if asked.inverted else asked.limited
    found = {pattern: texts for pattern in patterns if (texts := _unnamed(pattern, resources))}
    if found:
        texts = next(iter(found.values()))
        yield Breach(
            GUARDED_WRITE,
            rule.span,
            f"guardrail `{guardrail.name}` wants {{}} on resources that are named in full",
            f"writes to {listed(map(display, texts))}",
            ("NotAction",) if asked.inverted else tuple(found),
            tuple(map(display, texts)),
            help=("name the resource; behind its name there may be wildcards",),
        )


def _demands_tag(condition: Condition) -> bool:
    """Whether only resources with a certain tag are reached."""
    return (
        condition.operator in _POSITIVE
        and "resourcetag/" in condition.key.lower()
        and not any(value.strip("*?") == "" for value in condition.values)
    )


@lru_cache(_KEPT)
def _unnamed(pattern: str, resources: tuple[str, ...]) -> tuple[str, ...]:
    """The resources that a writing action of the pattern reaches by wildcard."""
    if read_pattern(pattern).wide:
        return tuple(item for item in resources if _is_unnamed(item, kinds_of(item)))
    writing = [action for action in expand_action(pattern) if level_of(action) in _WRITES and action.resource_types]
    return tuple(item for item in resources if writing and _is_unnamed(item, _kinds(writing)))


def _kinds(actions: Iterable[Action]) -> tuple[ResourceType, ...]:
    return tuple({resource_types_of(item.service)[name]: None for item in actions for name in item.resource_types})


def _is_unnamed(resource: str, kinds: tuple[ResourceType, ...]) -> bool:
    fields = split_fields(resource)
    if fields is None:
        # A reference as a whole: `aws_s3_bucket.a.arn` is one bucket, `var.target` may be anything.
        return not (resource.startswith(OPEN) and display(resource).rstrip("}/*").endswith((".arn", "_arn")))
    _, service, _, account, name = fields
    if not has_wildcard(resource):
        return False
    if has_wildcard(service) or has_wildcard(account):
        return True
    templates = [arn.split(":", 5) for kind in kinds if can_be(resource, kind) for arn in kind.arns]
    return any(_wild_name(name, template[5], template[2]) for template in templates)


def _wild_name(name: str, template: str, service: str) -> bool:
    """Whether a wildcard stands in (or reaches over) what the first placeholder of the template stands for."""
    prefix, placeholder, rest = template.partition("${")
    head = "".join(token for token in _before_wildcard(name))
    if not head.startswith(prefix):
        return prefix.startswith(head)
    if not placeholder:
        return False
    ends = _ENDS.get(characters_of(service, rest.partition("}")[0]), "")
    behind = tokens(name[len(prefix) :])
    for index, token in enumerate(behind):
        if token in (STAR, QUESTION):
            return True
        if index and len(token) == 1 and token in ends:
            return False
    return False


def _before_wildcard(name: str) -> Iterator[str]:
    for token in tokens(name):
        if token in (STAR, QUESTION):
            return
        yield token
