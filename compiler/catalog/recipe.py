"""What permissions come to that differ in nothing but names: worked out for the first, filled in for the others.

Most of a fleet says the same of one bucket, table and queue after the other. A recipe gives for plain names the same
statements as the long way would, and says which of them are kin. For any other names it gives None, and the long way
is taken. How it is made is in ``compiler.catalog.recipes``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import field, replace

from compiler.aws.statement import Condition, Kin, Statement, actions_json
from compiler.catalog.context import Context
from compiler.catalog.model import Shape
from compiler.catalog.names import around
from compiler.diagnostics import Origin
from compiler.diagnostics.value import record

Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key and forms of the values of each."""


@record(frozen=True, slots=True)
class Slot:
    """One parameter: what its names look like, and in one account what stands around them in what it becomes."""

    name: str
    fits: Callable[[str], object]
    shape: Shape | None
    leading: str = ""
    before: str = ""
    after: str = ""

    def at(self, place: Context) -> Slot:
        """The slot in a place."""
        if self.shape is None:
            return self
        before, after = around(self.shape.arn, place.partition, place.region, place.account)
        return replace(self, leading=self.shape.leading, before=before, after=self.shape.ending + after)


@record(frozen=True, slots=True)
class Made:
    """One statement, its texts as forms such as ``%(bucket)s/%(prefix)s*``.

    ``alike``: those of other names are its kin. ``most`` is what it takes at most beside ``times`` the names.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions
    alike: bool
    most: int
    times: int


@record(frozen=True, slots=True)
class Recipe:
    """How permissions of one form are filled in, in one region of an account.

    ``apart`` is how many different lists of resources the statements have: where there are fewer, two parameters name
    the same thing, and statements have to be merged. ``fixed`` are statements without names. ``beginnings`` are those
    of the words in ARNs: a name with such a part is no kin of one without.
    """

    source: str
    account: str
    slots: tuple[Slot, ...]
    made: tuple[Made, ...]
    fixed: tuple[Statement, ...]
    apart: int
    beginnings: frozenset[str]
    kins: dict[tuple[Hashable, ...], tuple[tuple[Made, Kin], ...]] = field(default_factory=dict)

    def at(self, place: Context) -> Recipe:
        """The recipe in another account; kin are the same in all of them."""
        return replace(self, account=place.account, slots=tuple([slot.at(place) for slot in self.slots]))

    def fill(self, names: Mapping[str, str], origins: tuple[Origin, ...]) -> tuple[Statement, ...] | None:
        """The statements for these names, or None where the names are not as plain as a recipe needs them."""
        beginnings = self.beginnings
        values = {"account": self.account}
        length = 0
        structure: list[Hashable] = []
        for slot in self.slots:
            text = names[slot.name]
            if slot.fits(text) is None:
                return None
            if slot.leading:
                text = text.removeprefix(slot.leading)
            if "/" in text:
                parts = text.split("/")
                if beginnings.isdisjoint(parts):
                    structure.append(2 * len(parts) + (not parts[-1]))
                else:
                    structure.append(tuple([part if part in beginnings else not part for part in parts]))
            else:
                structure.append(text if text in beginnings else 0)
            values[slot.name] = text = f"{slot.before}{text}{slot.after}"
            length += len(text)
        key = tuple(structure)
        kins = self.kins.get(key) or self.kins.setdefault(
            key, tuple([(made, Kin(actions_json(made.actions))) for made in self.made])
        )
        source = self.source
        found = []
        resources = set()
        apart = self.apart > 1
        for made, kin in kins:
            forms = made.resources
            texts = (forms[0] % values,) if len(forms) == 1 else tuple(sorted({form % values for form in forms}))
            if apart:
                resources.add(texts)
            conditions = tuple([condition(*item, values) for item in made.conditions]) if made.conditions else ()
            # By position, since that takes half the time, and a fleet has more of these than of anything else.
            statement = Statement("Allow", made.actions, texts, conditions, (), (), (), (), "", origins, source)
            if made.alike:
                # Frozen for everybody but its maker.
                statement.kin = kin  # type: ignore[misc]
                statement.most = made.most + made.times * length  # type: ignore[misc]
            found.append(statement)
        if apart and len(resources) < self.apart:
            return None
        if self.fixed:
            found += [replace(statement, origins=origins) for statement in self.fixed]
        return tuple(found)


def condition(operator: str, key: str, forms: tuple[str, ...], values: Mapping[str, str]) -> Condition:
    """A condition with the values filled in."""
    if len(forms) == 1:
        return Condition(operator, key, (forms[0] % values,))
    return Condition(operator, key, tuple(sorted({form % values for form in forms})))
