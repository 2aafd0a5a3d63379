"""Programs made by hand, with real positions: each statement is the JSON text that a user would paste.

All statements of a program stand below one another in one source text, so that a span can be read back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from compiler.aws.reference import reference
from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Code, Diagnostic, Origin, SourceText, Span
from compiler.ir.program import LayerProfile, ManagedPolicy, Policy, Profile, Program, Quotas, Role, StackProgram

ACCOUNT = "123456789012"
Check = Callable[[Program], Iterator[Diagnostic]]


def texts(value: Any) -> tuple[str, ...]:
    """A JSON value as statement texts; ``<<var.x>>`` stands for a Terraform reference."""
    items = value if isinstance(value, list) else [value]
    return tuple(_text(item) for item in items)


def _text(item: Any) -> str:
    text = json.dumps(item) if isinstance(item, (bool, int)) else str(item)
    return reference(text[2:-2]) if text.startswith("<<") and text.endswith(">>") else text


def statement(body: dict[str, Any] | str, origin: Origin | None = None, source: str = "statement") -> Statement:
    """A statement from its JSON form (text or parsed)."""
    parsed: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    principal = parsed.get("Principal", {})
    pairs = {"*": "*"} if principal == "*" else principal
    return Statement(
        parsed.get("Effect", "Allow"),
        texts(parsed.get("Action", [])),
        texts(parsed.get("Resource", [])),
        tuple(
            Condition(operator, key, texts(values))
            for operator, keys in parsed.get("Condition", {}).items()
            for key, values in keys.items()
        ),
        texts(parsed.get("NotAction", [])),
        texts(parsed.get("NotResource", [])),
        tuple((kind, texts(values)) for kind, values in pairs.items()),
        sid=parsed.get("Sid", ""),
        origins=(origin,) if origin else (),
        source=source,
    )


def sourced(bodies: Iterable[dict[str, Any] | str], path: str, name: str = "spec.json") -> tuple[Statement, ...]:
    """Statements with origins in one source text that holds all of them."""
    written = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    source = SourceText(name, "\n".join(written))
    made: list[Statement] = []
    offset = 0
    for index, text in enumerate(written):
        origin = Origin(Span(source, offset, offset + len(text)), f"{path}[{index}]")
        made.append(statement(text, origin))
        offset += len(text) + 1
    return tuple(made)


def origin(text: str, path: str = "stacks.shop.layers.web", needle: str = "", name: str = "spec.yaml") -> Origin:
    """An origin in a text of its own: all of it, or the first place of ``needle``."""
    source = SourceText(name, text)
    start = text.index(needle) if needle else 0
    return Origin(Span(source, start, start + len(needle or text)), path)


def policy(*bodies: dict[str, Any] | str, **overrides: Any) -> Policy:
    """A policy of an app, from statements as JSON."""
    values: dict[str, Any] = {
        "label": "app-web",
        "name": "shop-web",
        "path": "/",
        "description": "",
        "statements": sourced(bodies, "apps.web.permissions"),
        "tags": (),
        "origin": origin("web", "apps.web"),
        "file": "app-web",
        "kind": "app",
    }
    return Policy(**(values | overrides))


def trust(*bodies: dict[str, Any] | str) -> tuple[Statement, ...]:
    """A trust policy from statements as JSON."""
    return sourced(bodies, "stacks.shop.trust", "trust.json")


def role(**overrides: Any) -> Role:
    """A role for EC2 with an instance profile."""
    values: dict[str, Any] = {
        "label": "web",
        "name": "shop-web",
        "path": "/",
        "description": "",
        "permissions_boundary": "",
        "max_session_duration": None,
        "tags": (),
        "trust": trust({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}),
        "policies": ("app-web",),
        "managed": (),
        "profile": Profile("shop-web", "/", origin("web")),
        "origin": origin("web"),
        "file": "layer-web",
    }
    return Role(**(values | overrides))


def managed(arn: str) -> ManagedPolicy:
    """A policy made elsewhere."""
    return ManagedPolicy(arn.rpartition("/")[2], arn, origin(f"managed_policy: {arn}", needle=arn))


def stack(
    policies: Iterable[Policy] = (),
    roles: Iterable[Role] = (),
    *,
    name: str = "shop",
    account: str = ACCOUNT,
    region: str = "eu-west-1",
    partition: str = "aws",
    layers: tuple[LayerProfile, ...] = (),
    quotas: Quotas | None = None,
) -> StackProgram:
    """A stack of policies and roles."""
    return StackProgram(
        name,
        account,
        region,
        partition,
        origin(f"{name}:", f"stacks.{name}"),
        tuple(policies),
        tuple(roles),
        layers,
        quotas=quotas or Quotas(),
    )


def program(*stacks: StackProgram) -> Program:
    """A program of stacks."""
    return Program(stacks, "spec.yaml")


def spec(*bodies: dict[str, Any] | str, **stack_overrides: Any) -> Program:
    """A program of one stack whose one role has one policy with these statements."""
    return program(stack([policy(*bodies)], [role()], **stack_overrides))


def found(check: Check, tree: Program) -> list[tuple[str, str]]:
    """What a check says: pairs of code and underlined text."""
    return [(item.code.id, item.span.text if item.span else "") for item in check(tree)]


def only(check: Check, tree: Program, code: Code | None = None) -> Diagnostic:
    """The one finding of a check."""
    findings = list(check(tree))
    assert len(findings) == 1, [item.message for item in findings]
    assert code is None or findings[0].code is code
    return findings[0]


def words(finding: Diagnostic) -> str:
    """Everything that a finding says, in one text."""
    labels = [label.text for label in finding.secondary]
    return "\n".join([finding.message, finding.label, finding.expected, *finding.notes, *finding.help, *labels])
