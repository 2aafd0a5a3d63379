"""Small programs for the passes to work on."""

from __future__ import annotations

from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Origin, SourceText, Span
from compiler.ir.program import Policy, Program, Role, StackProgram

_SPEC = SourceText("spec.yaml", "x" * 100)


def origin(path: str, start: int = 0) -> Origin:
    return Origin(Span(_SPEC, start, start + 1), path)


def statement(actions: str, resources: str = "*", **rest: object) -> Statement:
    """A statement from words: ``statement("s3:GetObject s3:PutObject", "arn:…")``."""
    return Statement(actions=tuple(actions.split()), resources=tuple(resources.split()), **rest)  # type: ignore[arg-type]


def condition(key: str = "aws:SourceVpc", *values: str) -> Condition:
    return Condition("StringEquals", key, values or ("vpc-1",))


def policy(label: str, *statements: Statement, kind: str = "app", **rest: object) -> Policy:
    where = origin(f"apps.{label}")
    values = {"path": "/", "description": label, "tags": (), "name_origin": where, **rest}
    return Policy(label, f"shop-{label}", statements=statements, origin=where, file=label, kind=kind, **values)  # type: ignore[arg-type]


def role(label: str, *policies: str) -> Role:
    where = origin(f"layers.{label}")
    return Role(label, label, "/", "", "", None, (), (), policies, (), None, where, f"layer-{label}")


def program(policies: list[Policy], roles: list[Role] | None = None) -> Program:
    where = origin("stacks.shop")
    stack = StackProgram("shop", "123456789012", "eu-west-1", "aws", where, tuple(policies), tuple(roles or ()))
    return Program((stack,), "spec.yaml")
