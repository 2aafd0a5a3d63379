"""One walk over all statements of a program, which sorts out those that a rule has to look at.

A fleet has tens of thousands of statements and nearly all of them are sound, so the walk spends a few microseconds on
each. Whether a statement is sound does not depend on names: ``arn:aws:s3:::a/img/*`` and ``arn:aws:s3:::b/css/*`` are
the same to every rule. So statements are reduced to a shape, in which all names are alike that mean nothing to the
services at hand, and only the first statement of a sound shape is examined. All others are examined one by one. And of
statements that are known to be alike (``Kin``) only the first is reduced at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import field

from compiler.aws.bounds import most_of_document
from compiler.aws.limits import MANAGED_POLICY_LENGTH
from compiler.aws.operators import OPERATORS
from compiler.aws.partitions import service_principal
from compiler.aws.statement import Kin, Statement
from compiler.checks.breadth import is_risky
from compiler.checks.condition_facts import deserves_a_look
from compiler.checks.condition_keys import MFA
from compiler.checks.examination import Examination, examine
from compiler.checks.passing import PASSED_TO
from compiler.checks.place import Place, place_of
from compiler.checks.shapes import action_facts, resource_shape
from compiler.checks.value_choices import choice_of
from compiler.diagnostics.value import record
from compiler.ir.program import Policy, Program, Role, StackProgram

WRITTEN_OUT = frozenset({"statement", "policy", "actions"})
"""The grants whose statements are people's own words: what is untidy in them, they can tidy."""
# Any text is a value of a string operator, and none changes what a rule says (but for ARNs, the service of a passed
# role, and whether somebody has signed in with MFA).
_TEXT_OPERATORS = frozenset(
    f"{quantifier}{name}{suffix}"
    for name, operator in OPERATORS.items()
    if operator.family == "String"
    for quantifier in ("", "ForAllValues:", "ForAnyValue:")
    for suffix in ("", "IfExists")
)
_CLEAN = Examination()
# Keys of which the value decides what a rule says.
_WHOLE = frozenset({MFA, "ec2:sourceinstancearn"})


@record(frozen=True, slots=True)
class Site:
    """A statement that something is wrong with, and where it stands."""

    stack: StackProgram
    policy: Policy
    statement: Statement
    place: Place
    examination: Examination


@record(slots=True)
class Survey:
    """What the walk has found; each list in the order of the program.

    ``suspects`` have something wrong with actions, resources or condition keys; ``risky`` ones can do something, and
    a rule on risks may have something to say about it; ``unusual`` statements lack an element
    or have one that most have not; ``typed`` ones have conditions whose values are more than text, or that name a key
    twice; ``passed_to`` name the service that a role is passed to; ``passing`` policies have an action that always
    passes a role. ``conditioned`` statements have a condition of which more is said than whether its key is
    carried, ``paired`` ones name a key under several operators, ``variables`` name policy variables (with whether
    only EC2 instances have them); ``denying`` and ``own`` are policies with a Deny, and with a statement that
    somebody wrote out.
    """

    suspects: list[Site] = field(default_factory=list)
    risky: list[Site] = field(default_factory=list)
    unusual: list[Statement] = field(default_factory=list)
    typed: list[tuple[StackProgram, Statement]] = field(default_factory=list)
    passed_to: list[tuple[StackProgram, Statement]] = field(default_factory=list)
    passing: set[tuple[str, str]] = field(default_factory=set)
    beyond_ascii: list[Statement] = field(default_factory=list)
    with_sids: list[Policy] = field(default_factory=list)
    large: list[Policy] = field(default_factory=list)
    conditioned: list[tuple[StackProgram, Statement]] = field(default_factory=list)
    paired: list[tuple[StackProgram, Statement]] = field(default_factory=list)
    variables: list[tuple[StackProgram, Statement, bool]] = field(default_factory=list)
    denying: set[tuple[str, str]] = field(default_factory=set)
    own: list[tuple[StackProgram, Policy]] = field(default_factory=list)
    _told: dict[Hashable, str] = field(default_factory=dict)

    def suspect(self, site: Site) -> None:
        """Note a suspect, unless another stack has shown the same mistake in the same permission.

        An app that runs on many stacks is expanded for each; what templates fill in differs, the mistake does not.
        """
        key = (site.statement.origins, site.examination.kind)
        if not site.statement.origins or self._told.setdefault(key, site.stack.name) == site.stack.name:
            self.suspects.append(site)


_last: tuple[Program, Survey] | None = None
# What was found of a shape (see ``_look``): whether it is risky. It holds wherever the shape comes up again.
_sound: dict[Hashable, bool] = {}
# The same for kin of which there is nothing else to note, by whether only EC2 instances use them.
_quiet: dict[bool, dict[Kin | None, bool]] = {True: {}, False: {}}


def conditioned(program: Program) -> Iterator[tuple[StackProgram, Statement]]:
    """The statements whose conditions deserve a look, those of trust policies among them."""
    yield from survey(program).conditioned
    for stack in program.stacks:
        for role in stack.roles:
            for statement in role.trust:
                if statement.conditions:
                    yield stack, statement


