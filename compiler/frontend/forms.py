"""The form of a permission: what it says but for the names in it, so that permissions of one form are made alike."""

from __future__ import annotations

from collections.abc import Collection, Hashable

from compiler.ir.spec import Permission
from compiler.source import Mapping, Scalar, Sequence

Form = tuple[Hashable, dict[str, str]]
"""What permissions of one form have in common, and the texts by parameter that this one has as names."""
_REF = "ref:"


def form_of(permission: Permission, names: Collection[str]) -> Form | None:
    """The form of a permission of which these parameters are names, or None where it has none.

    It has none where a name is a list, and where anything else is a template or is named elsewhere.
    """
    body = permission.body
    if not isinstance(body, Mapping):
        return None
    form: list[Hashable] = [permission.grant.text]
    texts: dict[str, str] = {}
    for name, (_, node) in body.entries.items():
        if isinstance(node, Scalar):
            if name in names:
                form.append(name)
                texts[name] = node.text
            elif _is_named_elsewhere(node.text):
                return None
            else:
                form.append((name, node.text, node.plain))
        elif name in names or not isinstance(node, Sequence):
            return None
        else:
            words = [item.text for item in node.items if isinstance(item, Scalar)]
            if len(words) < len(node.items) or any(map(_is_named_elsewhere, words)):
                return None
            form.append((name, *words))
    return tuple(form), texts


def _is_named_elsewhere(text: str) -> bool:
    return "{" in text or text.startswith(_REF)
