"""From the output that stands in the folder to the new one: what Terraform could not apply.

Only files that change are looked at, so this costs nothing where nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.source.places import locator
from compiler.terraform.output import in_folders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.diagnostics import Diagnostic, SourceText
    from compiler.pipeline.stack import CompiledStack
    from compiler.terraform.output import Folder
    from compiler.terraform.writeplan import WritePlan


def transition_findings(
    stacks: Sequence[CompiledStack], output: Mapping[str, Folder], plan: WritePlan, texts: Sequence[SourceText]
) -> tuple[Diagnostic, ...]:
    """Changes that would stop an apply half-way.

    ``output`` are the folders of the stacks, ``plan`` is what writing them changes, ``texts`` are those of the spec.
    """
    if not plan.previous:
        return ()
    from compiler.terraform.existing import replacement_findings
    from compiler.terraform.overlap import Change, overlap_findings

    found: list[Diagnostic] = []
    locate = locator(texts)
    before = in_folders(plan.previous)
    written = frozenset(plan.written)
    for stack in stacks:
        if stack.name in before and stack.name in output:
            old = before[stack.name].contents()
            new: dict[str, bytes] = {}
            rest: dict[str, bytes] = {}
            for name, content in output[stack.name].contents().items():
                (new if f"{stack.name}/{name}" in written else rest)[name] = content
            found += replacement_findings(stack.claims, old)
            found += overlap_findings(Change(old, new, rest, stack.account, stack.policies_per_role), locate)
    return tuple(found)
