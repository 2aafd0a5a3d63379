"""Grants of the catalogue: from the mapping that was written to arguments, and from those to statements.

The schema has checked keys and shapes; what is decided here depends on evaluated texts: what a name or ARN stands
for, which entry of ``resources:`` a ``ref:`` means, and whether a value fits its parameter.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from compiler.aws.partitions import partition_of_region, regions_of
from compiler.aws.statement import Statement
from compiler.catalog.context import Context, Problem
from compiler.catalog.expand import fill
from compiler.catalog.loader import load_grant
from compiler.catalog.model import ACCESS, ACCOUNT, KMS_KEY, REGION, Grant, Kind, Parameter
from compiler.catalog.plan import Plan, plan, without_company
from compiler.catalog.recipes import open_parameters
from compiler.catalog.resources import resolve
from compiler.diagnostics import Diagnostic, Label, Origin, Span, did_you_mean, one_of
from compiler.diagnostics.late import LatePattern
from compiler.frontend.codes import (
    IDLE_ARGUMENT,
    INVALID_ACCOUNT,
    INVALID_RESOURCE,
    INVALID_VALUE,
    MISSING_ARGUMENT,
    UNKNOWN_NAME,
    UNKNOWN_REGION,
    WRONG_RESOURCE_KIND,
)
from compiler.frontend.forms import Form, form_of, stands_alone
from compiler.frontend.scope import Scope, narrow
from compiler.ir.spec import Permission, Resource
from compiler.source import Mapping, Node, Scalar, Sequence

REF = "ref:"
_ACCOUNT_ID = LatePattern(r"[0-9]{12}")


def catalog_statements(scope: Scope, permission: Permission, *, denying: bool) -> tuple[Statement, ...]:
    """The statements of a catalogue grant, or none when something in it is wrong (which is reported).

    ``denying``: what only accompanies the verbs (keys, tokens, look-ups on ``*``) is left out, because denying it
    would take it away from everything else that the role does.
    """
    grant = load_grant(permission.grant.text)
    found = None if denying or scope.recipes is None else form_of(permission, open_parameters(grant))
    if found is not None and scope.recipes is not None:
        form, names = found
        recipe = scope.recipes.find(form)
        filled = recipe.fill(names, (Origin(permission.node.span, permission.path),)) if recipe else None
        if filled is not None:
            return filled
    return _worked_out(scope, permission, grant, found, denying=denying)


def _worked_out(
    scope: Scope, permission: Permission, grant: Grant, found: Form | None, *, denying: bool
) -> tuple[Statement, ...]:
    """The statements the long way, of which a recipe is learned where the permission has a form."""
    path = f"{permission.path}.{grant.name}"
    body = permission.body
    entries = body.entries if isinstance(body, Mapping) else {}
    reported = len(scope.diagnostics.items)
    place = _place(scope, entries, path) if ACCOUNT in entries or REGION in entries else scope.place
    arguments: dict[str, tuple[str, ...]] = {}
    keys: list[str] = []
    verbs = grant.default_verbs
    parameters = _parameters(grant)
    for name, (_, node) in entries.items():
        if name == ACCESS:
            verbs = _verbs(scope, grant, node, f"{path}.{name}")
        elif name == KMS_KEY:
            keys += _keys(scope, node, place, f"{path}.{name}")
        elif name not in (ACCOUNT, REGION):
            parameter = parameters.get(name)
            if parameter is not None:
                values = _argument(scope, parameter, node, place, f"{path}.{name}", keys)
                if values:
                    arguments[name] = values
    if grant.one_of:
        _require_one(scope, permission, grant, entries)
    if len(scope.diagnostics.items) > reported or place is None:
        return ()
    planned = plan(grant, verbs, arguments)
    if planned.idle or not planned.uses >= entries.keys() - {ACCESS}:
        _report_idle(scope, permission, planned, verbs, path)
    origins = (Origin(permission.node.span, permission.path),)
    if denying:
        planned = without_company(planned, grant, arguments)
    statements = fill(grant, planned, arguments, tuple(sorted(set(keys))), place, origins)
    # Of what something was said, the same has to be said again.
    is_sound = len(scope.diagnostics.items) == reported
    if is_sound and found is not None and scope.recipes is not None and place is scope.place and stands_alone(found[0]):
        scope.recipes.learn(found[0], grant, planned, found[1], statements)
    return statements


def _report_idle(
    scope: Scope,
    permission: Permission,
    planned: Plan,
    verbs: tuple[str, ...],
    path: str,
) -> None:
    """Report what was written and says nothing: an access that allows nothing here, a parameter that has no use."""
    body = permission.body
    if not isinstance(body, Mapping):
        return
    for verb in planned.idle:
        access = body.get(ACCESS)
        span = access.span.find(verb) if access is not None else permission.grant.span
        scope.diagnostics.add(
            Diagnostic(
                IDLE_ARGUMENT,
                f"access `{verb}` allows nothing with these parameters",
                span,
                "has no effect here",
                help=(f"`stackgrant schema apps.permissions.{permission.grant.text}` says what goes together",),
                path=f"{path}.{ACCESS}",
            )
        )
    if planned.idle:
        return
    for name, (key, node) in body.entries.items():
        is_off = isinstance(node, Scalar) and node.text.lower() == "false"
        if name not in (ACCESS, *planned.uses) and not is_off:
            scope.diagnostics.add(
                Diagnostic(
                    IDLE_ARGUMENT,
                    f"`{name}` says nothing about access {one_of(verbs)}",
                    key.span,
                    "has no effect here",
                    help=("take it out, or ask for an access that it narrows",),
                    path=f"{path}.{name}",
                )
            )


@cache
def _parameters(grant: Grant) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in grant.parameters}


@cache
def _verb_names(grant: Grant) -> dict[str, tuple[str]]:
    """The names of the verbs, each with the tuple that it is when it stands alone."""
    return {verb.name: (verb.name,) for verb in grant.verbs}


def _require_one(scope: Scope, permission: Permission, grant: Grant, entries: dict[str, tuple[Scalar, Node]]) -> None:
    for group in grant.one_of:
        if not any(name in entries for name in group):
            scope.diagnostics.add(
                Diagnostic(
                    MISSING_ARGUMENT,
                    f"`{grant.name}` needs {one_of(group)}",
                    permission.grant.span,
                    "says nothing about what it is for",
                    path=permission.path,
                )
            )


def _scalars(node: Node) -> tuple[Scalar, ...]:
    if isinstance(node, Scalar):
        return () if node.is_null else (node,)
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    return ()


def _place(scope: Scope, entries: dict[str, tuple[Scalar, Node]], path: str) -> Context | None:
    """Account and region of the grant where they differ from the stack's."""
    place = scope.place
    for name, (_, node) in entries.items():
        if name not in (ACCOUNT, REGION) or not isinstance(node, Scalar):
            continue
        text = scope.text(node, f"{path}.{name}")
        if text is None:
            continue
        if name == ACCOUNT:
            if not _ACCOUNT_ID.fullmatch(text):
                report_account(scope, node, text, f"{path}.{name}")
            place = replace(place, account=text, explicit=(*place.explicit, ACCOUNT))
        else:
            home = partition_of_region(place.region)
            if partition_of_region(text) is None or partition_of_region(text) != home:
                report_region(scope, node, text, f"{path}.{name}", regions_of(home or "aws"))
            place = replace(place, region=text, explicit=(*place.explicit, REGION))
    return place


