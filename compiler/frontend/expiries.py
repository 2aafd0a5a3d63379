"""Grants that run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from compiler.diagnostics import Diagnostic
from compiler.frontend.codes import EXPIRY
from compiler.frontend.contents import all_permissions
from compiler.ir.spec import Spec

NEAR = dt.timedelta(days=30)


def expiries(spec: Spec, today: dt.date) -> Iterator[Diagnostic]:
    """Grants that have run out, or will within ``NEAR``."""
    for permission in all_permissions(spec):
        if permission.expires is None:
            continue
        try:
            day = dt.date.fromisoformat(permission.expires.text)
        except ValueError:
            continue  # a template, or no date: reported where it is evaluated
        if day < today:
            yield Diagnostic(
                EXPIRY,
                f"`{permission.grant.text}` expired on {day.isoformat()}",
                permission.expires.span,
                f"{'denies' if permission.effect and permission.effect.text == 'deny' else 'grants'} nothing any more",
                help=("take the permission away, or give it a later day",),
                path=f"{permission.path}.expires",
            )
        elif day - today <= NEAR:
            yield Diagnostic(
                EXPIRY,
                f"`{permission.grant.text}` expires on {day.isoformat()}",
                permission.expires.span,
                f"in {(day - today).days} days" if day != today else "today",
                help=("give it a later day, or plan to do without it",),
                path=f"{permission.path}.expires",
            )
