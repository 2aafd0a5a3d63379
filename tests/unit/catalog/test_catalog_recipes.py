"""Recipes: the same statements as the long way, and kin that are alike in everything but their names."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import asking
import pytest

from compiler.aws.reference import reference
from compiler.aws.statement import Kin, Statement, document_size, statement_json
from compiler.catalog import Context, Grant, Problem, grant_names, load_grant, plan, resolve
from compiler.catalog.plan import Plan
from compiler.catalog.recipe import Recipe
from compiler.catalog.recipes import Recipes, open_parameters, recipe_of
from compiler.checks.shapes import action_facts, resource_shape
from compiler.diagnostics import Origin, SourceText, Span
from compiler.terraform.escape import template_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ORIGIN = (Origin(Span(SourceText("x.yaml", "x"), 0, 1), "apps.web.permissions[0]"),)
ELSEWHERE = Context("aws", "eu-west-1", "210987654321")
MODULE = Context(reference("var.partition"), "eu-west-1", reference("var.account_id"))
# Names of all sorts: plain ones, words of ARNs and their beginnings, and what is more than a name.
NAMES = (
    *("web-1", "a/b", "a/b/", "a//b", "/a", "x.y_z", "AWS-Run", "null", "Null", "~", "", "0"),
    *("secret", "secret/db", "tab", "table", "table/index", "index", "a/index/b", "accesspoint", "s", "app", "role/x"),
    *("x*", "*", "a?c", "x-??????", "arn:aws:s3:::shop", "ref:assets", "${aws:username}", "100%", "50%(account)s"),
    *("über", "a b", "a\nb", 'a"b', "a<b", "team@example.com", "AWS:Thing", "a+b=c", reference("var.x")),
)


class Case:
    """A grant with some of its parameters and what it comes to; ``names`` are those that a recipe may fill in."""

    def __init__(self, grant: Grant, verbs: tuple[str, ...], body: Mapping[str, str], place: Context) -> None:
        self.grant, self.place, self.body, self.verbs = grant, place, body, verbs
        self.open = open_parameters(grant) & body.keys()
        self.names = {name: body[name] for name in body if name in self.open}

    def arguments(self, names: Mapping[str, str]) -> dict[str, tuple[str, ...]] | None:
        found = {}
        for name, text in {**self.body, **names}.items():
            parameter = self.grant.parameter(name)
            assert parameter is not None
            value = resolve(parameter, text, self.place)
            if isinstance(value, Problem):
                return None
            found[name] = (value,)
        return found

    def plan(self) -> Plan | None:
        arguments = self.arguments({})
        return None if arguments is None else plan(self.grant, self.verbs, arguments)

    def worked_out(self, names: Mapping[str, str]) -> tuple[Statement, ...] | None:
        arguments = self.arguments(names)
        if arguments is None:
            return None
        found = asking.expand(self.grant, self.verbs, arguments, (), self.place)
        return tuple(replace(item, origins=ORIGIN, source=self.grant.name) for item in found)

    def recipe(self) -> Recipe | None:
        came_to, planned = self.worked_out(self.names), self.plan()
        if not came_to or planned is None:
            return None
        return recipe_of(self.grant, planned, self.names, came_to, self.place)


def cases(grant: Grant, place: Context) -> Iterator[Case]:
    for body in asking.bodies(grant):
        for verb in grant.verbs:
            yield Case(grant, (verb.name,), body, place)


def variants(case: Case) -> Iterator[dict[str, str]]:
    """The case's own names, and each of them replaced by all sorts of others."""
    yield case.names
    for name, text in product(case.names, NAMES):
        yield {**case.names, name: text}
        yield {**case.names, name: f"{case.names[name]}{text}"}


@pytest.mark.parametrize("name", grant_names())
def test_a_recipe_gives_what_the_long_way_gives(name: str) -> None:
    grant = load_grant(name)
    known: dict[Kin, tuple[object, ...]] = {}
    for case in cases(grant, asking.STACK):
        recipe = case.recipe()
        if recipe is None:
            continue
        for place in (asking.STACK, ELSEWHERE):
            there = Case(grant, case.verbs, case.body, place)
            here = recipe.at(place)
            for names in variants(case) if place is asking.STACK else (case.names,):
                found = here.fill(names, ORIGIN)
                expected = there.worked_out(names)
                if found is None:
                    continue
                assert found == expected, names
                assert [(item.origins, item.source, item.release) for item in found] == [
                    (item.origins, item.source, item.release) for item in expected or ()
                ]
                for statement in found:
                    if statement.kin is not None:
                        assert known.setdefault(statement.kin, _all_but_names(statement)) == _all_but_names(statement)
                        _is_as_kin_are(statement)