def report_account(scope: Scope, node: Scalar, text: str, path: str) -> None:
    """Report a text that is no account id."""
    scope.diagnostics.add(
        Diagnostic(
            INVALID_ACCOUNT,
            f"`{text}` is not an account id",
            node.span,
            f"has {len(text)} characters",
            expected='12 digits in quotes, such as `"123456789012"`',
            path=path,
        )
    )


def report_region(scope: Scope, node: Scalar, text: str, path: str, known: frozenset[str]) -> None:
    """Report a text that is no region."""
    scope.diagnostics.add(
        Diagnostic(
            UNKNOWN_REGION,
            f"region `{text}` does not exist here",
            node.span,
            "not a region of this partition",
            expected=one_of(known, text),
            help=did_you_mean(text, known),
            path=path,
        )
    )


def _verbs(scope: Scope, grant: Grant, node: Node, path: str) -> tuple[str, ...]:
    names = _verb_names(grant)
    if isinstance(node, Scalar) and node.text in names:
        return names[node.text]
    verbs: list[str] = []
    for scalar in _scalars(node):
        text = scope.text(scalar, path)
        if text is None:
            continue
        if text not in names:
            _invalid(scope, scalar, text, path, f"`{grant.name}` knows no access `{text}`", one_of(names, text, 20),
                     did_you_mean(text, names))  # fmt: skip
        else:
            verbs.append(text)
    return tuple(dict.fromkeys(verbs))


