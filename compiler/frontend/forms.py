"""The form of a permission: what it says but for the names in it, so that permissions of one form are made alike."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable

from compiler.ir.spec import Permission
from compiler.source import Mapping, Scalar, Sequence

Form = tuple[tuple[Hashable, ...], dict[str, str]]
"""What permissions of one form have in common, and the texts by parameter that this one has as names."""


def form_of(permission: Permission, names: Collection[str]) -> Form | None:
    """The form of a permission of which these parameters are names, or None where a name is more than one text."""
    body = permission.body
    if type(body) is not Mapping:
        return None
    form: list[Hashable] = [permission.grant.text]
    texts: dict[str, str] = {}
    for name, (_, node) in body.entries.items():
        if type(node) is Scalar:
            if name in names:
                form.append(name)
                texts[name] = node.text
            else:
                form.append((name, node.text, node.plain))
        elif name in names or type(node) is not Sequence:
            return None
        else:
            words = [item.text for item in node.items if type(item) is Scalar]
            if len(words) < len(node.items):
                return None
            form.append((name, *words))
    return tuple(form), texts


def stands_alone(form: Iterable[Hashable]) -> bool:
    """Whether a form says all by itself: nothing in it is a template, or named elsewhere in the spec."""
    words = (word for part in form if isinstance(part, tuple) for word in part[1:] if isinstance(word, str))
    return not any("{" in word or word.startswith("ref:") for word in words)
