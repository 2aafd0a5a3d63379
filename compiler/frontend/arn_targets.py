"""The resources of ``access`` and ``actions``: ARNs of any service, and Terraform references that say their type.

What is wrong with a resource is reported here: each is read once, and comes out with the resource types that it can be.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.aws.arn import parse_arn
from compiler.aws.derive import arn_formats, is_service, kinds_named, kinds_of
from compiler.aws.matching import can_be
from compiler.aws.reference import OPEN, display, has_reference, references
from compiler.aws.service_data import (
    ResourceType,
    resource_types_of,
    service_exists,
    service_prefixes,
    service_title,
)
from compiler.diagnostics import Diagnostic, did_you_mean, one_of
from compiler.diagnostics.value import record
from compiler.frontend.derived_codes import ARN_FORMAT, NO_SUCH_SERVICE, UNKNOWN_RESOURCE_TYPE, UNTYPED_REFERENCE
from compiler.frontend.scope import Scope, narrow
from compiler.source import Mapping, Node, Scalar, Sequence

EVERYTHING = "*"
_SHOWN = 6


@record(frozen=True, slots=True)
class Target:
    """A resource: its IAM text (references marked), where it stands, and its types.

    ``said`` is the type that was written with it, if one was.
    """

    text: str
    node: Scalar
    kinds: tuple[ResourceType, ...]
    said: ResourceType | None = None


def read_targets(
    scope: Scope, node: Node, path: str, kind: ResourceType | None = None, *, everything: bool = False
) -> tuple[Target, ...]:
    """The sound resources of a list. ``kind`` is the type of those that say none; ``everything``: ``*`` may stand."""
    found: list[Target] = []
    entries = node.items if isinstance(node, Sequence) else (node,)
    for index, entry in enumerate(entries):
        where = f"{path}[{index}]" if isinstance(node, Sequence) else path
        arn, own = entry, kind
        if isinstance(entry, Mapping):
            said = entry.get("type")
            own = read_type(scope, said, f"{where}.type") if isinstance(said, Scalar) else kind
            if isinstance(said, Scalar) and own is None:
                continue
            arn = entry.get("arn") or entry
        if isinstance(arn, Scalar) and (text := scope.text(arn, where, references=True)) is not None:
            target = _target(scope, arn, text, own, where, everything=everything)
            found += [target] if target else []
    return tuple(found)


def read_type(scope: Scope, node: Scalar, path: str) -> ResourceType | None:
    """The resource type that ``service:type`` names, or None (which is reported)."""
    text = scope.text(node, path)
    if text is None:
        return None
    service, _, name = text.partition(":")
    if not service_exists(service):
        report_service(scope, node, service, path)
        return None
    types = resource_types_of(service)
    if name in types:
        return types[name]
    known = [f"{service.lower()}:{key}" for key in types]
    scope.diagnostics.add(
        Diagnostic(
            UNKNOWN_RESOURCE_TYPE,
            f"`{text}` is not a resource type of {service_title(service)}",
            narrow(node, text),
            "no such type",
            expected=one_of(known, text) if known else "",
            notes=() if known else (f"{service_title(service)} has no resources that a policy can name",),
            help=did_you_mean(text, known),
            path=path,
        )
    )
    return None


def report_service(scope: Scope, node: Scalar, name: str, path: str) -> None:
    """Report a service that does not exist."""
    known = service_prefixes()
    scope.diagnostics.add(
        Diagnostic(
            NO_SUCH_SERVICE,
            f"service `{name}` does not exist",
            narrow(node, name),
            "not a service of AWS",
            expected=one_of(known, name),
            help=did_you_mean(name, known),
            path=path,
        )
    )


def formats(scope: Scope, kinds: Iterable[ResourceType], near: str = "") -> str:
    """The ARN formats of resource types, in words; of many those nearest to a text."""
    place = scope.place
    found = arn_formats(kinds, display(place.partition), display(place.region), display(place.account))
    return one_of(found, near, _SHOWN)


def apart(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Resources for statements: those with a Terraform reference by themselves, so that they hide no others in a plan.

    >>> apart(["b", "a"])
    (('a', 'b'),)
    """
    unique = sorted(set(texts))
    plain = tuple(text for text in unique if not has_reference(text))
    return tuple(part for part in (plain, tuple(text for text in unique if has_reference(text))) if part)


def _target(
    scope: Scope, node: Scalar, text: str, kind: ResourceType | None, path: str, *, everything: bool
) -> Target | None:
    if text == EVERYTHING and everything:
        return Target(text, node, ())
    if text.startswith(OPEN) and kind is None:
        scope.diagnostics.add(
            Diagnostic(
                UNTYPED_REFERENCE,
                f"what `{display(text)}` holds is known to Terraform only",
                narrow(node, display(text)),
                "a reference without a type",
                help=(f'say what it is: `{{arn: "{display(text)}", type: "{_likely_type(text)}"}}`',),
                path=path,
            )
        )
        return None
    if kind is not None and text != EVERYTHING and (text.startswith(OPEN) or parse_arn(text) is not None):
        if can_be(text, kind):
            return Target(text, node, (kind,), kind)
        _no_such_arn(scope, node, text, path, f"{kind.service}:{kind.name}", (kind,))
        return None
    arn = parse_arn(text)
    if arn is None:
        _no_arn(scope, node, text, path)
        return None
    found = kinds_of(text)
    if found:
        return Target(text, node, found)
    if "*" in arn.service or "?" in arn.service or OPEN in arn.service or not arn.service:
        _no_arn(scope, node, text, path)
    elif not is_service(arn.service):
        report_service(scope, node, arn.service, path)
    else:
        _no_such_arn(scope, node, text, path, service_title(arn.service), kinds_named(arn.service))
    return None


def _likely_type(text: str) -> str:
    """The type that a reference to a resource of the AWS provider most likely is: ``aws_sqs_queue.a.arn``."""
    _, _, name = references(text)[0].split(".", 1)[0].rpartition("aws_")
    service, _, kind = name.partition("_")
    if (service, kind, text[-2:]) == ("s3", "bucket", "/*"):
        return "s3:object"
    found = kind.replace("_", "-")
    return f"{service}:{found}" if found in resource_types_of(service) else "SERVICE:TYPE"


def _no_arn(scope: Scope, node: Scalar, text: str, path: str) -> None:
    scope.diagnostics.add(
        Diagnostic(
            ARN_FORMAT,
            f"`{display(text)}` is not the ARN of a resource",
            narrow(node, display(text)),
            "the service has to be spelled out" if parse_arn(text) else "not an ARN",
            expected="`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`",
            help=("actions that know no resource are derived with `access: {service: NAME, level: list}`",)
            if text == EVERYTHING
            else (),
            path=path,
        )
    )


def _no_such_arn(scope: Scope, node: Scalar, text: str, path: str, what: str, kinds: tuple[ResourceType, ...]) -> None:
    scope.diagnostics.add(
        Diagnostic(
            ARN_FORMAT,
            f"`{display(text)}` cannot be the ARN of a resource of {what}"
            if ":" not in what
            else f"`{display(text)}` cannot be the ARN of `{what}`",
            narrow(node, display(text)),
            "fits none of its ARN formats" if len(kinds) > 1 else "does not fit the ARN format",
            expected=formats(scope, kinds, display(text)) if kinds else "",
            notes=() if kinds else (f"{what} has no resources that a policy can name",),
            path=path,
        )
    )
