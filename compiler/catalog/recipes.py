"""Recipes: made from what the first permission of a form came to, kept for all that follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from functools import cache

from compiler.aws.arn_words import words_of
from compiler.aws.bounds import most_of_statement
from compiler.aws.statement import Statement
from compiler.catalog.context import Context
from compiler.catalog.model import ACCOUNT, Grant, Kind, Parameter
from compiler.catalog.plan import Plan, PlannedStatement, Text
from compiler.catalog.recipe import Conditions, Made, Recipe, Slot, condition

# Nothing that YAML reads as null.
_NO_NULL = r"(?!(?:null|Null|NULL)\Z)"
# No slash in front (unless that is left out), and no two together.
_PLAIN = r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*/?\Z"
_LITERAL = re.compile(r"[A-Za-z0-9._/:*?=,@+-]*")
_MARK = re.compile("%%|%s")
_NAME = re.compile(r"%\([a-z0-9_]+\)s")
_INSIDE = re.compile(r"[^/:]%\(")
_OPERATORS = frozenset({"StringEquals", "StringLike"})


class Recipes:
    """The recipes of one place by form; those of another account of the region are taken over."""

    def __init__(self, place: Context) -> None:
        self._place = place
        self._known: dict[Hashable, Recipe | None] = {}

    def find(self, form: Hashable) -> Recipe | None:
        """The recipe of a form, if there is one."""
        recipe = self._known.get(form)
        if recipe is None and form not in self._known:
            shared = _shared.get((self._place.partition, self._place.region, form))
            if shared is not None:
                recipe = self._known[form] = shared.at(self._place)
        return recipe

    def learn(
        self, form: Hashable, grant: Grant, planned: Plan, names: Mapping[str, str], came_to: tuple[Statement, ...]
    ) -> None:
        """Make the recipe of a form, unless it is known that there is none.

        Args:
            form: what permissions say besides the names.
            grant: the grant of such a permission.
            planned: its plan.
            names: the texts that one has as names, by parameter.
            came_to: the statements that this one came to.
        """
        if form not in self._known:
            recipe = self._known[form] = recipe_of(grant, planned, names, came_to, self._place)
            if recipe is not None and not recipe.fixed:
                if len(_shared) > _KEPT:
                    _shared.clear()
                _shared[self._place.partition, self._place.region, form] = recipe


_KEPT = 10_000
_shared: dict[tuple[str, str, Hashable], Recipe] = {}


def recipe_of(
    grant: Grant, planned: Plan, names: Mapping[str, str], came_to: tuple[Statement, ...], place: Context
) -> Recipe | None:
    """The recipe for permissions with this plan that have these parameters as names, or None where there is none."""
    slots = tuple([slot.at(place) for slot in _slots(grant, names)])
    known = {"partition": place.partition, "region": place.region}
    forms = [_forms(item, {*names, ACCOUNT}, known) for item in planned.statements]
    if len(slots) < len(names) or len(forms) > len(came_to):
        return None
    words = words_of(frozenset(action.partition(":")[0] for item in planned.statements for action in item.actions))
    plain = words is not None and all(map(_is_plain, slots)) and _LITERAL.fullmatch(place.account) is not None
    made: list[Made] = []
    for item, found, statement in zip(planned.statements, forms, came_to, strict=False):
        if found is None:
            return None
        alike = plain and _is_alike(*found) and all(map(_is_arn, statement.resources))
        made.append(_measured(item.actions, *found, {**dict.fromkeys(names, ""), ACCOUNT: place.account}, alike=alike))
    apart = len({item.resources for item in made})
    beginnings = words.beginnings if words else frozenset()
    recipe = Recipe(grant.name, place.account, slots, tuple(made), came_to[len(made) :], apart, beginnings)
    # Names that are not plain tell nothing about the recipe.
    return recipe if recipe.fill(names, came_to[0].origins) in (None, came_to) else None


def _slots(grant: Grant, names: Mapping[str, str]) -> Iterator[Slot]:
    for name in names:
        parameter = grant.parameter(name)
        shape = parameter.shape if parameter else None
        if parameter is not None and shape is None:
            yield Slot(name, _fits(parameter.pattern, "", ""), None)
        # A plain name can never have the ending yet, where that has a wildcard.
        elif shape is not None and (not shape.ending or "?" in shape.ending):
            yield Slot(name, _fits(shape.name_pattern, shape.likely_mistake, shape.leading), shape)


@cache
def _fits(pattern: str, mistake: str, leading: str) -> Callable[[str], object]:
    """Whether a text is plain, but for what it may begin with, and fits the pattern, and is no likely mistake."""
    no_mistake = rf"(?!(?:{mistake})\Z)" if mistake else ""
    return re.compile(f"{_NO_NULL}(?=(?:{re.escape(leading)})?{_PLAIN}){no_mistake}(?:{pattern})").fullmatch


def _forms(
    item: PlannedStatement, names: Collection[str], known: Mapping[str, str]
) -> tuple[tuple[str, ...], Conditions] | None:
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


def _form(text: Text, names: Collection[str], known: Mapping[str, str]) -> str:
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


def _is_plain(slot: Slot) -> bool:
    return _LITERAL.fullmatch(slot.before + slot.after) is not None and slot.before[-1:] in ("", "/", ":")


def _is_arn(resource: str) -> bool:
    return resource == "*" or (resource.startswith("arn:") and resource.count(":") >= 5)


def _is_alike(resources: tuple[str, ...], conditions: Conditions) -> bool:
    """Whether statements of these forms differ in nothing that matters when their names are plain.

    In an ARN a name begins a part of its own, so that it can make no word with what is in front of it.
    """
    forms = [*resources, *(form for _, _, forms in conditions for form in forms)]
    keys = [(operator, key) for operator, key, _ in conditions]
    return (
        keys == sorted(set(keys))
        and all(_LITERAL.fullmatch(_NAME.sub("", form)) for form in forms)
        and not any(_INSIDE.search(form) for form in resources)
        and all(operator in _OPERATORS or not any(map(_NAME.search, forms)) for operator, _, forms in conditions)
    )


def _measured(
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    conditions: Conditions,
    nothing: Mapping[str, str],
    *,
    alike: bool,
) -> Made:
    """The statement with the measure of all but its names; ``nothing`` has empty names, and the account."""
    without = tuple(condition(*item, nothing) for item in conditions)
    most = most_of_statement(Statement("Allow", actions, tuple(form % nothing for form in resources), without))
    forms = [*resources, *(form for _, _, forms in conditions for form in forms)]
    times = max(sum(form.count(f"%({name})s") for form in forms) for name in nothing)
    return Made(actions, resources, conditions, alike, most, times)


@cache
def open_parameters(grant: Grant) -> frozenset[str]:
    """The parameters of a grant that hold names or texts; what the others hold decides what the grant means."""
    return frozenset(item.name for item in grant.parameters if _is_open(item))


def _is_open(parameter: Parameter) -> bool:
    return not parameter.implicit and parameter.kind in (Kind.RESOURCE, Kind.TEXT)