def survey(program: Program) -> Survey:
    """The survey of a program. The last one is kept, so that all rules share one walk."""
    global _last
    if _last is None or _last[0] is not program:
        _last = program, _walk(program)
    return _last[1]


def _walk(program: Program) -> Survey:
    found = Survey()
    for stack in program.stacks:
        place = place_of(stack)
        instances = _policies_of_instances(stack)
        for policy in stack.policies:
            _visit(found, stack, policy, place, policy.label in instances)
    return found


def _visit(found: Survey, stack: StackProgram, policy: Policy, place: Place, ec2_only: bool) -> None:
    """Look at each statement of a policy once. This runs for every statement of a fleet, so most are known by kin."""
    quiet = _quiet[ec2_only]
    has_sid = has_own = False
    for statement in policy.statements:
        kin = statement.kin
        risky = quiet.get(kin)
        if risky is None:
            has_sid = has_sid or bool(statement.sid)
            has_own = has_own or statement.source in WRITTEN_OUT
            if kin is not None and _is_told_by_kin(statement):
                alone = Survey()
                risky = _look(alone, stack, policy, statement, place, ec2_only)
                if alone == Survey():
                    quiet[kin] = risky
            risky = _look(found, stack, policy, statement, place, ec2_only)
        if risky:
            found.risky.append(Site(stack, policy, statement, place, _CLEAN))
    if has_sid:
        found.with_sids.append(policy)
    if has_own:
        found.own.append((stack, policy))
    if most_of_document(policy.statements) > MANAGED_POLICY_LENGTH:
        found.large.append(policy)


def _is_told_by_kin(statement: Statement) -> bool:
    """Whether names do not matter: neither in the resources nor, where a key takes few values only, in conditions."""
    return action_facts(statement.actions).words is not None and not any(
        choice_of(condition.key) or condition.key.lower() in _WHOLE for condition in statement.conditions
    )


def _look(
    found: Survey, stack: StackProgram, policy: Policy, statement: Statement, place: Place, ec2_only: bool
) -> bool:
    """Note what a statement has that a rule looks at. Gives whether a rule on risks may have something to say."""
    actions, resources = statement.actions, statement.resources
    facts = action_facts(actions)
    text = "".join(resources)
    negated = (*statement.not_actions, *statement.not_resources)
    if negated or not actions or not resources or statement.principals or statement.not_principals:
        text += "".join(negated)
        found.unusual.append(statement)
    text += statement.sid
    shape: Hashable = ()
    if statement.conditions:
        shape, more = _condition_shape(found, stack, statement)
        text += more
    if not (text.isascii() and facts.is_ascii):
        found.beyond_ascii.append(statement)
    if "${" in text:
        found.variables.append((stack, statement, ec2_only))
    if statement.effect == "Deny":
        found.denying.add((stack.name, policy.label))
    if facts.passes_role:
        found.passing.add((stack.name, policy.label))
    shapes = tuple([resource_shape(resource, facts.words) for resource in resources])
    whose = (statement.principals, statement.not_principals)
    key = (statement.effect, actions, shapes, shape, negated, whose, place.partition, ec2_only)
    risky = _sound.get(key)
    if risky is None:
        examination = examine(statement, place, ec2_only)
        risky = not examination.is_dead and is_risky(statement)
        if examination.is_clean:
            _sound[key] = risky
        else:
            found.suspect(Site(stack, policy, statement, place, examination))
    return risky


def _condition_shape(found: Survey, stack: StackProgram, statement: Statement) -> tuple[Hashable, str]:
    """What the conditions of a statement mean to the rules, and all of their text."""
    shape: list[Hashable] = []
    texts: list[str] = []
    names: set[tuple[str, str]] = set()
    is_typed = looked_at = False
    for condition in statement.conditions:
        operator, key, values = condition.operator, condition.key, condition.values
        texts += (operator, key, *values)
        lower = key.lower()
        names.add((operator, lower))
        if lower == PASSED_TO:
            found.passed_to.append((stack, statement))
        if operator in _TEXT_OPERATORS and values:
            shape.append(condition if lower in _WHOLE else (operator, key))
        else:
            shape.append(condition)
            is_typed = True
        looked_at = looked_at or deserves_a_look(condition)
    text = "".join(texts)
    if is_typed or "arn:" in text or len(names) < len(statement.conditions):
        found.typed.append((stack, statement))
    if looked_at:
        found.conditioned.append((stack, statement))
    if len(names) > 1 and len({key for _, key in names}) < len(names):
        found.paired.append((stack, statement))
    return tuple(shape), text


def _policies_of_instances(stack: StackProgram) -> frozenset[str]:
    """Labels of the policies that only roles have which nobody but EC2 instances can use."""
    ec2 = ("Service", (service_principal("ec2", stack.partition),))
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for role in stack.roles:
        used[_is_for_instances(role, ec2)].update(role.policies)
    return frozenset(used[True] - used[False])


def _is_for_instances(role: Role, ec2: tuple[str, tuple[str, ...]]) -> bool:
    return not role.existing and bool(role.trust) and all(item.principals == (ec2,) for item in role.trust)
