"""AWS names of roles, profiles and policies: readable defaults, templates, and shortening on request."""

from __future__ import annotations

from compiler.diagnostics import Origin
from compiler.frontend.scope import Scope
from compiler.frontend.templates import mentions
from compiler.source import Mapping, Scalar

NamesChain = tuple[tuple[Mapping, str], ...]  # nearest first: a `names:` mapping and its spec path

# IAM User Guide, "IAM and AWS STS quotas".
MAX_LENGTH = {"role": 64, "profile": 128, "policy": 128}


def resource_name(
    scope: Scope, chain: NamesChain, kind: str, default: str, origin: Origin, suffix: str = ""
) -> tuple[str, Origin]:
    """The name of a role, profile or policy and where it comes from.

    Args:
        chain: the ``names:`` mappings that apply, nearest first; each may hold a template under ``kind``.
        kind: ``role``, ``profile`` or ``policy``.
        default: the name when no template applies; templates know it as ``{{ name }}``.
        suffix: a part of the default that tells it from another; put behind a template that leaves ``name`` out.
    """
    name, where = default, origin
    for mapping, path in chain:
        template = mapping.get(kind)
        if isinstance(template, Scalar):
            text = scope.inside(name=default).text(template, f"{path}.{kind}")
            if text is not None:
                name, where = text, Origin(template.span, f"{path}.{kind}")
                if suffix and not mentions(template.text, "name"):
                    name += suffix
            break
    if len(name) > MAX_LENGTH[kind] and _shortens(scope, chain):
        name = shorten(name, MAX_LENGTH[kind])
    return name, where


def shorten(name: str, limit: int) -> str:
    """A name cut to the limit, ended by eight hex digits of the SHA-256 of the whole name so that it stays unique.

    >>> shorten("payment-reconciliation-worker", 20)
    'payment-rec-c551cddb'
    """
    import hashlib  # takes 3 ms to load, and names that are too long are rare

    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-_')}-{digest}"


def _shortens(scope: Scope, chain: NamesChain) -> bool:
    for mapping, path in chain:
        flag = mapping.get("shorten")
        if isinstance(flag, Scalar):
            return scope.flag(flag, f"{path}.shorten") is True
    return False
