"""What guardrails say about how permissions are written: which grants, and wildcards in actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.aws.pattern import has_wildcard, matches
from compiler.aws.statement import Statement
from compiler.checks.guardrail_breach import Breach
from compiler.checks.guardrail_codes import GUARDED_GRANT
from compiler.checks.wording import listed
from compiler.ir.guardrails import Guardrail
from compiler.ir.spec import Permission
from compiler.source import Mapping, Node, Scalar, Sequence

FindPermission = Callable[[], Permission | None]


def grant_breaches(guardrail: Guardrail, statement: Statement, permission: FindPermission) -> Iterator[Breach]:
    """What a guardrail finds in how a statement came about; ``permission`` finds what was written."""
    yield from grant_breach(guardrail, statement.source)
    rule = guardrail.rule("no_action_wildcards")
    if rule is None or statement.effect != "Allow":
        return
    if statement.source == "actions":
        written = permission()
        body = written.body if written else None
        texts = tuple(_texts(body.get("allow"))) if isinstance(body, Mapping) else ()
    elif statement.source in ("statement", "policy"):
        texts = ("NotAction",) if statement.not_actions else statement.actions
    else:
        return
    found = tuple(text for text in texts if text == "NotAction" or has_wildcard(text))
    if found:
        yield Breach(
            GUARDED_GRANT, rule.span, f"guardrail `{guardrail.name}` wants actions written out, not {{}}",
            "stands for more than it says", found, help=("write out the actions that are needed",),
        )  # fmt: skip


def grant_breach(guardrail: Guardrail, grant: str) -> Iterator[Breach]:
    """Whether a guardrail lets people use a grant."""
    forbidden = guardrail.rule("forbid_grants")
    mark = next((word.span for word in forbidden.words if matches(word.text, grant)), None) if forbidden else None
    if mark is not None:
        yield Breach(
            GUARDED_GRANT, mark, f"guardrail `{guardrail.name}` forbids the grant `{grant}`", "forbidden here",
            needles=(grant,),
        )  # fmt: skip
    allowed = guardrail.rule("allow_grants")
    if allowed is not None and not any(matches(text, grant) for text in allowed.texts):
        yield Breach(
            GUARDED_GRANT, allowed.span, f"guardrail `{guardrail.name}` does not allow the grant `{grant}`",
            "not among the grants that it allows", needles=(grant,), help=(f"it allows {listed(allowed.texts)}",),
        )  # fmt: skip


def _texts(node: Node | None) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
