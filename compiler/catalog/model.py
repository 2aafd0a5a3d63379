"""What a grant is: parameters that people write, verbs that they ask for, and the statements that these stand for.

A grant is read from one data file (``data/<name>.yaml``, checked by ``catalog.schema.json``) and never changes
afterwards. Everything in it is text and tuples; ``expand`` turns it into statements, ``resolve`` turns what was
written for a resource parameter into an ARN.
"""

from __future__ import annotations

import enum
from dataclasses import field
from typing import Any

from compiler.diagnostics.value import record

Json = Any

# Parameters that a grant has without its file spelling them out. Whoever reads a permission takes them out of the
# arguments before ``expand``: verbs, keys and the place are handed over on their own.
ACCESS, ACCOUNT, REGION, KMS_KEY = "access", "account", "region", "kms_key"
IMPLICIT = (ACCESS, ACCOUNT, REGION, KMS_KEY)


class Kind(enum.StrEnum):
    """What a parameter's value is."""

    RESOURCE = "resource"  # a name, a name pattern, an ARN, ref:NAME or a Terraform reference; becomes an ARN
    TEXT = "text"  # a text that fits ``pattern``
    CHOICE = "choice"  # one of ``choices``
    FLAG = "flag"  # true or false; true counts as given, false and left out as not given
    NUMBER = "number"  # a whole number between ``minimum`` and ``maximum``


@record(frozen=True, slots=True)
class Choice:
    """One value of a choice, with what it means."""

    name: str
    doc: str


@record(frozen=True, slots=True)
class Hint:
    """A likely mistake: a value that fits ``pattern`` as a whole is refused, ``help`` says what to write instead."""

    pattern: str
    help: str


@record(frozen=True, slots=True)
class Shape:
    """How the ARN of a resource parameter is made and recognised. Patterns fit the whole text.

    ``arn`` holds ``{name}`` and, where the service's ARNs have them, ``{partition}``, ``{region}``, ``{account}``.
    ``wildcard_pattern`` says what a name with ``*`` or ``?`` may look like; empty: no wildcards.
    ``leading`` is text that a name may begin with and that the ARN does not repeat (``/`` of an SSM parameter).
    ``ending`` is added to a name, and to an ARN that does not end like ``ending_pattern`` (a secret's random suffix).
    ``trim`` is taken off the end of an ARN (``:*`` of a log group).
    ``terraform`` are the types of the Terraform resources that are such a resource, ``name_attributes`` their
    attributes that hold the name and not the ARN.
    """

    arn: str
    name_pattern: str
    name_help: str
    wildcard_pattern: str = ""
    leading: str = ""
    ending: str = ""
    ending_pattern: str = ""
    trim: str = ""
    terraform: tuple[str, ...] = ()
    name_attributes: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    likely_mistake: str = ""  # fits whatever one of the hints fits; empty: there are none


@record(frozen=True, slots=True)
class Parameter:
    """One key that may stand under the grant.

    ``many``: a list is allowed as well as a single value. ``pattern`` (texts) fits the whole value, ``pattern_help``
    says the same in words. ``shape`` is set for resources; ``grant`` is then the grant whose entries of ``resources:``
    it takes as ``ref:NAME``. ``noun`` is what a message calls the thing (``bucket``). With ``parts`` other ARNs are
    made from parts of its ARN, so that a reference to an ARN that only Terraform knows is not enough. ``example`` is
    a value as people write it, which fits; empty for choices and flags. ``implicit`` parameters (``access``,
    ``account``, ``region``, ``kms_key``) are not part of the arguments of ``expand``.
    """

    name: str
    kind: Kind
    doc: str
    required: bool = False
    many: bool = False
    pattern: str = ""
    pattern_help: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    shape: Shape | None = None
    grant: str = ""
    noun: str = ""
    parts: bool = False
    example: str = ""
    implicit: bool = False


@record(frozen=True, slots=True)
class Guard:
    """When a part of a grant counts: every one of ``given`` was written and none of ``not_given``.

    An entry is a parameter's name, or ``name=value`` for one value of a choice.
    """

    given: tuple[str, ...] = ()
    not_given: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class ResourceTemplate:
    """One ARN of a resource key. ``{parameter}`` is the parameter's value, which is an ARN for resources.

    ``{partition}``, ``{region}`` and ``{account}`` are those of the permission; ``{parameter.name}``,
    ``{parameter.region}`` and ``{parameter.account}`` are parts of the ARN that the parameter became.
    """

    arn: str
    guard: Guard = field(default_factory=Guard)


@record(frozen=True, slots=True)
class ConditionTemplate:
    """One condition, values with ``{parameter}`` in them; a parameter with several values gives several."""

    operator: str
    key: str
    values: tuple[str, ...]


@record(frozen=True, slots=True)
class StatementTemplate:
    """Actions (with their service prefix) on resource keys of the grant; ``("*",)`` is every resource."""

    on: tuple[str, ...]
    actions: tuple[str, ...]
    when: tuple[ConditionTemplate, ...] = ()
    guard: Guard = field(default_factory=Guard)


@record(frozen=True, slots=True)
class KeyUse:
    """``kms:`` actions that the verb needs on the key of its resource, allowed through the service ``via`` only."""

    actions: tuple[str, ...]
    via: str
    guard: Guard = field(default_factory=Guard)


@record(frozen=True, slots=True)
class Verb:
    """Something an application does. ``includes`` are verbs of the same grant that come with it."""

    name: str
    doc: str
    includes: tuple[str, ...] = ()
    statements: tuple[StatementTemplate, ...] = ()
    kms: tuple[KeyUse, ...] = ()


@record(frozen=True, slots=True)
class Example:
    """A permission as people write it (``{"s3": {…}}``), and what it is good for."""

    doc: str
    permission: Json


@record(frozen=True, slots=True, eq=False)
class Grant:
    """One entry of the catalogue.

    ``parameters`` are all keys that may stand under the grant, implicit ones last. ``primary`` is the parameter that an
    entry of ``resources:`` stands for, empty when there is none. Of each group of ``one_of`` at least one parameter
    has to be given. ``default_verbs`` apply without ``access``; a grant of one verb has no ``access``. ``version``
    counts up whenever the same permission would give other statements. ``sources`` are titles of AWS documents.
    """

    name: str
    title: str
    summary: str
    service: str
    version: int
    parameters: tuple[Parameter, ...]
    resources: tuple[tuple[str, tuple[ResourceTemplate, ...]], ...]
    verbs: tuple[Verb, ...]
    default_verbs: tuple[str, ...]
    examples: tuple[Example, ...]
    sources: tuple[str, ...]
    primary: str = ""
    one_of: tuple[tuple[str, ...], ...] = ()
    doc: str = ""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def verb(self, name: str) -> Verb | None:
        """The verb of that name, or None."""
        return next((verb for verb in self.verbs if verb.name == name), None)
