"""Of what a guardrail speaks: stacks (by name or account) and apps, less what it leaves alone."""

from __future__ import annotations

from compiler.aws.pattern import matches
from compiler.ir.guardrails import Guardrail
from compiler.ir.program import Policy, Role, StackProgram


def told_by(guardrail: Guardrail) -> str:
    """The label at a guardrail: its name and its reason."""
    return f"guardrail `{guardrail.name}`: {guardrail.reason}"


def speaks_of_policy(guardrail: Guardrail, stack: StackProgram, policy: Policy) -> bool:
    """Whether a guardrail is about the permissions in a policy."""
    return speaks_of_holder(guardrail, stack, policy.origin.path)


def speaks_of_holder(guardrail: Guardrail, stack: StackProgram, path: str) -> bool:
    """Whether a guardrail is about what the permissions of an app, a stack or a layer say, by its path."""
    return _speaks_of(guardrail, stack, path, (path,))


def speaks_of_role(guardrail: Guardrail, stack: StackProgram, role: Role) -> bool:
    """Whether a guardrail is about a role: about one of the apps whose permissions it carries, if it names apps."""
    return _speaks_of(guardrail, stack, role.origin.path, _holders(stack, role))


def speaks_of_layer(guardrail: Guardrail, stack: StackProgram, layer: str) -> bool:
    """Whether a guardrail is about a layer whose role is made elsewhere, by its path; apps are those attached to it."""
    attached = (path for role in stack.roles if role.origin.path == layer for path in _holders(stack, role))
    return _speaks_of(guardrail, stack, layer, tuple(attached))


def _holders(stack: StackProgram, role: Role) -> tuple[str, ...]:
    """The paths of all whose permissions a role carries."""
    carried = {policy.origin.path for policy in stack.policies if policy.label in role.policies}
    return (*carried, *(path for policy in role.managed for path, _ in policy.holders))


def _speaks_of(guardrail: Guardrail, stack: StackProgram, path: str, holders: tuple[str, ...]) -> bool:
    names = (stack.name, stack.account)  # no name of a stack begins with a digit
    if guardrail.stacks and not any(matches(pattern, name) for pattern in guardrail.stacks for name in names):
        return False
    if guardrail.apps and not any(_is_app(guardrail.apps, holder) for holder in holders):
        return False
    paths = (path, f"stacks.{stack.name}", f"accounts.{stack.account}")
    return not any(matches(pattern, item) for pattern in guardrail.exempt for item in paths)


def _is_app(patterns: tuple[str, ...], path: str) -> bool:
    section, _, name = path.partition(".")
    return section == "apps" and any(matches(pattern, name) for pattern in patterns)
