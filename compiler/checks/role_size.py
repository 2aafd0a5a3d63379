"""How full the roles of a program are: what IAM's quotas count, role by role.

The same figures stand behind ``stackgrant size`` and behind the warning that a role is nearly full.

Source: IAM User Guide, "IAM and AWS STS quotas".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from compiler.aws.limits import INLINE_POLICIES_LENGTH, MANAGED_POLICY_LENGTH
from compiler.aws.reference import references
from compiler.aws.statement import Statement, document_json, document_size, statement_json
from compiler.diagnostics import Origin, Span
from compiler.diagnostics.value import record
from compiler.ir.program import Policy, Role, StackProgram


@record(frozen=True, slots=True)
class Fill:
    """What is used of a quota."""

    used: int
    quota: int

    @property
    def percent(self) -> int:
        """How much of the quota that is, rounded down; over the quota, it is more than 100.

        >>> Fill(6143, 6144).percent, Fill(6144, 6144).percent, Fill(6145, 6144).percent
        (99, 100, 101)
        """
        if self.used > self.quota:
            return -(-100 * self.used // self.quota) if self.quota > 0 else 101
        return 100 * self.used // self.quota if self.quota else 100

    @property
    def is_high(self) -> bool:
        """Whether four fifths of the quota are used."""
        return 5 * self.used >= 4 * self.quota

    @property
    def is_over(self) -> bool:
        """Whether more is used than there is."""
        return self.used > self.quota


@record(frozen=True, slots=True)
class PolicySize:
    """A policy with the characters that IAM counts.

    With Terraform ``references`` they are a lower bound; ``apart`` says that it is combined with no other policy, for
    it would hide what a plan knows (which variables do not).
    """

    policy: Policy
    characters: int
    references: bool
    apart: bool

    @property
    def fill(self) -> Fill:
        """Of the quota of its kind."""
        return Fill(self.characters, INLINE_POLICIES_LENGTH if self.policy.inline else MANAGED_POLICY_LENGTH)


@record(frozen=True, slots=True)
class RoleSize:
    """A role and its policies with their sizes; ``trust`` is None where the role is made elsewhere."""

    role: Role
    attached: Fill
    trust: Fill | None
    managed: tuple[PolicySize, ...]
    inline: tuple[PolicySize, ...]

    @property
    def places(self) -> int:
        """Managed policies that fit: one place of the quota stays free for a policy that is being replaced."""
        return max(self.attached.quota - 1, 0)

    @property
    def is_crowded(self) -> bool:
        """Whether more is attached than there are places."""
        return self.attached.used > self.places

    @property
    def room(self) -> Fill:
        """Characters of the managed policies made here, of those that the places left by other policies hold."""
        holds = max(self.places - len(self.role.managed), 0) * MANAGED_POLICY_LENGTH
        return Fill(sum(size.characters for size in self.managed), holds)

    @property
    def in_line(self) -> Fill | None:
        """Characters of the inline policies, where there are any."""
        return Fill(sum(size.characters for size in self.inline), INLINE_POLICIES_LENGTH) if self.inline else None

    @property
    def fixed(self) -> int:
        """Places that no combining spares: policies made elsewhere, and those with Terraform references."""
        return len(self.role.managed) + sum(size.apart for size in self.managed)

    @property
    def divisible(self) -> Fill:
        """Characters that combining can distribute, of those that the places hold which are not fixed."""
        used = sum(size.characters for size in (*self.managed, *self.inline) if not size.apart)
        return Fill(used, max(self.places - self.fixed, 0) * MANAGED_POLICY_LENGTH)

    @property
    def needed(self) -> Fill:
        """Attached policies that are left when all that can be combined is combined."""
        fewest = -(-self.divisible.used // MANAGED_POLICY_LENGTH)
        return Fill(self.fixed + fewest, self.attached.quota)


def role_size(stack: StackProgram, role: Role) -> RoleSize:
    """The sizes of one role."""
    carried = {*role.policies, *role.inline}
    return _sized(stack, role, {p.label: policy_size(p) for p in stack.policies if p.label in carried})


def role_sizes(stack: StackProgram) -> Iterator[RoleSize]:
    """The sizes of all roles of a stack; a policy that roles share is measured once."""
    measured = {policy.label: policy_size(policy) for policy in stack.policies}
    for role in stack.roles:
        yield _sized(stack, role, measured)


def _sized(stack: StackProgram, role: Role, measured: dict[str, PolicySize]) -> RoleSize:
    quotas = stack.quotas
    return RoleSize(
        role,
        Fill(len(role.policies) + len(role.managed), quotas.managed_policies_per_role),
        None if role.existing else Fill(document_size(document_json(role.trust)), quotas.trust_policy_length),
        tuple(measured[label] for label in role.policies if label in measured),
        tuple(measured[label] for label in role.inline if label in measured),
    )


def policy_size(policy: Policy) -> PolicySize:
    """What IAM counts of a policy."""
    names = [name for statement in policy.statements for name in _references(statement)]
    apart = any(not name.startswith("var.") for name in names)
    return PolicySize(policy, document_size(document_json(policy.statements)), bool(names), apart)


def _references(statement: Statement) -> Iterator[str]:
    yield from (name for text in (*statement.resources, *statement.not_resources) for name in references(text))
    yield from (name for condition in statement.conditions for text in condition.values for name in references(text))


# What JSON needs at most besides the texts: for a document, a statement, a value.
_DOCUMENT, _STATEMENT, _VALUE = 40, 120, 20


def trust_at_most(role: Role) -> int:
    """A number of characters that the trust policy cannot be over (six for each: JSON can escape all of them)."""
    total = _DOCUMENT
    for statement in role.trust:
        texts = [value for _, values in statement.principals for value in values]
        for condition in statement.conditions:
            texts += (condition.operator, condition.key, *condition.values)
        total += _STATEMENT + sum(6 * len(text) + _VALUE for text in texts)
    return total


@record(frozen=True, slots=True)
class Share:
    """What permissions take of a policy: statements that several have made together are nobody's alone."""

    paths: tuple[str, ...]
    span: Span
    characters: int

    @property
    def name(self) -> str:
        """The path of the permission; of several, the first and how many more."""
        more = len(self.paths) - 1
        return f"{self.paths[0]} and {more:,} more" if more else self.paths[0]


def shares(statements: Iterable[Statement]) -> list[Share]:
    """The permissions of a policy by what they take of it, largest first."""
    sizes: dict[tuple[str, ...], int] = defaultdict(int)
    first: dict[tuple[str, ...], Origin] = {}
    for statement in statements:
        if statement.origins:
            key = tuple(dict.fromkeys(origin.path for origin in statement.origins))
            sizes[key] += document_size(statement_json(statement))
            first.setdefault(key, statement.origins[0])
    found = [Share(paths, first[paths].span, size) for paths, size in sizes.items()]
    return sorted(found, key=lambda share: (-share.characters, share.paths))
