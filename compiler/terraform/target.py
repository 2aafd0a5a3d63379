"""What every emitting function needs: the document, the stack, and how the module spells account and origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from compiler.aws.reference import reference
from compiler.diagnostics import Origin
from compiler.diagnostics.value import record
from compiler.ir.program import Policy, StackProgram, Tags
from compiler.terraform.document import Document
from compiler.terraform.escape import Template, template

Layout = Literal["root", "module"]

# Shared by all resources, never changed. Without create_before_destroy on each of them Terraform strips a role of its
# policies while replacing it; with it the worst case is an apply that stops before anything is destroyed.
LIFECYCLE: dict[str, bool] = {"create_before_destroy": True}
PROTECTED: dict[str, bool] = {"create_before_destroy": True, "prevent_destroy": True}


@record(frozen=True, slots=True)
class Target:
    """The module being emitted. ``names`` maps the display names of spec files to the ones that go into the output."""

    document: Document
    stack: StackProgram
    layout: Layout
    spec_name: str
    names: Mapping[str, str]
    _tags: dict[Tags, dict[Template, Template]] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The account id, or in a module the variable that gives it."""
        return self.stack.account if self.layout == "root" else reference("var.account_id")

    @property
    def partition(self) -> str:
        """The partition, or in a module the variable that gives it."""
        return self.stack.partition if self.layout == "root" else reference("var.partition")

    def policy_arn(self, policy: Policy) -> Template:
        """The ARN a policy will have: spelled out, so that a plan shows what is attached."""
        return template(f"arn:{self.partition}:iam::{self.account}:policy{policy.path}{policy.name}")

    def origin(self, origin: Origin) -> Template:
        """Where a thing was asked for, as its ``"//"``: a comment, which Terraform does not parse."""
        name = origin.span.source.name
        return Template(f"{self.names.get(name, self.spec_name)}: {origin.path}")

    def tags(self, tags: Tags) -> dict[Template, Template]:
        """Tags as a Terraform map; the same object for the same tags, since a whole stack shares them."""
        found = self._tags.get(tags)
        if found is None:
            found = self._tags[tags] = {template(key): template(value) for key, value in tags}
        return found
