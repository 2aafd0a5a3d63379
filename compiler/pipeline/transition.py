"""From the output that stands in the folder to the new one: what Terraform could not apply.

Only files that change are looked at, so this costs nothing where nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from compiler.source.places import locator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.diagnostics import Diagnostic, SourceText
    from compiler.pipeline.stack import CompiledStack
    from compiler.terraform.writeplan import WritePlan


def transition_findings(
    stacks: Sequence[CompiledStack], files: Mapping[str, bytes], plan: WritePlan, texts: Sequence[SourceText]
) -> tuple[Diagnostic, ...]:
    """Changes that would stop an apply half-way.

    ``files`` are those of the stacks (``<stack>/<file>``), ``plan`` what writing them changes, ``texts`` the spec's.
    """
    if not plan.previous:
        return ()
    from compiler.terraform.existing import replacement_findings
    from compiler.terraform.overlap import Change, overlap_findings

    found: list[Diagnostic] = []
    locate = locator(texts)
    before, now, others = map(_by_stack, (plan.previous, plan.contents, {p: files[p] for p in plan.unchanged}))
    for stack in stacks:
        if old := before.get(stack.name):
            found += replacement_findings(stack.claims, old)
            new, rest = now.get(stack.name, {}), others.get(stack.name, {})
            found += overlap_findings(Change(old, new, rest, stack.account, stack.policies_per_role), locate)
    return tuple(found)


def _by_stack(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, content in files.items():
        stack, _, file = path.partition("/")
        found[stack][file] = content
    return found