def _argument(
    scope: Scope, parameter: Parameter, node: Node, place: Context | None, path: str, keys: list[str]
) -> tuple[str, ...]:
    """The values of one parameter; ``keys`` takes the KMS keys of the resources that were named by ``ref:``."""
    if place is None:
        return ()
    values: list[str] = []
    references = parameter.kind is Kind.RESOURCE or parameter.kind is Kind.TEXT
    for scalar in _scalars(node):
        text = scope.text(scalar, path, references=references)
        if text is None:
            continue
        if parameter.kind is Kind.RESOURCE:
            value = _resource(scope, parameter, scalar, text, place, path, keys)
        else:
            value = _checked(scope, parameter, scalar, text, place, path)
            if parameter.kind is Kind.FLAG and value == "false":
                continue
        if value is not None:
            values.append(value)
    return tuple(values) if len(values) < 2 else tuple(dict.fromkeys(values))


def _checked(scope: Scope, parameter: Parameter, scalar: Scalar, text: str, place: Context, path: str) -> str | None:
    """A text, choice, number or flag that fits its parameter."""
    if parameter.kind is Kind.FLAG:
        text = text.lower()
    value = resolve(parameter, text, place)
    if isinstance(value, Problem):
        names = tuple(choice.name for choice in parameter.choices)
        _invalid(scope, scalar, text, path, value.message, value.expected, value.help or did_you_mean(text, names))
        return None
    return value


def _resource(
    scope: Scope, parameter: Parameter, scalar: Scalar, text: str, place: Context, path: str, keys: list[str]
) -> str | None:
    if not text.startswith(REF):
        return _resolved(scope, parameter, scalar, text, place, path)
    resource = _named_resource(scope, text.removeprefix(REF), scalar, path)
    if resource is None:
        return None
    if resource.kind.text != parameter.grant:
        scope.diagnostics.add(
            Diagnostic(
                WRONG_RESOURCE_KIND,
                f"`{text}` is declared for `{resource.kind.text}`, not for `{parameter.grant}`",
                scalar.span,
                f"a {parameter.noun or parameter.grant} goes here",
                (Label(resource.kind.span, "declared here"),),
                path=path,
            )
        )
        return None
    if resource.kms_key is not None:
        keys += _keys(scope, resource.kms_key, place, f"{resource.path}.kms_key")
    declared = scope.text(resource.body, resource.path, references=True)
    # A named resource lives where the stack does, unless the grant says otherwise.
    return None if declared is None else _resolved(scope, parameter, resource.body, declared, place, resource.path)


def _named_resource(scope: Scope, name: str, scalar: Scalar, path: str) -> Resource | None:
    known = scope.spec.resources
    if name in known:
        return known[name]
    scope.diagnostics.add(
        Diagnostic(
            UNKNOWN_NAME,
            f"resource `{name}` does not exist",
            narrow(scalar, name),
            "not defined under `resources`",
            expected=one_of(known, name) if known else "",
            help=did_you_mean(name, known),
            path=path,
        )
    )
    return None


def _resolved(scope: Scope, parameter: Parameter, scalar: Scalar, text: str, place: Context, path: str) -> str | None:
    arn = resolve(parameter, text, place)
    if isinstance(arn, Problem):
        help_lines = arn.help
        if text in scope.spec.resources:
            help_lines = (*help_lines, f"to name the entry of `resources:`, write `{REF}{text}`")
        scope.diagnostics.add(
            Diagnostic(
                INVALID_RESOURCE,
                arn.message,
                scalar.span,
                arn.label,
                expected=arn.expected,
                help=help_lines,
                path=path,
            )
        )
        return None
    return arn


def _keys(scope: Scope, node: Node, place: Context | None, path: str) -> tuple[str, ...]:
    """ARNs of KMS keys: key ids, ARNs, Terraform references, or ``ref:`` to a ``kms`` resource."""
    parameter = load_grant("kms").parameter("key")
    assert parameter is not None
    assert place is not None or scope.diagnostics.has_errors
    keys: list[str] = []
    for scalar in _scalars(node):
        text = scope.text(scalar, path, references=True)
        if text is not None:
            key = _resource(scope, parameter, scalar, text, place or scope.place, path, keys)
            keys += [key] if key else []
    return tuple(keys)


def _invalid(
    scope: Scope, scalar: Scalar, text: str, path: str, message: str, expected: str, help_lines: tuple[str, ...] = ()
) -> None:
    span: Span = narrow(scalar, text)
    scope.diagnostics.add(Diagnostic(INVALID_VALUE, message, span, expected=expected, help=help_lines, path=path))
