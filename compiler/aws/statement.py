"""IAM policy statements as values, their canonical JSON form and their size.

Strings are IAM text; Terraform references in them are marked (``compiler.aws.reference``). The canonical form is
sorted and free of duplicates, and one-element lists become scalars: AWS treats both alike, and so does the
Terraform provider's comparison of policies.

Source: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import cache
from typing import Any

from compiler.aws.reference import substitute
from compiler.diagnostics import Origin
from compiler.diagnostics.value import record, value

Json = Any
VERSION = "2012-10-17"


@value(frozen=True, slots=True, order=True)
class Condition:
    """One condition: ``operator`` as IAM writes it (``ForAnyValue:StringLikeIfExists``), key and sorted values."""

    operator: str
    key: str
    values: tuple[str, ...]


@record(frozen=True, slots=True, eq=False)
class Kin:
    """What statements share that are alike but for names, compared by identity.

    They allow, in canonical form: actions, resources and conditions, which have the same operators and keys and equally
    many values, and no other element. Their texts differ only in names
    of resources: letters, digits, dots, dashes and underscores, with slashes at the same places. A part of a name that
    begins a word of ARNs of the services at hand is the same in all of them. Nothing in any text has to be escaped in
    JSON or Terraform. So what holds of one of them, names left aside, holds of all.

    ``action`` is the ``Action`` of all of them in JSON, which nobody changes.
    """

    action: str | list[str]


@value(frozen=True, slots=True)
class Statement:
    """One statement. Exactly one of ``actions``/``not_actions`` is used; in identity policies exactly one of
    ``resources``/``not_resources``; in trust policies ``principals`` as ``(kind, values)`` pairs and no resources.

    ``origins`` says where it was asked for, ``source`` which grant made it (``"s3"``, ``"statement"``, …) and
    ``release`` from which release of the service data its actions were derived, if they were. ``kin`` is shared with
    statements that are alike but for names, and with it ``most`` is how many characters of a policy's quota it takes at
    most. None of these takes part in comparisons.
    """

    effect: str = "Allow"
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    not_principals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sid: str = ""
    origins: tuple[Origin, ...] = field(default=(), compare=False)
    source: str = field(default="statement", compare=False)
    release: str = field(default="", compare=False)
    # Known of the statement as it was made; whatever is made of it (``replace``) has neither.
    kin: Kin | None = field(default=None, init=False, compare=False, repr=False)
    most: int = field(default=0, init=False, compare=False, repr=False)

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Canonical order in a document: Deny last, then by Sid, actions, resources and conditions."""
        return (
            self.effect == "Deny",
            self.actions or self.not_actions,
            self.resources or self.not_resources,
            self.conditions,
            self.sid,
            self.principals,
        )


def scalar_or_list(values: Iterable[str]) -> str | list[str]:
    """A single value as itself, several as a sorted list without duplicates."""
    if isinstance(values, tuple) and len(values) == 1:
        only: str = values[0]
        return only
    unique = sorted(set(values))
    return unique[0] if len(unique) == 1 else unique


@cache
def actions_json(actions: tuple[str, ...]) -> str | list[str]:
    """The same lists of actions stand in thousands of statements, so they are one object that nobody changes."""
    return scalar_or_list(actions)


def conditions_json(conditions: Sequence[Condition]) -> dict[str, dict[str, str | list[str]]]:
    """The ``Condition`` block: ``{operator: {key: value-or-list}}``, sorted."""
    if len(conditions) == 1:  # as there mostly is
        only = conditions[0]
        return {only.operator: {only.key: scalar_or_list(only.values)}}
    block: dict[str, dict[str, str | list[str]]] = {}
    for condition in sorted(conditions):
        block.setdefault(condition.operator, {})[condition.key] = scalar_or_list(condition.values)
    return block


def _principals_json(principals: tuple[tuple[str, tuple[str, ...]], ...]) -> Json:
    if principals == (("*", ("*",)),):
        return "*"
    return {kind: scalar_or_list(values) for kind, values in sorted(principals)}


def statement_json(statement: Statement) -> dict[str, Json]:
    """One statement as a JSON object, elements in the order in which people read them."""
    if statement.kin is not None:  # which is in order, and has no other elements than these
        resources = statement.resources
        found: dict[str, Json] = {
            "Effect": "Allow",
            "Action": statement.kin.action,
            "Resource": resources[0] if len(resources) == 1 else list(resources),
        }
        if statement.conditions:
            found["Condition"] = conditions_json(statement.conditions)
        return found
    result: dict[str, Json] = {}
    if statement.sid:
        result["Sid"] = statement.sid
    result["Effect"] = statement.effect
    if statement.principals:
        result["Principal"] = _principals_json(statement.principals)
    if statement.not_principals:
        result["NotPrincipal"] = _principals_json(statement.not_principals)
    if statement.not_actions:
        result["NotAction"] = scalar_or_list(statement.not_actions)
    else:
        result["Action"] = actions_json(statement.actions)
    if statement.not_resources:
        result["NotResource"] = scalar_or_list(statement.not_resources)
    elif statement.resources:
        result["Resource"] = scalar_or_list(statement.resources)
    if statement.conditions:
        result["Condition"] = conditions_json(statement.conditions)
    return result


def is_plain(statements: Sequence[Statement]) -> bool:
    """Whether all statements are known to have nothing that has to be escaped, and nothing derived."""
    return all([statement.kin is not None for statement in statements])  # noqa: C419 - a generator takes twice as long


def document_json(statements: Iterable[Statement]) -> dict[str, Json]:
    """A policy document, statements in the given order."""
    return {"Version": VERSION, "Statement": [statement_json(statement) for statement in statements]}


# A Terraform reference is counted as what it will be at least: the account id is known to have 12 characters, the
# longest partition name 10; anything else counts 1 (a check says that the size is a lower bound then).
_KNOWN_LENGTHS = {"\ue000var.account_id\ue001": "0" * 12, "\ue000var.partition\ue001": "0" * 10}


def document_size(document: Json) -> int:
    """Characters that count against the IAM quota: the minified JSON without white space outside of strings.

    AWS does not count white space; ``jsonencode`` emits none between tokens, so what is counted is what Terraform
    sends, with white space *inside* strings removed as well.

    Source: IAM User Guide, "IAM and AWS STS quotas": "IAM doesn't count white space when calculating the size".
    """
    import json  # what is small is never measured exactly

    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    for marked, stand_in in _KNOWN_LENGTHS.items():
        text = text.replace(marked, stand_in)
    text = substitute(text, "x")
    # `jsonencode` writes these three as six characters each (Terraform language, "jsonencode Function").
    escaped = 5 * sum(map(text.count, "<>&"))
    return escaped + len("".join(text.split()))
