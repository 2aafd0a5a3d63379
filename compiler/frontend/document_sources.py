"""Which policy documents a text holds: one itself, what ``aws iam get-…`` prints, a file that was compiled, or a plan.

Source: Terraform, "JSON Output Format" (``planned_values`` of a plan, ``values`` of a state); AWS CLI, ``iam``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from compiler.aws.reference import reference
from compiler.diagnostics import Diagnostic, Diagnostics, Severity, SourceText, Span, did_you_mean
from compiler.frontend.codes import STATEMENT_GRAMMAR
from compiler.frontend.document_codes import INVALID_PLAN, NOT_JUDGED
from compiler.frontend.document_grammar import Kind
from compiler.frontend.policy_documents import Document, Group, Use
from compiler.source import Mapping, Node, Sequence
from compiler.source.json_reader import read_json
from compiler.source.policy_files import is_json
from compiler.source.yaml_reader import read_documents

Json = Any
# Major versions of the plan's and the state's format.
_MAJORS = ("0", "1")
# What the AWS CLI prints around a document, and what that is.
_WRAPPED: tuple[tuple[tuple[str, ...], Kind | None], ...] = (
    (("PolicyVersion", "Document"), "identity"),
    (("PolicyDocument",), "identity"),
    (("Role", "AssumeRolePolicyDocument"), "trust"),
)


def documents_of(source: SourceText, kind: Kind | None, diagnostics: Diagnostics, *, named: bool) -> list[Document]:
    """The documents of a text; a file that was ``named`` has to be one, others are left alone when they are none."""
    strict = is_json(source.name, source.text)
    reported = len(diagnostics.items)
    if not named and not _may_hold_policies(source.text):
        return []
    roots: list[Node]
    if strict:
        root = read_json(source, diagnostics)
        roots = [root] if root is not None else []
        if root is not None and not isinstance(root, Mapping):
            _no_document(diagnostics, root)
            return []
    else:
        roots = list(read_documents(source, diagnostics))
    found: list[Document] = []
    for item in roots:
        assert isinstance(item, Mapping)
        inside = list(_inside(item, source.name, kind, strict=strict))
        found += inside
        if not inside and named and not source.name.endswith(".tf.json"):
            if _is_meant(item):
                found.append(Document(item, kind=kind, strict=strict))  # says what is missing
            else:
                _no_document(diagnostics, item)
    if not roots and named and len(diagnostics.items) == reported:
        _fault(diagnostics, Span(source, 0, min(1, len(source.text))), "the file is empty")
    return found


def _may_hold_policies(text: str) -> bool:
    """Whether a file of a folder is worth reading: chart values and package files are not."""
    return "Statement" in text and ("Effect" in text or "Action" in text)


def _fault(diagnostics: Diagnostics, span: Span, message: str, help_line: str = "") -> None:
    expected = "an object with `Version` and `Statement`"
    found = Diagnostic(STATEMENT_GRAMMAR, message, span, expected=expected, help=(help_line,) if help_line else ())
    diagnostics.add(found)


def _is_meant(root: Mapping) -> bool:
    """Whether somebody meant a policy document: it has one of its keys, or one that was mistyped."""
    known = {"Version", "Id", "Statement"} & root.entries.keys()
    return bool(known) or any(did_you_mean("Statement", [key]) for key in root.entries)


def _no_document(diagnostics: Diagnostics, root: Node) -> None:
    """Say once what a file is instead of a policy document, as far as that can be seen."""
    first = root.items[0] if isinstance(root, Sequence) and root.items else root
    keys = first.entries.keys() if isinstance(first, Mapping) else frozenset[str]()
    message, help_line = "the file holds no policy document", ""
    if {"Effect", "Action"} <= keys or {"Effect", "NotAction"} <= keys:
        message = "statements alone are no policy document"
        help_line = 'put them into `{"Version": "2012-10-17", "Statement": […]}`'
    elif "format_version" in keys:
        message, help_line = "this is no policy document, but a plan or a state", "give it with `--plan`"
    elif "version" in keys and keys & {"stacks", "apps", "bundles", "defaults", "resources"}:
        message, help_line = "this is no policy document, but a spec", "`stackgrant check` checks specs"
    _fault(diagnostics, Span(root.source, root.start, root.start + 1), message, help_line)


def _inside(root: Mapping, name: str, kind: Kind | None, *, strict: bool) -> Iterator[Document]:
    if "Statement" in root.entries:
        yield Document(root, kind=kind, strict=strict)
        return
    local = root.get("locals")
    if name.endswith(".tf.json") and isinstance(local, Mapping):
        for label, (_, value) in local.entries.items():
            if isinstance(value, Mapping) and label.startswith(("policy_", "trust_")):
                of: Kind = "trust" if label.startswith("trust_") else "identity"
                use: Use = "trust" if of == "trust" else "managed"
                yield Document(value, f"locals.{label}", of, use, strict, unescaped, compiled=True)
        return
    for steps, of_wrapped in _WRAPPED:
        node: Node | None = root
        for step in steps:
            node = node.get(step) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping):
            yield Document(node, ".".join(steps), kind or of_wrapped, strict=strict)


_TEMPLATE = re.compile(r"\$\$\{|%%\{|\$\{([^}]*)\}")


def unescaped(text: str) -> str:
    """A text of a ``.tf.json`` file as Terraform evaluates it, references marked.

    >>> unescaped("home/$${aws:username}")
    'home/${aws:username}'
    """
    if "{" not in text:
        return text
    return _TEMPLATE.sub(lambda found: found.group()[1:] if found.group(1) is None else reference(found[1]), text)


# Type of a resource -> (argument, what its document is, what it is made into).
_RESOURCES: dict[str, tuple[str, Kind, Use]] = {
    "aws_iam_policy": ("policy", "identity", "managed"),
    "aws_iam_role": ("assume_role_policy", "trust", "trust"),
    "aws_iam_role_policy": ("policy", "identity", "inline"),
    "aws_iam_user_policy": ("policy", "identity", "inline"),
    "aws_iam_group_policy": ("policy", "identity", "inline"),
}


def documents_of_plan(source: SourceText, diagnostics: Diagnostics) -> Group | None:
    """The documents of what ``terraform show -json`` prints of a plan or a state, or None when it is neither."""
    try:
        plan = orjson.loads(source.text)
    except orjson.JSONDecodeError:
        plan = None
    fault = _fault_of_plan(plan, source.name)
    if fault is not None:
        diagnostics.add(fault)
        return None
    values = plan.get("planned_values") or plan.get("values") or {}
    root = values.get("root_module")
    resources = list(_resources(root)) if isinstance(root, dict) else []
    group = Group([document for item in resources for document in _of_resource(source, item, diagnostics)])
    _link(group, resources)
    return group


def _fault_of_plan(plan: Json, name: str) -> Diagnostic | None:
    """Why something is not to be read as a plan. Within a major version of the format nothing is taken away."""
    version = plan.get("format_version") if isinstance(plan, dict) else None
    values = [plan[key] for key in ("planned_values", "values") if plan.get(key) is not None] if version else []
    if not isinstance(version, str) or not all(isinstance(item, dict) for item in values):
        how = "`terraform plan -out FILE` and then `terraform show -json FILE` print one"
        return Diagnostic(INVALID_PLAN, f"`{name}` is no plan that `terraform show -json` has printed", help=(how,))
    if version.partition(".")[0] not in _MAJORS:
        message = f"`{name}` is a plan in format {version}, which is not known here"
        return Diagnostic(INVALID_PLAN, message, expected="format 0.1 to 1.x, of Terraform 0.12 to 1.x")
    return None


def _resources(module: Json) -> Iterator[dict[str, Json]]:
    if not isinstance(module, dict):
        return
    for item in module.get("resources") or ():
        if isinstance(item, dict) and isinstance(item.get("values"), dict) and item.get("mode") != "data":
            yield item
    for child in module.get("child_modules") or ():
        yield from _resources(child)


def _of_resource(source: SourceText, item: dict[str, Json], diagnostics: Diagnostics) -> Iterator[Document]:
    known = _RESOURCES.get(item.get("type", ""))
    if known is None:
        return
    argument, kind, use = known
    address, values = str(item.get("address")), item["values"]
    yield from _of_text(source, address, argument, values.get(argument), kind, use, diagnostics)
    inline = values.get("inline_policy") if item["type"] == "aws_iam_role" else None
    for index, block in enumerate(inline if isinstance(inline, list) else ()):
        if isinstance(block, dict) and block.get("policy"):
            where = f"inline_policy[{index}].policy"
            yield from _of_text(source, address, where, block["policy"], "identity", "inline", diagnostics)


def _of_text(
    source: SourceText, address: str, argument: str, text: Json, kind: Kind, use: Use, diagnostics: Diagnostics
) -> Iterator[Document]:
    if not isinstance(text, str):
        why = "is known only after the apply" if text is None else "is no text"
        message = f"`{argument}` of `{address}` {why}, so it was not judged"
        path = f"{address}.{argument}"
        diagnostics.add(Diagnostic(NOT_JUDGED, message, path=path, severity=Severity.NOTE))
        return
    place = SourceText(f"{source.name}#{address}", _laid_out(text), file=source.name, address=address)
    root = read_json(place, diagnostics)
    if isinstance(root, Mapping):
        yield Document(root, f"{address}.{argument}", kind, use, True, label=f"{address}:{argument}")
    elif root is not None:
        _fault(diagnostics, root.span, f"`{argument}` of `{address}` is no policy document")


def _laid_out(text: str) -> str:
    """A document on several lines, as people read it; as it stands when that would lose anything."""
    repeated = False

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal repeated
        repeated = repeated or len(dict(items)) < len(items)
        return dict(items)

    try:
        value = json.loads(text, object_pairs_hook=pairs)
    except ValueError:
        return text
    return text if repeated else json.dumps(value, indent=2, ensure_ascii=False)


def _link(group: Group, resources: list[dict[str, Json]]) -> None:
    """Which policies each role has, as far as the plan knows it."""
    roles: dict[str, str] = {}
    policies: dict[str, str] = {}
    for item in resources:
        values, address = item["values"], str(item.get("address"))
        if item.get("type") == "aws_iam_role" and isinstance(values.get("name"), str):
            roles[values["name"]] = f"{address}:assume_role_policy"
        elif item.get("type") == "aws_iam_policy" and isinstance(values.get("name"), str):
            policies[f":policy{values.get('path') or '/'}{values['name']}"] = f"{address}:policy"
    carried: dict[str, list[str]] = {}
    foreign: set[str] = set()
    for item in resources:
        values = item["values"]
        role = roles.get(str(values.get("role")))
        if item.get("type") == "aws_iam_role_policy" and role:
            carried.setdefault(role, []).append(f"{item.get('address')}:policy")
        elif item.get("type") == "aws_iam_role_policy_attachment":
            arn = values.get("policy_arn")
            found = policies.get(arn[arn.find(":policy/") :]) if isinstance(arn, str) else None
            if role and found:
                carried.setdefault(role, []).append(found)
            elif role:
                foreign.add(role)
            else:
                foreign.update(roles.values())  # attached to a role that is not known yet: it may be any
    inline = [item.label for item in group.documents if ":inline_policy" in item.label]
    for label in inline:
        carried.setdefault(f"{label.partition(':')[0]}:assume_role_policy", []).append(label)
    group.carried = {label: tuple(items) for label, items in carried.items()}
    group.foreign = frozenset(foreign)
