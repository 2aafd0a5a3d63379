"""An ARN of the wrong kind: a boundary or managed policy that is no policy, a principal that is no principal.

Source: IAM API Reference, ``CreateRole`` (PermissionsBoundary) and ``AttachRolePolicy``; IAM User Guide, "AWS JSON
policy elements: Principal" and "IAM identifiers".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.arn import parse_arn
from compiler.aws.reference import display, has_reference
from compiler.checks.arn_faults import arn_fault
from compiler.checks.arn_fields import is_foreign, is_literal, is_unique_id
from compiler.checks.place import Place, place_of
from compiler.checks.spans import path_of, span_in, span_of
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import LayerProfile, Program, Role, StackProgram, setting_origin

WRONG_ARN_KIND = Code(
    id="SG513",
    name="wrong-arn-kind",
    severity=Severity.ERROR,
    what="Reports a permissions boundary or managed policy that is not the ARN of a policy, an existing instance "
    "profile that is not one, and a trusted principal that cannot be a principal.",
    why="IAM refuses the role. A role and its instance profile often share a name, so one ARN is easily taken for the "
    "other; only the role can be a principal.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    trust:
      - service: ec2.amazonaws.com
      - principal: arn:aws:iam::123456789012:instance-profile/deploy  # error: SG513
        when: {StringEquals: {sts:ExternalId: shop-deploy}}
    layers: {web: {apps: [web]}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    trust:
      - service: ec2.amazonaws.com
      - principal: arn:aws:iam::123456789012:role/deploy
        when: {StringEquals: {sts:ExternalId: shop-deploy}}
    layers: {web: {apps: [web]}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    ),
)
CODES = (WRONG_ARN_KIND,)
_POLICY = "the ARN of a managed policy, `arn:…:iam::ACCOUNT:policy/NAME`"
_PROFILE = "the ARN of an instance profile, `arn:…:iam::ACCOUNT:instance-profile/NAME`"
_PRINCIPAL = "the ARN of a role, user, session or account root, such as `arn:aws:iam::123456789012:role/deploy`"
_PRINCIPALS = ("role/", "user/", "root", "assumed-role/", "federated-user/", "self")


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at the ARNs that a stack names outside of its policies."""
    for stack in program.stacks:
        here = place_of(stack)
        for role in stack.roles:
            yield from _of_role(role, here)
        for layer in stack.layers:
            if layer.profile_arn and not is_kind(layer.profile_arn, here, "instance-profile/"):
                yield _profile(stack, layer)


def is_kind(text: str, here: Place, *beginnings: str) -> bool:
    """Whether a text can be the ARN of an IAM thing whose last field begins so. What Terraform knows is not doubted."""
    arn = parse_arn(text)
    if arn is None:
        return has_reference(text)
    if has_reference(arn.service) or has_reference(arn.resource[:1]):
        return True
    if arn.service not in ("iam", "sts") or not arn.resource.startswith(beginnings):
        return False
    return is_literal(arn.resource) and (is_foreign(text, here) or arn_fault(text, here) is None)


def _of_role(role: Role, here: Place) -> Iterator[Diagnostic]:
    boundary = role.permissions_boundary
    if boundary and not is_kind(boundary, here, "policy/"):
        where = setting_origin(role, "permissions_boundary")
        is_name = ":" not in boundary
        name = boundary.strip("/").removeprefix("policy/")
        yield Diagnostic(
            WRONG_ARN_KIND,
            f"permissions boundary `{display(boundary)}` is not the ARN of a policy",
            span_of(where, boundary),
            expected=_POLICY,
            help=(f"write `arn:{here.partition}:iam::{here.account}:policy/{name}`",) if is_name else (),
            path=where.path,
        )
    for policy in role.managed:
        if not is_kind(policy.arn, here, "policy/"):
            yield Diagnostic(
                WRONG_ARN_KIND,
                f"`{display(policy.arn)}` is not the ARN of a managed policy",
                span_of(policy.origin, policy.arn),
                expected=_POLICY,
                path=policy.origin.path,
            )
    for statement in role.trust:
        for kind, values in statement.principals:
            for text in values:
                if (
                    kind == "AWS" and not _is_principal(text, here) and not is_unique_id(text)
                ):  # another rule explains ids
                    help_lines = _role_of_profile(text)
                    yield Diagnostic(
                        WRONG_ARN_KIND,
                        f"`{display(text)}` cannot be a principal",
                        span_in(statement, text),
                        expected=_PRINCIPAL,
                        help=help_lines,
                        path=path_of(statement),
                    )


def _is_principal(text: str, here: Place) -> bool:
    """Principals are role, user, session and root ARNs, account ids and ``*``; wildcards inside are refused."""
    if text == "*" or (text.isdigit() and len(text) == 12):
        return True
    return is_kind(text, here, *_PRINCIPALS)


def _role_of_profile(text: str) -> tuple[str, ...]:
    arn = parse_arn(text)
    if arn is None or not arn.resource.startswith("instance-profile/"):
        return ()
    name = arn.resource.rpartition("/")[2]
    return (f"name the role that the profile holds, such as `arn:{arn.partition}:iam::{arn.account}:role/{name}`",)


def _profile(stack: StackProgram, layer: LayerProfile) -> Diagnostic:
    return Diagnostic(
        WRONG_ARN_KIND,
        f"`{display(layer.profile_arn)}` is not the ARN of an instance profile",
        span_of(stack.origin, layer.profile_arn),
        expected=_PROFILE,
        path=f"{stack.origin.path}.layers.{layer.layer}.profile",
    )
