"""Changes for which a role would have to carry more than its quota, for as long as old and new are there together.

What comes is attached before what goes is detached (``attachments``), so that no permission is missing in between.
A role that changes over from many policies to many others is over the quota then although it is below it before and
afterwards. AWS refuses the attachment, Terraform stops before it has detached anything, and so does every apply after
that: the change never gets through.

Two places of the quota stay free for the changes that combining makes by itself; what a person changes at once may be
more. The same goes for the characters of inline policies: one that is called otherwise comes beside the old one.

Source: IAM User Guide, "IAM and AWS STS quotas"; the order of Terraform's requests is held in ``tests/e2e``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from compiler.aws.limits import INLINE_POLICIES_LENGTH, MAX_MANAGED_POLICIES_PER_ROLE
from compiler.diagnostics import Diagnostic, Label, Span
from compiler.diagnostics.value import record
from compiler.terraform.carried import Carried, carried
from compiler.terraform.codes import OVERLAP

_SHOWN = 8
# Managed policies that hold as much as the inline policies of a role, and the places that stay free.
_INSTEAD_OF_INLINE = 2 + 2


@record(frozen=True, slots=True)
class Change:
    """A stack's output before and after: files by path, those ``before`` that change or go, those ``now`` that changed
    or joined, and the ``others``. ``quota`` is that of managed policies per role.
    """

    before: Mapping[str, bytes]
    now: Mapping[str, bytes]
    others: Mapping[str, bytes]
    account: str
    quota: int


@record(frozen=True, slots=True)
class _Overlap:
    """What a role carries before and after, where that is too much ``together``: attached policies (ARN -> label of the
    attachment) or ``inline`` ones (name -> characters).
    """

    role: Carried
    old: Mapping[str, str | int]
    new: Mapping[str, str | int]
    together: int
    inline: bool = False

    @property
    def comes(self) -> tuple[str, ...]:
        return tuple(sorted(self.new.keys() - self.old.keys()))

    @property
    def goes(self) -> tuple[str, ...]:
        return tuple(sorted(self.old.keys() - self.new.keys()))

    @property
    def is_combined(self) -> bool:
        """Whether some come or go because others were combined, as all inline ones do."""
        labels = {**self.old, **self.new}
        return self.inline or any("--combined" in str(labels[name]) for name in (*self.comes, *self.goes))


def overlap_findings(change: Change, locate: Callable[[str], Span | None]) -> Iterator[Diagnostic]:
    """Findings about the roles of a stack; ``locate`` gives the place of a spec path.

    Roles for which the same comes and goes (one app in many layers) are one finding.
    """
    same: dict[object, list[_Overlap]] = defaultdict(list)
    for overlap in _overlaps(change):
        same[overlap.inline, overlap.comes, overlap.goes].append(overlap)
    for overlaps in same.values():
        yield _finding(change, overlaps, locate)


def _overlaps(change: Change) -> Iterator[_Overlap]:
    before, now = carried(change.before), carried(change.now)
    if any(not role.label for role in now.values()):
        # Several layers may attach to one role made elsewhere; what is ours stands in one file.
        for name, role in carried(change.others).items():
            for roles in (before, now):
                if not role.label and name in now:
                    roles.setdefault(name, Carried(role.name, path=role.path)).managed.update(role.managed)
    for name, role in now.items():
        then = before.get(name)
        if then is None:
            continue
        count = len(then.managed.keys() | role.managed.keys())
        if count > change.quota and role.managed.keys() - then.managed.keys():
            yield _Overlap(role, then.managed, role.managed, count)
        size = sum(max(then.inline.get(key, 0), role.inline.get(key, 0)) for key in {**then.inline, **role.inline})
        if size > INLINE_POLICIES_LENGTH and role.inline.keys() - then.inline.keys():
            yield _Overlap(role, then.inline, role.inline, size, inline=True)


def _finding(change: Change, overlaps: list[_Overlap], locate: Callable[[str], Span | None]) -> Diagnostic:
    places = [(locate(item.role.path), item) for item in overlaps]
    (span, first), *rest = sorted(places, key=lambda place: place[0].start if place[0] else 0)
    comes, goes = first.comes, first.goes
    owner = f"role `{first.role.name}`" + (f" and {len(rest)} more" if rest else "")
    if first.inline:
        message = f"{owner} would have inline policies of {first.together:,} characters while Terraform changes them"
        label = f"{INLINE_POLICIES_LENGTH:,} fit, and {_listed(comes)} comes before {_listed(goes)} goes"
    else:
        message = f"{owner} would have {first.together} managed policies while Terraform changes them"
        label = (
            f"has {len(first.old)}, and gets {len(comes)} more before it loses {len(goes)}; the quota is {change.quota}"
        )
    return Diagnostic(
        OVERLAP,
        message,
        span=span,
        label=label,
        secondary=tuple(Label(place, f"and role `{item.role.name}`") for place, item in rest[:3] if place),
        notes=(
            f"stays: {_listed(first.old.keys() & first.new.keys())}",
            f"goes: {_listed(goes)}",
            f"comes: {_listed(comes)}",
            "what comes is attached before what goes is detached, so that no permission is missing in between: AWS "
            "refuses what is over the quota with LimitExceeded, and applying again does not get past that",
        ),
        help=tuple(_help(change, first)),
        path=first.role.path,
    )


def _help(change: Change, overlap: _Overlap) -> Iterator[str]:
    if overlap.is_combined:
        yield "change less at once (one app, say), and compile and apply after each step"
    else:
        over = overlap.goes[: overlap.together - change.quota]
        yield f"take two steps: take away only {_listed(over)}, compile and apply; then make the rest of the change"
    # What is inline is attached instead where there are places for it.
    quota = len(overlap.role.managed) + _INSTEAD_OF_INLINE if overlap.inline else overlap.together
    if change.quota < quota <= MAX_MANAGED_POLICIES_PER_ROLE:
        setting = f"quotas: {{managed_policies_per_role: {quota}}}"
        yield f"or write `{setting}` if AWS has raised the quota of account {change.account}"
    if overlap.role.label:
        yield "or give the role another name with `names:`: that one is made beside it, and its profile goes over"
    yield "if the output in the folder was never applied, delete it and compile again"


def _listed(arns: Iterable[str]) -> str:
    names = [f"`{arn.rpartition('/')[2]}`" for arn in sorted(arns)]
    if len(names) > _SHOWN + 1:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return ", ".join(names) or "nothing"