def _all_but_names(statement: Statement) -> tuple[object, ...]:
    words = action_facts(statement.actions).words
    assert words is not None
    return (
        statement.actions,
        sorted(resource_shape(text, words) for text in statement.resources),  # in what order they stand is up to names
        tuple((item.operator, item.key, len(item.values)) for item in statement.conditions),
    )


def _is_as_kin_are(statement: Statement) -> None:
    for values in (statement.actions, statement.resources, statement.conditions):
        assert list(values) == sorted(set(values))  # type: ignore[type-var]
    body = statement_json(statement)
    assert body == statement_json(replace(statement))
    assert body == template_json(body)
    assert document_size(body) <= statement.most
    assert statement.effect == "Allow"
    assert not any((statement.sid, statement.not_actions, statement.not_resources, statement.principals))


def test_what_is_made_of_a_statement_has_no_kin() -> None:
    (case,) = [case for case in cases(load_grant("sqs"), asking.STACK) if case.verbs == ("send",)]
    recipe = case.recipe()
    assert recipe is not None
    (statement,) = recipe.fill({"queue": "orders"}, ORIGIN) or ()
    assert statement.kin is not None
    assert statement.most
    made = replace(statement, effect="Deny")
    assert made.kin is None
    assert made.most == 0


@pytest.mark.parametrize(
    ("grant", "names"),
    [
        ("s3", {"bucket": "shop-assets", "prefix": "public/"}),
        ("dynamodb", {"table": "carts"}),
        ("sqs", {"queue": "orders"}),
        ("secretsmanager", {"secret": "prod/db"}),
        ("secretsmanager", {"secret": "secret/db"}),
        ("ssm", {"parameter": "/shop/web"}),
        ("logs", {"log_group": "shop"}),
        ("sns", {"topic": "orders"}),
        ("lambda", {"function": "resize"}),
    ],
)
def test_usual_permissions_are_filled_in(grant: str, names: dict[str, str]) -> None:
    found = load_grant(grant)
    case = Case(found, (found.verbs[0].name,), names, asking.STACK)
    recipe = case.recipe()
    assert recipe is not None
    filled = recipe.fill(names, ORIGIN)
    assert filled is not None


def test_nearly_every_grant_has_recipes_and_kin() -> None:
    """Those without take texts apart, or have resources whose words and names cannot be told apart."""
    made = {
        name: [recipe for case in cases(load_grant(name), asking.STACK) if (recipe := case.recipe()) is not None]
        for name in grant_names()
    }
    assert len([name for name, found in made.items() if found]) > 100
    assert len([name for name, found in made.items() if any(m.alike for recipe in found for m in recipe.made)]) > 95


def test_a_module_has_recipes_without_kin() -> None:
    grant = load_grant("sqs")
    case = Case(grant, ("send",), {"queue": "orders"}, MODULE)
    recipe = case.recipe()
    assert recipe is not None
    filled = recipe.fill({"queue": "invoices"}, ORIGIN)
    assert filled == case.worked_out({"queue": "invoices"})
    assert [item.kin for item in filled or ()] == [None]


def test_two_parameters_that_name_the_same_are_worked_out() -> None:
    """Then statements have to be merged, which a recipe does not do."""
    for name in grant_names():
        grant = load_grant(name)
        for case in cases(grant, asking.STACK):
            recipe = case.recipe()
            if recipe is not None and recipe.apart > 1 and len(case.names) > 1:
                same = dict.fromkeys(case.names, "same")
                assert recipe.fill(same, ORIGIN) in (None, case.worked_out(same))


def test_recipes_are_shared_by_the_accounts_of_a_region() -> None:
    grant = load_grant("sqs")
    case = Case(grant, ("send",), {"queue": "orders"}, asking.STACK)
    came_to, planned = case.worked_out(case.names), case.plan()
    assert came_to is not None
    assert planned is not None
    form = ("sqs", "queue", ("access", "send", True))
    here = Recipes(asking.STACK)
    here.learn(form, grant, planned, case.names, came_to)
    mine, theirs = here.find(form), Recipes(ELSEWHERE).find(form)
    assert mine is not None
    assert theirs is not None
    assert theirs.account == ELSEWHERE.account
    one, other = mine.fill(case.names, ORIGIN), theirs.fill(case.names, ORIGIN)
    assert one is not None
    assert other is not None
    assert one[0].kin is other[0].kin
    assert ELSEWHERE.account in other[0].resources[0]
    assert Recipes(replace(ELSEWHERE, region="eu-central-1")).find(form) is None
