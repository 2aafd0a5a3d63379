"""The parameters that a grant has without its file spelling them out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.catalog.model import ACCESS, ACCOUNT, KMS_KEY, REGION, Choice, Kind, Parameter, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ACCOUNT = Parameter(
    name=ACCOUNT,
    kind=Kind.TEXT,
    doc="The account that the resource is in, when it is named and not in the stack's account.",
    pattern="[0-9]{12}",
    pattern_help="12 digits",
    noun="account",
    example="210987654321",
    implicit=True,
)
_REGION = Parameter(
    name=REGION,
    kind=Kind.TEXT,
    doc="The region that the resource is in, when it is named and not in the stack's region.",
    pattern="[a-z]{2}(-[a-z]+)+-[0-9]{1,2}",
    pattern_help="a region such as `eu-west-1`",
    noun="region",
    example="eu-central-1",
    implicit=True,
)
_KMS_KEY_DOC = (
    "The key of your own that encrypts the resource, by ID or ARN. It can be used through the service only. "
    "Left out when AWS owns or manages the key."
)


def implicit_parameters(
    verbs: tuple[Verb, ...], default_verbs: tuple[str, ...], arns: Iterable[str], key: Callable[[], Parameter]
) -> tuple[Parameter, ...]:
    """Those that make sense: ``access`` where there is a choice of verbs, ``account`` and ``region`` where ``arns``
    have them, ``kms_key`` (``key`` gives the parameter to make it from) where a verb uses the key of its resource.
    """
    return tuple(_implicit(verbs, default_verbs, tuple(arns), key))


def _implicit(
    verbs: tuple[Verb, ...], default_verbs: tuple[str, ...], arns: tuple[str, ...], key: Callable[[], Parameter]
) -> Iterator[Parameter]:
    if len(verbs) > 1:
        yield Parameter(
            name=ACCESS,
            kind=Kind.CHOICE,
            doc="What the application does."
            + (f" Left out, it is {' and '.join(f'`{name}`' for name in default_verbs)}." if default_verbs else ""),
            required=not default_verbs,
            many=True,
            choices=tuple(Choice(verb.name, verb.doc) for verb in verbs),
            noun="access",
            implicit=True,
        )
    if any("{account}" in arn for arn in arns):
        yield _ACCOUNT
    if any("{region}" in arn for arn in arns):
        yield _REGION
    if any(verb.kms for verb in verbs):
        yield replace(key(), name=KMS_KEY, doc=_KMS_KEY_DOC, required=False, many=True, implicit=True)
