"""A stack as the files of a Terraform module: the whole of it on one screen.

One file for the settings, one for the stack's default profile, one for each app and each layer, one for the outputs,
so that the output mirrors the spec. Resources are flat: a plan over ``for_each`` grows with the square of its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from compiler.ir.program import StackProgram
from compiler.terraform.attachments import add_attachments
from compiler.terraform.document import Document
from compiler.terraform.header import header
from compiler.terraform.moves import add_policy_moves, add_role_moves
from compiler.terraform.outputs import add_outputs
from compiler.terraform.policies import add_inline_policy, add_policy
from compiler.terraform.roles import add_profile, add_role
from compiler.terraform.settings import add_settings
from compiler.terraform.target import Layout, Target

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def emit_stack(
    stack: StackProgram,
    *,
    layout: Layout,
    spec_name: str,
    tests: bool = False,
    names: Mapping[str, str] = _NO_NAMES,
) -> dict[str, bytes]:
    """The stack's module: path relative to the stack's folder -> content, sorted by path.

    ``spec_name`` is what the output calls the spec, the same on every machine; with several spec files ``names`` maps
    the display name of each (``SourceText.name``) to what the output calls that file. ``tests`` adds the test that
    seals each policy and trust document.

    A layout of ``module`` expects a stack whose strings spell the account and the partition as references to
    ``var.account_id`` and ``var.partition``.
    """
    text = header(spec_name)
    target = Target(Document(text), stack, layout, spec_name, names)
    policies = {policy.label: policy for policy in stack.policies}
    add_settings(target)
    for policy in stack.policies:
        if not policy.inline:
            add_policy(target, policy)
        add_policy_moves(target, policy)
    for role in stack.roles:
        add_role(target, role)
        inline = [add_inline_policy(target, policies[label], role) for label in role.inline]
        attachments = add_attachments(target, role, policies, inline)
        if role.profile and not role.existing:
            add_profile(target, role, role.profile, attachments)
        add_role_moves(target, role, policies)
    add_outputs(target)
    files = target.document.render()
    if not tests:
        return files
    from compiler.terraform import seals

    test = seals.sealed_test(target, text)
    return files | {seals.PATH: test} if test else files
