"""``stackgrant grants [NAME]``: the grants that a permission may use, and which of them allow an action."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from compiler.cli import console
from compiler.cli.options import color_option
from compiler.views.terminal import ColorChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.catalog import Grant

Json = Any


@click.command("grants", short_help="List the grants, or show one of them.")
@click.argument("name", required=False)
@click.option("--find", "action", metavar="ACTION", help="Which grants allow an action: PutObject, s3:Put, …")
@click.option("--service", metavar="PREFIX", help="Which grants allow actions of a service: kinesis.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def command(name: str | None, action: str | None, service: str | None, form: str, color: ColorChoice) -> int:
    """List the grants that a permission may use, or show what the grant NAME stands for."""
    from compiler.catalog import grant_names, load_grant

    if name is not None and (action or service):
        raise click.UsageError("a name and a search exclude each other")
    if name is not None and name in grant_names():
        return _show(load_grant(name), form, color)
    if name is not None:
        return _show_other(name, form, color)
    grants = [load_grant(known) for known in grant_names()]
    return _find(grants, action, service or "", form, color) if action else _list(grants, service, form, color)


def _list(grants: Sequence[Grant], service: str | None, form: str, color: ColorChoice) -> int:
    from compiler.views import grants_list

    own = [] if service else own_grants()
    if service:
        grants = [grant for grant in grants if service.lower() in grants_list.services_of(grant)]
        if not grants:
            known = set(map(str.lower, _services()))
            return _nothing(f"no grant allows actions of `{service}`", service, known)
    if form == "json":
        rows = [
            {
                "name": grant.name, "title": grant.title, "summary": grant.summary, "service": grant.service,
                "group": grants_list.group_of(grant), "access": [verb.name for verb in grant.verbs],
            }
            for grant in grants
        ]  # fmt: skip
        rows += [
            {"name": name, "title": "", "summary": summary, "service": "", "group": grants_list.ABOUT_PERMISSIONS,
             "access": []}
            for name, summary in own
        ]  # fmt: skip
        console.out(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        colored = console.colored(sys.stdout, color)
        console.out(grants_list.render(grants, own, color=colored, width=console.width()))
    return 0


def _find(grants: Sequence[Grant], action: str, service: str, form: str, color: ColorChoice) -> int:
    from compiler.views import grants_list

    hits = list(grants_list.find_hits(grants, action, service))
    if not hits:
        known = {a for grant in grants for verb in grant.verbs for item in verb.statements for a in item.actions}
        if ":" not in action:
            known = {name.partition(":")[2] for name in known}
        of = f" of `{service}`" if service else ""
        return _nothing(f"no grant allows an action like `{action}`{of}", action, known)
    if form == "json":
        rows = [
            {"grant": hit.grant, "access": hit.verb, "actions": list(hit.actions), "included_in": list(hit.within),
             "through": hit.through}
            for hit in hits
        ]  # fmt: skip
        console.out(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        colored = console.colored(sys.stdout, color)
        console.out(grants_list.render_hits(hits, color=colored, width=console.width()))
    return 0


def _nothing(message: str, word: str, known: set[str]) -> int:
    from compiler.diagnostics import closest

    near = closest(word, known)
    console.err(f"error: {message}" + (f"; did you mean `{near}`?" if near else ""))
    console.err("what no grant covers is written as a raw `statement`: `stackgrant grants statement`")
    return 1


def _show(grant: Grant, form: str, color: ColorChoice) -> int:
    from compiler.views import grant_page, grants_list

    statements = statements_of(grant.examples[0].permission)
    if form == "json":
        data = grant_page.as_data(grant, grants_list.group_of(grant), statements)
        console.out(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        colored = console.colored(sys.stdout, color)
        console.out(grant_page.render(grant, statements, color=colored, width=console.width()))
    return 0


def _show_other(name: str, form: str, color: ColorChoice) -> int:
    """A grant that is no entry of the catalogue, as the schema describes it, or what may have been meant."""
    from compiler.catalog import grant_names
    from compiler.diagnostics import closest
    from compiler.schema.describe import Description, describe
    from compiler.schema.store import load_schema
    from compiler.views import schema_help

    own = dict(own_grants())
    if name not in own:
        near = closest(name, (*grant_names(), *own))
        console.err(f"error: there is no grant `{name}`" + (f"; did you mean `{near}`?" if near else ""))
        console.err("`stackgrant grants` lists them all")
        return 2
    found = describe(load_schema(), f"apps.permissions.{name}")
    assert isinstance(found, Description)
    if form == "json":
        keys = [
            {"name": key.name, "required": key.required, "form": key.type, "doc": key.summary} for key in found.keys
        ]
        data = {"name": name, "title": found.title, "summary": found.description, "parameters": keys,
                "examples": list(found.examples)}  # fmt: skip
        console.out(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        colored = console.colored(sys.stdout, color)
        console.out(schema_help.render(found, color=colored, width=console.width()))
    return 0


def _services() -> frozenset[str]:
    from compiler.catalog import grant_names, load_grant
    from compiler.views.grants_list import services_of

    return frozenset().union(*(services_of(load_grant(name)) for name in grant_names()))


def own_grants() -> list[tuple[str, str]]:
    """The grants that are no entry of the catalogue, each with what it is for."""
    from compiler.catalog import grant_names
    from compiler.schema.store import load_schema

    definitions = load_schema()["definitions"]
    names = [alternative["required"][0] for alternative in definitions["permission"]["oneOf"]]
    known = frozenset(grant_names())
    return [(name, definitions[f"grant_{name}"]["description"]) for name in names if name not in known]


def statements_of(permission: Json) -> list[Json]:
    """The statements that a permission becomes in a stack of account 123456789012 in eu-west-1."""
    from compiler.aws.statement import statement_json
    from compiler.diagnostics import SourceText
    from compiler.driver import Options, Source, compile_sources

    stack = {"account": "123456789012", "region": "eu-west-1", "layers": {"web": {"apps": ["web"]}}}
    spec = {"version": 1, "apps": {"web": {"permissions": [permission]}}, "stacks": {"shop": stack}}
    source = Source(SourceText("spec.yaml", json.dumps(spec, ensure_ascii=False)), "spec.yaml")
    result = compile_sources([source], Options(checks=False))
    policies = (policy for found in result.program.stacks for policy in found.policies)
    return [statement_json(statement) for policy in policies for statement in policy.statements]
