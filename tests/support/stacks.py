"""Hand-built programs for the tests of everything that reads a finished program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compiler.aws.reference import reference
from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Origin, SourceText, Span
from compiler.ir.program import LayerProfile, ManagedPolicy, Policy, Profile, Role, StackProgram

SPEC = "stackgrant.yaml"
ACCOUNT = "123456789012"
REGIONS = {"aws": "eu-west-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
EC2 = {"aws": "ec2.amazonaws.com", "aws-us-gov": "ec2.amazonaws.com", "aws-cn": "ec2.amazonaws.com.cn"}
_TEXT = SourceText("/somewhere/on/this/machine/stackgrant.yaml", "".join(f"line {n}\n" for n in range(1000)))


def origin(path: str, start: int = 0) -> Origin:
    return Origin(Span(_TEXT, start, start + 4), path)


def trust(service: str = "ec2.amazonaws.com") -> tuple[Statement, ...]:
    return (Statement(actions=("sts:AssumeRole",), principals=(("Service", (service,)),)),)


def allow(actions: str, resources: str = "*", *conditions: Condition) -> Statement:
    """``allow("s3:GetObject s3:PutObject", "arn:…")``."""
    return Statement(actions=tuple(actions.split()), resources=tuple(resources.split()), conditions=conditions)


def policy(label: str, *statements: Statement, **rest: Any) -> Policy:
    values: dict[str, Any] = {
        "name": f"shop-{label}",
        "path": "/shop/",
        "description": f"Permissions of {label}",
        "tags": (("owner", "platform"),),
        "origin": origin(f"apps.{label.removeprefix('app-')}"),
        "file": label,
        "kind": "app",
        **rest,
    }
    return Policy(label=label, statements=statements or (allow("s3:ListAllMyBuckets"),), **values)


def role(label: str, *policies: str, **rest: Any) -> Role:
    place = origin(f"stacks.shop.layers.{label}")
    values: dict[str, Any] = {
        "name": f"shop-{label}",
        "path": "/shop/",
        "description": f"Layer {label}",
        "permissions_boundary": "",
        "max_session_duration": None,
        "tags": (("layer", label), ("owner", "platform")),
        "trust": trust(),
        "managed": (),
        "profile": Profile(f"shop-{label}", "/shop/", place),
        "origin": place,
        "file": f"layer-{label}",
        **rest,
    }
    return Role(label=label, policies=tuple(sorted(policies)), **values)


def managed(label: str, arn: str) -> ManagedPolicy:
    return ManagedPolicy(label, arn, origin("stacks.shop.permissions[0]"))


def layers_of(roles: tuple[Role, ...]) -> tuple[LayerProfile, ...]:
    return tuple(LayerProfile(item.label, role_label=item.label) for item in roles if not item.existing)


def stack(policies: list[Policy], roles: list[Role], **rest: Any) -> StackProgram:
    values: dict[str, Any] = {
        "name": "shop",
        "account": ACCOUNT,
        "region": "eu-west-1",
        "partition": "aws",
        "origin": origin("stacks.shop"),
        "layers": layers_of(tuple(roles)),
        **rest,
    }
    return StackProgram(policies=tuple(policies), roles=tuple(roles), **values)


def shop(partition: str = "aws") -> StackProgram:
    """Two layers and a default profile: shared, own and managed policies, conditions, a boundary, every setting."""
    arn = f"arn:{partition}"
    region = REGIONS[partition]
    boundary = f"{arn}:iam::{ACCOUNT}:policy/boundary"
    policies = [
        policy(
            "stack", allow("ssm:UpdateInstanceInformation"), file="stack", kind="stack", origin=origin("stacks.shop")
        ),
        policy(
            "app-storefront",
            allow("s3:GetObject s3:GetObjectVersion", f"{arn}:s3:::shop-assets/public/*"),
            allow(
                "s3:ListBucket",
                f"{arn}:s3:::shop-assets",
                Condition("StringLike", "s3:prefix", ("public/*", "${aws:PrincipalTag/team}/*")),
            ),
        ),
        policy(
            "app-orders",
            allow("sqs:DeleteMessage sqs:ReceiveMessage", f"{arn}:sqs:{region}:{ACCOUNT}:orders"),
            replace(allow("s3:*", f"{arn}:s3:::shop-assets/secret/*"), effect="Deny", sid="KeepOut"),
        ),
    ]
    service = trust(EC2[partition])
    roles = [
        role("default", "stack", file="stack", trust=service),
        role("web", "app-storefront", "stack", trust=service, max_session_duration=7200),
        role("worker", "app-orders", "app-storefront", "stack", trust=service, permissions_boundary=boundary),
    ]
    layers = (*layers_of((roles[1], roles[2])), LayerProfile("bastion", role_label="default"))
    return stack(policies, roles, partition=partition, region=region, layers=layers)


def as_module(program: StackProgram) -> StackProgram:
    """The program as it is for a child module: account and partition spelled as references in every string."""

    def spelled(text: str) -> str:
        text = text.replace(f"arn:{program.partition}:", f"arn:{reference('var.partition')}:")
        return text.replace(program.account, reference("var.account_id"))

    def statement(item: Statement) -> Statement:
        return replace(item, resources=tuple(map(spelled, item.resources)))

    return replace(
        program,
        policies=tuple(replace(item, statements=tuple(map(statement, item.statements))) for item in program.policies),
        roles=tuple(
            replace(
                item,
                permissions_boundary=spelled(item.permissions_boundary),
                managed=tuple(replace(other, arn=spelled(other.arn)) for other in item.managed),
            )
            for item in program.roles
        ),
    )


def relabelled(program: StackProgram, roles: dict[str, str], policies: dict[str, str]) -> StackProgram:
    """The program after renames in the spec (old label -> new) that are declared with ``moved:``; AWS names stay."""

    def new_role(item: Role) -> Role:
        attached = tuple(sorted(policies.get(label, label) for label in item.policies))
        moved = {"label": roles[item.label], "moved_from": item.label} if item.label in roles else {}
        return replace(item, policies=attached, **moved)

    def new_policy(item: Policy) -> Policy:
        return replace(item, label=policies[item.label], moved_from=item.label) if item.label in policies else item

    return replace(
        program,
        roles=tuple(map(new_role, program.roles)),
        policies=tuple(map(new_policy, program.policies)),
        layers=tuple(replace(item, role_label=roles.get(item.role_label, item.role_label)) for item in program.layers),
    )
