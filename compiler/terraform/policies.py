"""Customer managed policies and inline ones: the document as real JSON in ``locals``, and the resource that encodes it.

So git and ``terraform plan`` both show a changed permission as one changed line.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from compiler.aws.statement import Statement, document_json, is_plain
from compiler.ir.program import Policy, Role
from compiler.terraform.attachments import carriers
from compiler.terraform.document import Json, Value
from compiler.terraform.escape import Template, expression, template, template_json
from compiler.terraform.target import LIFECYCLE, Target


def add_policy(target: Target, policy: Policy) -> None:
    """Add a managed policy and its document to the policy's file."""
    origin = target.origin(policy.origin)
    local = _local(target, policy, origin)
    body: dict[str, Value] = {"//": origin, "name": template(policy.name), "path": template(policy.path)}
    if policy.description:
        body["description"] = template(policy.description)
    body["policy"] = expression(f"jsonencode({local})")
    if policy.tags:
        body["tags"] = target.tags(policy.tags)
    # What this policy gives up is attached from its new place before it is gone from here.
    if policy.after and (before := carriers(target.stack, policy.after)):
        body["depends_on"] = before
    body["lifecycle"] = LIFECYCLE
    target.document.resource(policy.file, "aws_iam_policy", policy.label, body)


def add_inline_policy(target: Target, policy: Policy, role: Role) -> str:
    """Add an inline policy of a role and its document to the policy's file. Gives its address."""
    origin = target.origin(policy.origin)
    body: dict[str, Value] = {
        "//": origin,
        "name": template(policy.name),
        "role": expression(f"aws_iam_role.{role.label}.name"),
        "policy": expression(f"jsonencode({_local(target, policy, origin)})"),
    }
    if policy.after and (before := carriers(target.stack, policy.after)):
        body["depends_on"] = before
    body["lifecycle"] = LIFECYCLE
    return target.document.resource(policy.file, "aws_iam_role_policy", policy.label, body)


def _local(target: Target, policy: Policy, origin: Template) -> str:
    # What was derived depends on the release of the service data, so the output names it.
    statements = policy.statements
    plain = is_plain(statements)
    release = "" if plain else max((statement.release for statement in statements), default="")
    return target.document.local(
        policy.file,
        f"policy_{policy.label}",
        document_json(statements) if plain else document_template(statements),
        origin=f"{origin} (service data {release})" if release else origin,
    )


def document_template(statements: Sequence[Statement]) -> Json:
    """A policy document for a place that Terraform parses.

    Most documents hold nothing to escape. Statements with kin never do, and of others asking their JSON text is ten
    times faster than asking each string.
    """
    document = document_json(statements)
    if is_plain(statements):
        return document
    text = orjson.dumps(document)
    if b"$" not in text and b"%" not in text and text.isascii():
        return document
    return template_json(document)
