"""Changes that AWS cannot make in place, found by comparing the program with the output that stands in the folder.

The path of a role, profile or policy and the description of a policy are fixed when it is made, and so is its Terraform
address as far as Terraform knows. Another one under the same AWS name (which IAM compares ignoring case) makes the
apply stop with EntityAlreadyExists.

Source: AWS provider, arguments that force a new resource; IAM User Guide, "IAM identifiers".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from compiler.aws.reference import display
from compiler.diagnostics import Diagnostic, Label
from compiler.diagnostics.value import record
from compiler.ir.claims import Claim
from compiler.terraform.codes import SAME_NAME_REPLACEMENT
from compiler.terraform.escape import template

Json = Any
_TYPES = {"role": "aws_iam_role", "profile": "aws_iam_instance_profile", "policy": "aws_iam_policy"}


@record(frozen=True, slots=True)
class _Change:
    """What was changed from what to what: one cause, whatever the number of things it touches."""

    attribute: str
    before: str
    after: str


def replacement_findings(claimed: Iterable[Claim], existing_files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Findings about changes that force a replacement under the same AWS name.

    ``claimed`` are the names that the stack claims now, ``existing_files`` the files of the stack's folder as they
    stand, by path; files that stay as they are need not
    be among them. The same change to several things (``path`` in the defaults, say) is one finding.
    """
    before = _existing(existing_files)
    if not before:
        return
    changed: dict[_Change, list[Claim]] = defaultdict(list)
    for thing in claimed:
        found = before.get((_TYPES[thing.kind], template(thing.name).casefold()))
        if found is not None:
            change = _change(thing, *found)
            if change:
                changed[change].append(thing)
    for change, things in changed.items():
        yield _finding(change, things)


def _noun(claim: Claim) -> str:
    return f"{claim.noun} `{display(claim.name)}`"


def _existing(files: Mapping[str, bytes]) -> dict[tuple[str, str], tuple[str, dict[str, Json]]]:
    """The named objects of an output: (type, AWS name ignoring case) -> (label, arguments)."""
    found: dict[tuple[str, str], tuple[str, dict[str, Json]]] = {}
    for content in files.values():
        try:
            root = orjson.loads(content)
        except orjson.JSONDecodeError:
            continue  # it will be overwritten as a whole
        resources = root.get("resource") if isinstance(root, dict) else None
        for kind, objects in resources.items() if isinstance(resources, dict) else ():
            for label, body in _objects(objects) if kind in _TYPES.values() else ():
                name = body.get("name")
                if isinstance(name, str):
                    found[kind, name.casefold()] = (label, body)
    return found


def _objects(value: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """The entries that are objects: the file may have been edited by hand."""
    if isinstance(value, dict):
        yield from ((label, body) for label, body in value.items() if isinstance(body, dict))


def _change(thing: Claim, label: str, body: dict[str, Json]) -> _Change | None:
    path = str(body.get("path", "/"))
    description = str(body.get("description", ""))
    if path != template(thing.path):
        return _Change("path", path, display(thing.path))
    if thing.kind == "policy" and description != template(thing.description):
        return _Change("description", description, display(thing.description))
    if body["name"] != template(thing.name):
        return _Change("name", body["name"], display(thing.name))
    if label not in (thing.label, thing.moved_from):
        return _Change("Terraform label", label, thing.label)
    return None


def _finding(change: _Change, things: list[Claim]) -> Diagnostic:
    first = things[0]
    others = {thing.origin.path: thing for thing in reversed(things) if thing.origin.path != first.origin.path}
    owner = _noun(first) if len(things) == 1 else f"{_noun(first)} and {len(things) - 1} more"
    return Diagnostic(
        SAME_NAME_REPLACEMENT,
        f"the {change.attribute} of {owner} changes from `{change.before}` to `{change.after}`, "
        "which replaces it under the same name",
        span=first.origin.span,
        label=f"makes the {_noun(first)}",
        secondary=tuple(
            Label(thing.origin.span, f"and the {_noun(thing)}") for thing in [*reversed(others.values())][:3]
        ),
        notes=(
            "AWS cannot change this in place, and refuses a second one of the same name: the apply would stop with "
            "EntityAlreadyExists",
        ),
        help=(_help(change), "if this output was never applied, delete it and compile again"),
        path=first.origin.path,
    )


def _help(change: _Change) -> str:
    if change.attribute == "Terraform label":
        return "say `moved:` with the old name in the spec, or give it another AWS name with `names:`"
    return f"keep the {change.attribute}, or give it another AWS name with `names:`"
