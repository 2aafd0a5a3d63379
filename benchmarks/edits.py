"""Seeded edits of what a layer may do: ``edits(SCENARIOS[0], 60, seed=1)``.

A layer starts with so many grants that one managed policy cannot hold them; then one grant at a time is added, removed
or changed. Every grant has a resource of its own, so that what an output says of it can be told from everything else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

Json = Any
ACCOUNT, REGION = "123456789012", "eu-west-1"
LAYER = "web"
_ACCESS = {
    "bucket": ("read", "write"),
    "table": ("read", "write"),
    "queue": ("send", "consume"),
    "secret": ("read", "write"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """Access to one resource; the number is part of the resource's name and nobody else's."""

    kind: str
    number: int
    access: str
    app: int

    @property
    def name(self) -> str:
        """The name of the resource, of one length whatever the number."""
        return f"shop-{self.kind}-{self.number:04}"

    def changed(self) -> Grant:
        """The same grant with the other access."""
        return replace(self, access=next(access for access in _ACCESS[self.kind] if access != self.access))

    def permission(self) -> Json:
        """The grant as a spec says it."""
        grant, parameter = {
            "bucket": ("s3", "bucket"),
            "table": ("dynamodb", "table"),
            "queue": ("sqs", "queue"),
            "secret": ("secretsmanager", "secret"),
        }[self.kind]
        return {grant: {parameter: self.name, "access": self.access}}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A layer: the kinds of resources that it uses in turn, the apps that share them, and what is done in turn."""

    name: str
    kinds: tuple[str, ...]
    apps: int = 1
    grants: int = 120
    steps: tuple[str, ...] = ("add at the end", "remove", "change", "add in between", "remove", "change")


@dataclass(frozen=True, slots=True)
class Edit:
    """The grants before and after one edit; ``touched`` is the name of the resource that it is about."""

    what: str
    touched: str
    before: tuple[Grant, ...]
    after: tuple[Grant, ...]


_SERVICES = ("bucket", "table", "queue", "secret")
SCENARIOS = (
    Scenario("120 buckets of one app", ("bucket",)),
    Scenario("120 resources of one app, four services", _SERVICES),
    Scenario("120 resources of 30 apps, four services", _SERVICES, apps=30),
    Scenario("60 buckets of one app, growing", ("bucket",), grants=60, steps=("add in between",)),
    Scenario("120 buckets of one app, shrinking", ("bucket",), steps=("remove",)),
)


def edits(scenario: Scenario, count: int, seed: int) -> Iterator[Edit]:
    """A sequence of edits, each of what the one before has left."""
    dice = random.Random(seed)
    grants = tuple(_grant(scenario, number, dice) for number in range(scenario.grants))
    for step in range(count):
        what = scenario.steps[step % len(scenario.steps)]
        chosen = dice.randrange(len(grants))
        touched = grants[chosen]
        if what.startswith("add"):
            touched = _grant(scenario, scenario.grants + step, dice)
            place = len(grants) if what == "add at the end" else chosen
            after = (*grants[:place], touched, *grants[place:])
        elif what == "remove":
            after = (*grants[:chosen], *grants[chosen + 1 :])
        else:
            after = (*grants[:chosen], touched.changed(), *grants[chosen + 1 :])
        yield Edit(what, touched.name, grants, after)
        grants = after


def _grant(scenario: Scenario, number: int, dice: random.Random) -> Grant:
    kind = scenario.kinds[number % len(scenario.kinds)]
    return Grant(kind, number, dice.choice(_ACCESS[kind]), number * scenario.apps // scenario.grants % scenario.apps)


def spec(grants: Sequence[Grant]) -> Json:
    """A spec with one layer that has these grants."""
    apps: dict[str, list[Json]] = {}
    for grant in grants:
        apps.setdefault(f"app-{grant.app}", []).append(grant.permission())
    return {
        "version": 1,
        "apps": {app: {"permissions": permissions} for app, permissions in apps.items()},
        "stacks": {"shop": {"account": ACCOUNT, "region": REGION, "layers": {LAYER: {"apps": list(apps)}}}},
    }
