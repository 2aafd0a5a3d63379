"""Of what a guardrail speaks: stacks (by name or account) and apps, less what it leaves alone."""

from __future__ import annotations

from compiler.aws.pattern import matches
from compiler.ir.guardrails import Guardrail
from compiler.ir.program import Policy, Role, StackProgram


def speaks_of_policy(guardrail: Guardrail, stack: StackProgram, policy: Policy) -> bool:
    """Whether a guardrail is about the permissions in a policy."""
    return _speaks_of(guardrail, stack, policy.origin.path, (policy.origin.path,))


def speaks_of_role(guardrail: Guardrail, stack: StackProgram, role: Role) -> bool:
    """Whether a guardrail is about a role: about one of the apps whose permissions it carries, if it names apps."""
    carried = {policy.origin.path for policy in stack.policies if policy.label in role.policies}
    return _speaks_of(guardrail, stack, role.origin.path, tuple(carried))


def speaks_of_layer(guardrail: Guardrail, stack: StackProgram, layer: str) -> bool:
    """Whether a guardrail is about a layer that has no role of ours, by its path: about all apps, or none."""
    return not guardrail.apps and _speaks_of(guardrail, stack, layer, ())


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
