"""Two roles, instance profiles or policies of one account whose names are the same when case is ignored.

Names live in the account, not in the stack or the path, so stacks that share an account share their names as well.

Source: IAM User Guide, "IAM and AWS STS quotas": names are unique within the account and not distinguished by case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from compiler.diagnostics import Code, Diagnostic, Label, Origin, Severity
from compiler.ir.claims import Claim, claims
from compiler.ir.program import Program

NAME_COLLISION = Code(
    id="SG404",
    name="name-collision",
    severity=Severity.ERROR,
    what="Reports roles, instance profiles or policies of one account whose names are equal when case is ignored.",
    why="IAM refuses the second one when it is created. Neither the path nor the stack sets names apart.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      api:
        apps: [web]
        names: {role: ShopWeb}
      web:
        apps: [web]
        names: {role: shopweb}  # error: SG404
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      api:
        apps: [web]
        names: {role: ShopApi}
      web:
        apps: [web]
        names: {role: ShopWeb}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)
CODES = (NAME_COLLISION,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Compare the names of all stacks that share an account."""
    return collisions((stack.partition, stack.account, tuple(claims(stack))) for stack in program.stacks)


def collisions(stacks: Iterable[tuple[str, str, Sequence[Claim]]]) -> Iterator[Diagnostic]:
    """The names that are claimed more than once. ``stacks``: partition, account and claims of each."""
    taken: dict[tuple[str, str, str, str], list[Claim]] = {}
    for partition, account, claimed in stacks:
        for claim in claimed:
            taken.setdefault((partition, account, claim.kind, claim.name.lower()), []).append(claim)
    for (_, account, _, _), found in taken.items():
        if len(found) > 1:
            yield _report(account, *found)


def _report(account: str, first: Claim, second: Claim, *others: Claim) -> Diagnostic:
    # Where one template names both, the template is no place to tell them apart: show what they are made for.
    shared = first.name_origin.span == second.name_origin.span
    here, there = (second.origin, first.origin) if shared else (second.name_origin, first.name_origin)
    labels = [Label(there.span, "first used here" if not shared else "the first one is made for this")]
    if shared and second.name_origin.span not in (here.span, there.span):
        labels.append(Label(second.name_origin.span, "both names come from here"))
    notes = [f"account {account} has one set of {second.noun} names for all stacks and paths"]
    if first.name != second.name:
        notes.append(f"IAM does not tell `{first.name}` and `{second.name}` apart: case is ignored")
    if others:
        notes.append(f"the same name is used for {', '.join(_place(item.origin) for item in others)}")
    return Diagnostic(
        NAME_COLLISION,
        f"{second.noun} name `{second.name}` is used {'twice' if not others else f'{len(others) + 2} times'}"
        f" in account {account}",
        here.span,
        "used again here" if not shared else "the second one is made for this",
        tuple(labels),
        notes=tuple(notes),
        help=(f"give one of them another name with `names: {{{second.kind}: …}}`",),
        path=here.path,
    )


def _place(origin: Origin) -> str:
    return f"`{origin.path}`"
