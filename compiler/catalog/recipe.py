"""What permissions come to that differ in nothing but names: worked out for the first, filled in for the others.

Most of a fleet says the same of one bucket, table and queue after the other. A recipe is made from one permission and
what it came to, and gives for the names of another one the same statements as the long way would. It takes names only
that mean nothing but themselves (``Kin``); for anything else the answer is None, and the long way is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from compiler.aws.arn_words import words_of
from compiler.aws.bounds import most_of_statement
from compiler.aws.statement import Condition, Kin, Statement
from compiler.catalog.context import Context
from compiler.catalog.model import Grant, Kind, Parameter
from compiler.catalog.names import around
from compiler.catalog.plan import Plan, PlannedStatement, Text
from compiler.diagnostics import Origin

# No slash in front, no two together; and nothing that YAML reads as null.
_PLAIN = r"(?!(?:null|Null|NULL)\Z)(?=[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*/?\Z)"
_LITERAL = re.compile(r"[A-Za-z0-9._/:*?=,@+-]*")
_MARK = re.compile("%%|%s")
_NAME = re.compile(r"%\([a-z0-9_]+\)s")
_INSIDE = re.compile(r"[^/:]%\(")
_OPERATORS = frozenset({"StringEquals", "StringLike"})


@dataclass(frozen=True, slots=True)
class _Slot:
    """One parameter: what its names look like, and what stands around them in what it becomes."""

    name: str
    fits: Callable[[str], object]
    leading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Made:
    """One statement, its texts as forms such as ``%(bucket)s/%(prefix)s*``.

    ``alike``: those of other names are its kin. ``most`` is what it takes at most beside ``counts`` times each name.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    alike: bool
    most: int
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How permissions of one form are filled in, in one place.

    ``apart`` is how many different lists of resources the statements have: where there are fewer, two parameters name
    the same thing, and statements have to be merged. ``fixed`` are statements without names. ``beginnings`` are those
    of the words in ARNs: a name with such a part is no kin of one without.
    """

    source: str
    slots: tuple[_Slot, ...]
    made: tuple[_Made, ...]
    fixed: tuple[Statement, ...]
    apart: int
    beginnings: frozenset[str]
    kins: dict[tuple[str | int, ...], tuple[Kin, ...]] = field(default_factory=dict)

    def fill(self, names: Mapping[str, str], origins: tuple[Origin, ...]) -> tuple[Statement, ...] | None:
        """The statements for these names, or None where the names are not as plain as a recipe needs them."""
        values: dict[str, str] = {}
        beginnings = self.beginnings
        structure: list[str | int] = []
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
                    structure += [part if part in beginnings else not part for part in parts]
            else:
                structure.append(text if text in beginnings else 0)
            values[slot.name] = f"{slot.before}{text}{slot.after}"
        key = tuple(structure)
        kins = self.kins.get(key) or self.kins.setdefault(key, tuple([Kin() for _ in self.made]))
        source = self.source
        found = []
        resources = set()
        for made, kin in zip(self.made, kins, strict=True):
            forms = made.resources
            texts = (forms[0] % values,) if len(forms) == 1 else tuple(sorted({form % values for form in forms}))
            resources.add(texts)
            conditions = tuple([_condition(*item, values) for item in made.conditions]) if made.conditions else ()
            statement = Statement("Allow", made.actions, texts, conditions, origins=origins, source=source)
            if made.alike:
                most = made.most
                for name, count in made.counts:
                    most += count * len(values[name])
                # Frozen for everybody but its maker.
                statement.kin = kin  # type: ignore[misc]
                statement.most = most  # type: ignore[misc]
            found.append(statement)
        if len(resources) < self.apart:
            return None
        found += [
            Statement("Allow", s.actions, s.resources, s.conditions, origins=origins, source=source) for s in self.fixed
        ]
        return tuple(found)


def recipe_of(
    grant: Grant, planned: Plan, names: Mapping[str, str], came_to: tuple[Statement, ...], place: Context
) -> Recipe | None:
    """The recipe for permissions with this plan that have these parameters as names, or None where there is none.

    ``came_to`` are the statements that one such permission came to, in ``place``.
    """
    slots = tuple(_slots(grant, names, place))
    known = {"partition": place.partition, "region": place.region, "account": place.account}
    forms = [_forms(item, names, known) for item in planned.statements]
    if len(slots) < len(names) or len(forms) > len(came_to):
        return None
    words = words_of(frozenset(action.partition(":")[0] for item in planned.statements for action in item.actions))
    plain = words is not None and all(map(_is_plain, slots))
    made: list[_Made] = []
    for item, found, statement in zip(planned.statements, forms, came_to, strict=False):
        if found is None:
            return None
        alike = plain and _is_alike(*found) and all(map(_is_arn, statement.resources))
        made.append(_measured(item.actions, *found, names, alike=alike))
    apart = len({item.resources for item in made})
    beginnings = words.beginnings if words else frozenset()
    recipe = Recipe(grant.name, slots, tuple(made), came_to[len(made) :], apart, beginnings)
    # Names that are not plain tell nothing about the recipe.
    return recipe if recipe.fill(names, came_to[0].origins) in (None, came_to) else None


def _condition(operator: str, key: str, forms: tuple[str, ...], values: Mapping[str, str]) -> Condition:
    if len(forms) == 1:
        return Condition(operator, key, (forms[0] % values,))
    return Condition(operator, key, tuple(sorted({form % values for form in forms})))


def _slots(grant: Grant, names: Mapping[str, str], place: Context) -> Iterator[_Slot]:
    for name in names:
        parameter = grant.parameter(name)
        shape = parameter.shape if parameter else None
        if parameter is not None and shape is None:
            yield _Slot(name, _fits(parameter.pattern, ""), "", "", "")
        # A plain name can never have the ending yet, where that has a wildcard.
        elif shape is not None and (not shape.ending or "?" in shape.ending):
            before, after = around(shape.arn, place.partition, place.region, place.account)
            fits = _fits(shape.name_pattern, shape.likely_mistake)
            yield _Slot(name, fits, shape.leading, before, shape.ending + after)


@cache
def _fits(pattern: str, mistake: str) -> Callable[[str], object]:
    """Whether a text is plain and fits the pattern, and is no likely mistake."""
    no_mistake = rf"(?!(?:{mistake})\Z)" if mistake else ""
    return re.compile(f"{_PLAIN}{no_mistake}(?:{pattern})").fullmatch


_Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]


def _forms(
    item: PlannedStatement, names: Mapping[str, str], known: Mapping[str, str]
) -> tuple[tuple[str, ...], _Conditions] | None:
    """The resources and conditions of a statement as forms, or None where its templates do more than insert texts."""
    try:
        conditions = tuple(
            (when.operator, when.key, tuple([_form(text, names, known) for text in when.values]))
            for when in item.conditions
        )
        return tuple([_form(text, names, known) for text in item.resources]) or ("*",), conditions
    except _NoForm:
        return None


class _NoForm(Exception):  # noqa: N818 - control flow inside this module
    """A template takes a text apart, or needs one that is not given as a name."""


def _form(text: Text, names: Mapping[str, str], known: Mapping[str, str]) -> str:
    """The template with its place filled in and a mark for each name."""
    fields = iter(text.fields)
    result = ""
    last = 0
    for mark in _MARK.finditer(text.form):
        result += text.form[last : mark.start()]
        last = mark.end()
        if mark[0] == "%%":
            result += "%%"
            continue
        name, part = next(fields)
        if part or not (name in names or name in known):
            raise _NoForm
        result += known.get(name, f"%({name})s")
    return result + text.form[last:]


def _is_plain(slot: _Slot) -> bool:
    return _LITERAL.fullmatch(slot.before + slot.after) is not None and slot.before[-1:] in ("", "/", ":")


def _is_arn(resource: str) -> bool:
    return resource == "*" or (resource.startswith("arn:") and resource.count(":") >= 5)


def _is_alike(resources: tuple[str, ...], conditions: _Conditions) -> bool:
    """Whether statements of these forms differ in nothing that matters when their names are plain.

    In an ARN a name begins a part of its own, so that it can make no word with what is in front of it.
    """
    forms = [*resources, *(form for _, _, forms in conditions for form in forms)]
    return (
        all(_LITERAL.fullmatch(_NAME.sub("", form)) for form in forms)
        and not any(_INSIDE.search(form) for form in resources)
        and all(operator in _OPERATORS or not any(map(_NAME.search, forms)) for operator, _, forms in conditions)
    )


def _measured(
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    conditions: _Conditions,
    names: Mapping[str, str],
    *,
    alike: bool,
) -> _Made:
    nothing = dict.fromkeys(names, "")
    without = tuple(_condition(*item, nothing) for item in conditions)
    most = most_of_statement(Statement("Allow", actions, tuple(form % nothing for form in resources), without))
    forms = [*resources, *(form for _, _, forms in conditions for form in forms)]
    counts = {name: sum(form.count(f"%({name})s") for form in forms) for name in names}
    used = tuple((name, count) for name, count in counts.items() if count)
    return _Made(actions, resources, conditions, alike, most, used)


@cache
def open_parameters(grant: Grant) -> frozenset[str]:
    """The parameters of a grant that hold names or texts; what the others hold decides what the grant means."""
    return frozenset(item.name for item in grant.parameters if _is_open(item))


def _is_open(parameter: Parameter) -> bool:
    return not parameter.implicit and parameter.kind in (Kind.RESOURCE, Kind.TEXT)
