"""What one statement allows that is wider than an application needs, each of its actions put down once.

The rules on risks divide a statement between them, so that one cause gives one message: a statement that allows
everything is that and nothing else, and an action that hands out secrets is not also one that could be limited.
Broken and narrowed statements (``compiler.checks.reach.narrows``) say nothing here.
"""

from __future__ import annotations

from functools import cache, lru_cache

from compiler.aws.service_data import Action, resource_types_of
from compiler.aws.statement import Statement
from compiler.checks.action_patterns import ActionPattern, read_patterns
from compiler.checks.certainty import is_surely_unlimited
from compiler.checks.condition_shapes import lopsided
from compiler.checks.escalation_routes import mask_of
from compiler.checks.passing import PASSED_TO
from compiler.checks.reach import narrows, reaches_all
from compiler.checks.risk_actions import CREDENTIALS, DATA, exposes
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

_KEPT = 1 << 12
_WITH_IDS = frozenset({"ec2", "elasticfilesystem", "cloudfront", "route53", "fsx", "apigateway"})
_MAKING = ("Allocate", "Copy", "Create", "Import", "Register", "Request", "Run")
# What stands in an ARN template for one of many.
_NAME = LatePattern(r"\$\{(?!Partition\}|Region\}|Account\})|\*")
Found = tuple[str, Action]
"""An action with the text that names it."""


@record(frozen=True, slots=True)
class Breadth:
    """What is wide about an Allow statement.

    ``everything`` is the pattern that allows all actions on all resources. ``whole`` patterns allow all of a service
    (or of several). ``passes`` and ``links`` are the texts that pass any role and make any service-linked role.
    ``starred`` actions stand on ``*`` and could be limited, ``unlimited`` ones need it.
    """

    everything: str = ""
    inverted_actions: bool = False
    inverted_resources: bool = False
    whole: tuple[ActionPattern, ...] = ()
    passes: str = ""
    links: str = ""
    credentials: tuple[Found, ...] = ()
    data: tuple[Found, ...] = ()
    exposed: tuple[Found, ...] = ()
    starred: tuple[Found, ...] = ()
    unlimited: tuple[str, ...] = ()


_NOTHING = Breadth()


def is_risky(statement: Statement) -> bool:
    """Whether any rule on risks has to look at a statement. Names of resources and where it stands do not matter."""
    if statement.effect != "Allow" or not _is_well_formed(statement):
        return False
    return bool(mask_of(statement) or lopsided(statement)) or breadth(statement) != _NOTHING


def _is_well_formed(statement: Statement) -> bool:
    """Whether it has one element of each kind; what has not is refused by IAM, and reported as that."""
    return (
        bool(statement.actions) != bool(statement.not_actions)
        and bool(statement.resources) != bool(statement.not_resources)
        and not statement.principals
    )


@lru_cache(_KEPT)
def breadth(statement: Statement) -> Breadth:
    """What is wide about a statement; nothing for one that denies."""
    if statement.effect != "Allow":
        return _NOTHING
    others = [item for item in statement.conditions if item.key.lower() != PASSED_TO]
    narrowed = any(map(narrows, others))
    if statement.not_actions:
        return (
            _NOTHING if narrowed else Breadth(inverted_actions=True, inverted_resources=bool(statement.not_resources))
        )
    if statement.not_resources:
        passes = next((p.text for p in read_patterns(statement.actions) if _has(p, "passrole")), "")
        return _NOTHING if narrowed else Breadth(inverted_resources=True, passes=passes)
    patterns = [pattern for pattern in read_patterns(statement.actions) if not pattern.fault]
    everything = any(text and not text.strip("*") for text in statement.resources)
    all_of = [pattern for pattern in patterns if pattern.wide and pattern.text.replace(":", "").strip("*") == ""]
    if all_of and everything and not narrowed:
        return Breadth(everything=all_of[0].text)
    if narrowed:
        return _NOTHING
    whole = tuple(pattern for pattern in patterns if pattern.wide or pattern.name.strip("*") == "")
    rest = [pattern for pattern in patterns if pattern not in whole]
    found = _Found(statement)
    for pattern in rest:
        found.add(pattern)
    return Breadth(
        whole=whole,
        passes=_wide(rest, statement, "passrole"),
        links=_wide(rest, statement, "createservicelinkedrole"),
        credentials=tuple(found.credentials),
        data=tuple(found.data),
        exposed=tuple(found.exposed),
        starred=tuple(found.starred) if everything else (),
        unlimited=tuple(found.unlimited) if everything and found.starred else (),
    )


def _has(pattern: ActionPattern, name: str) -> bool:
    return any(action.service == "iam" and action.name.lower() == name for action in pattern.actions)


def _wide(patterns: list[ActionPattern], statement: Statement, name: str) -> str:
    return next(
        (
            pattern.text
            for pattern in patterns
            for action in pattern.actions
            if action.service == "iam" and action.name.lower() == name
            if any(reaches_all(text, action) for text in statement.resources)
        ),
        "",
    )


class _Found:
    """Sorts the actions of a statement."""

    def __init__(self, statement: Statement) -> None:
        self.resources = statement.resources
        self.everything = any(text and not text.strip("*") for text in statement.resources)
        self.credentials: list[Found] = []
        self.data: list[Found] = []
        self.exposed: list[Found] = []
        self.starred: list[Found] = []
        self.unlimited: list[str] = []

    def add(self, pattern: ActionPattern) -> None:
        limitable = 0
        for action in pattern.actions:
            name = action.full_name.lower()
            if name in ("iam:passrole", "iam:createservicelinkedrole"):
                continue
            if not self.everything and not any(reaches_all(text, action) for text in self.resources):
                continue
            if name in CREDENTIALS:
                self.credentials.append((pattern.text, action))
            elif name in DATA:
                self.data.append((pattern.text, action))
            elif exposes(action) and (pattern.is_literal or action.resource_types):
                self.exposed.append((pattern.text, action))
            elif action.resource_types and not is_surely_unlimited(action):
                limitable += 1
                if _is_worth_limiting(action, pattern.is_literal):
                    self.starred.append((pattern.text, action))
        if not limitable and pattern.actions and not any(action.resource_types for action in pattern.actions):
            self.unlimited.append(pattern.text)


def _is_worth_limiting(action: Action, literal: bool) -> bool:
    """Whether it matters on which resource an action works: not for looking at what there is, and not for making what
    gets an id that nobody knows before, nor where there is one in the account.
    """
    if (action.service in _WITH_IDS and action.name.startswith(_MAKING)) or not _has_many(action):
        return False
    changes = {"Write", "Tagging", "Permissions management"}.intersection(action.access_level)
    if changes or not literal:
        return bool(changes)
    return action.full_name == "s3:ListBucket" or (
        "Read" in action.access_level and not action.name.startswith(("Describe", "List", "View"))
    )


@cache
def _has_many(action: Action) -> bool:
    """Whether an account may have several resources that an action works on: it has one Security Hub, for one."""
    types = resource_types_of(action.service)
    return any(_NAME.search(template) for name in action.resource_types for template in types[name].arns)
