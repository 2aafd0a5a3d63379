"""Changes that AWS cannot make in place, found by comparing the program with the output that stands in the folder.

The path of a role, profile or policy and the description of a policy are fixed when it is made, and so is its Terraform
address as far as Terraform knows. Another one under the same AWS name (which IAM compares ignoring case) makes the
apply stop with EntityAlreadyExists.

Source: AWS provider, arguments that force a new resource; IAM User Guide, "IAM identifiers".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from compiler.aws.reference import display
from compiler.diagnostics import Diagnostic, Label, Origin
from compiler.ir.program import StackProgram
from compiler.terraform.codes import SAME_NAME_REPLACEMENT
from compiler.terraform.escape import template

Json = Any
_NOUNS = {"aws_iam_role": "role", "aws_iam_instance_profile": "instance profile", "aws_iam_policy": "policy"}


@dataclass(frozen=True, slots=True)
class _Thing:
    """One named AWS object as the program wants it."""

    kind: str
    label: str
    moved_from: str
    name: str
    path: str
    description: str
    origin: Origin

    @property
    def noun(self) -> str:
        return f"{_NOUNS[self.kind]} `{display(self.name)}`"


@dataclass(frozen=True, slots=True)
class _Change:
    """What was changed from what to what: one cause, whatever the number of things it touches."""

    attribute: str
    before: str
    after: str


def replacement_findings(stack: StackProgram, existing_files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Findings about changes that force a replacement under the same AWS name.

    ``existing_files`` are the files of the stack's folder as they stand, by path; files that stay as they are need not
    be among them. The same change to several things (``path`` in the defaults, say) is one finding.
    """
    before = _existing(existing_files)
    if not before:
        return
    changed: dict[_Change, list[_Thing]] = defaultdict(list)
    for thing in _things(stack):
        found = before.get((thing.kind, template(thing.name).casefold()))
        if found is not None:
            change = _change(thing, *found)
            if change:
                changed[change].append(thing)
    for change, things in changed.items():
        yield _finding(change, things)


def _things(stack: StackProgram) -> Iterator[_Thing]:
    for role in stack.roles:
        if role.existing:
            continue
        yield _Thing("aws_iam_role", role.label, role.moved_from, role.name, role.path, "", role.origin)
        if role.profile:
            name, path = role.profile.name, role.profile.path
            yield _Thing("aws_iam_instance_profile", role.label, role.moved_from, name, path, "", role.origin)
    for policy in stack.policies:
        if policy.inline:
            continue
        yield _Thing(
            "aws_iam_policy",
            policy.label,
            policy.moved_from,
            policy.name,
            policy.path,
            policy.description,
            policy.origin,
        )


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
            for label, body in _objects(objects) if kind in _NOUNS else ():
                name = body.get("name")
                if isinstance(name, str):
                    found[kind, name.casefold()] = (label, body)
    return found


def _objects(value: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """The entries that are objects: the file may have been edited by hand."""
    if isinstance(value, dict):
        yield from ((label, body) for label, body in value.items() if isinstance(body, dict))


def _change(thing: _Thing, label: str, body: dict[str, Json]) -> _Change | None:
    path = str(body.get("path", "/"))
    description = str(body.get("description", ""))
    if path != template(thing.path):
        return _Change("path", path, display(thing.path))
    if thing.kind == "aws_iam_policy" and description != template(thing.description):
        return _Change("description", description, display(thing.description))
    if body["name"] != template(thing.name):
        return _Change("name", body["name"], display(thing.name))
    if label not in (thing.label, thing.moved_from):
        return _Change("Terraform label", label, thing.label)
    return None


def _finding(change: _Change, things: list[_Thing]) -> Diagnostic:
    first = things[0]
    others = {thing.origin.path: thing for thing in reversed(things) if thing.origin.path != first.origin.path}
    owner = first.noun if len(things) == 1 else f"{first.noun} and {len(things) - 1} more"
    return Diagnostic(
        SAME_NAME_REPLACEMENT,
        f"the {change.attribute} of {owner} changes from `{change.before}` to `{change.after}`, "
        "which replaces it under the same name",
        span=first.origin.span,
        label=f"makes the {first.noun}",
        secondary=tuple(
            Label(thing.origin.span, f"and the {thing.noun}") for thing in [*reversed(others.values())][:3]
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
