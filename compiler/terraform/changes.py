"""Which stacks differ between two outputs: two compiles, or a compile and what was committed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiler.diagnostics.value import record
from compiler.terraform.header import generated_from

if TYPE_CHECKING:
    from compiler.source.tree import FileTree

Change = Literal["added", "changed", "removed"]


@record(frozen=True, slots=True)
class StackChange:
    """A stack whose output differs; ``files`` are those that differ, by their paths in the stack's folder."""

    stack: str
    change: Change
    files: tuple[str, ...]


def changes(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> tuple[StackChange, ...]:
    """The stacks whose output differs, by name. Paths are ``<stack>/<file>``.

    >>> changes({"a/x": b"1", "b/x": b"1"}, {"a/x": b"2", "b/x": b"1"})
    (StackChange(stack='a', change='changed', files=('x',)),)
    """
    differing: dict[str, list[str]] = defaultdict(list)
    for path in sorted({*before, *now}):
        if before.get(path) != now.get(path):
            stack, _, file = path.partition("/")
            differing[stack].append(file)
    had, has = _stacks(before), _stacks(now)
    return tuple(
        StackChange(stack, "added" if stack not in had else "changed" if stack in has else "removed", tuple(files))
        for stack, files in sorted(differing.items())
    )


def _stacks(files: Mapping[str, bytes]) -> set[str]:
    return {path.partition("/")[0] for path in files}


def output_in(tree: FileTree, out: Path, *, stacks: set[str], spec_name: str) -> dict[str, bytes]:
    """The files of ours that lie in an output folder: of these stacks, and of those that a spec of this name had."""
    found: dict[str, bytes] = {}
    if not tree.is_folder(out):
        return found
    for parent, folders, names in tree.walk(out):
        # Terraform's own folder holds no output, and may hold a whole provider.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(parent, name)
            inside = path.relative_to(out).as_posix()
            if "/" not in inside or not name.endswith(".json"):
                continue
            content = tree.read(path)
            spec = generated_from(content)
            if spec is not None and (inside.partition("/")[0] in stacks or spec == spec_name):
                found[inside] = content
    return found
