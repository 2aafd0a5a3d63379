"""What each role carries, read from the files of an output: attached policies, and inline ones with their sizes.

The output may have been edited by hand, or be damaged: what is not as we write it is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

import orjson

from compiler.aws.statement import document_size
from compiler.diagnostics.value import record
from compiler.terraform.escape import map_strings, untemplate

Json = Any
_ATTACHMENT, _INLINE, _ROLE = "aws_iam_role_policy_attachment", "aws_iam_role_policy", "aws_iam_role"
# Every file that puts a policy on a role has it, and those of apps, which are most, have not.
_MARK = b'"aws_iam_role_policy'


@record(slots=True)
class Carried:
    """One role: ``managed`` are the ARNs of what is attached, each with the label of its attachment; ``inline`` the
    characters of inline policies by name. ``label`` is empty for a role made elsewhere; ``path`` is its spec path.
    """

    name: str
    label: str = ""
    path: str = ""
    managed: dict[str, str] = field(default_factory=dict)
    inline: dict[str, int] = field(default_factory=dict)


def carried(files: Mapping[str, bytes]) -> dict[str, Carried]:
    """The roles of these files that carry anything, by AWS name in small letters (IAM compares names so)."""
    found: dict[str, Carried] = {}
    for root in _parsed(files):
        roles = {f"${{aws_iam_role.{label}.name}}": (label, body) for label, body in _resources(root, _ROLE)}
        for kind in (_ATTACHMENT, _INLINE):
            for label, body in _resources(root, kind):
                reference = _text(body, "role")
                own, made = roles.get(reference, ("", {}))
                name = _text(made, "name") or reference
                role = found.setdefault(name.casefold(), Carried(name, own, _path(made)))
                if kind == _ATTACHMENT:
                    role.managed[_text(body, "policy_arn")] = label
                else:
                    role.inline[_text(body, "name")] = _size(root, label)
                role.path = role.path or _path(body)
    return found


def _parsed(files: Mapping[str, bytes]) -> Iterator[dict[str, Json]]:
    for content in files.values():
        if _MARK in content:
            try:
                root = orjson.loads(content)
            except orjson.JSONDecodeError:
                continue  # it will be overwritten as a whole
            if isinstance(root, dict):
                yield root


def _resources(root: dict[str, Json], kind: str) -> Iterator[tuple[str, dict[str, Json]]]:
    labels = _object(_object(root.get("resource")).get(kind))
    yield from ((label, body) for label, body in labels.items() if isinstance(body, dict))


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(body: dict[str, Json], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _path(body: dict[str, Json]) -> str:
    return _text(body, "//").rpartition(": ")[2]


def _size(root: dict[str, Json], label: str) -> int:
    document = _object(root.get("locals")).get(f"policy_{label}")
    return document_size(map_strings(document, untemplate)) if document else 0
