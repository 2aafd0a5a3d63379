"""What a compile did to the output folder, or would do with ``--check``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from compiler.diagnostics.value import record
from compiler.views.cells import clean
from compiler.views.paint import Paint, painter
from compiler.views.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.ir.arrangement import Arrangement

_MOST_LINES = 40  # beyond this files are counted by folder: nobody reads a list of thousands
_MOST_ARRANGED = 5


@record(frozen=True, slots=True)
class CompileReport:
    """The output files by what became of them, as paths with ``/``, and how much there is in all the output.

    With ``check`` nothing was touched, and the lists say what would become of the files. ``arranged`` are lines about
    policies that do not stand as they were written.
    """

    wrote: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    check: bool = False
    roles: int = 0
    profiles: int = 0
    policies: int = 0
    arranged: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the output was not what the spec says: ``--check`` fails then."""
        return bool(self.wrote or self.pruned)


def render(report: CompileReport, *, verbose: bool = False, color: bool = False) -> str:
    """A line per file that changes (with ``verbose``: per file), then what there is now."""
    paint = painter(color)
    would = "would " if report.check else ""
    lines = [
        *_listed(f"{would}{'write' if report.check else 'wrote'}", report.wrote, "added", paint),
        *_listed(f"{would}{'prune' if report.check else 'pruned'}", report.pruned, "removed", paint),
    ]
    if verbose:
        lines += [f"{paint('faint', 'unchanged')} {clean(path)}" for path in sorted(report.unchanged)]
    lines += [paint("faint", clean(line)) for line in report.arranged[:_MOST_ARRANGED]]
    if len(report.arranged) > _MOST_ARRANGED:
        more = len(report.arranged) - _MOST_ARRANGED
        lines.append(paint("faint", f"and {more:,} more like these: `stackgrant size` shows all policies"))
    return "\n".join([*lines, paint("strong", _closing(report))])


def arranged(stack: str, arrangement: Arrangement) -> str:
    """A line about a policy of a stack that was split, or a role of which policies were combined."""
    labels = ", ".join(f"{label} (inline)" if inline else label for label, inline in arrangement.parts)
    if arrangement.combined:
        return f"{arrangement.label} gets combined policies in stack {stack}: {labels}"
    return f"{arrangement.label} needs {len(arrangement.parts)} policies in stack {stack}: {labels}"


def _listed(verb: str, paths: Sequence[str], style: str, paint: Paint) -> Iterator[str]:
    if len(paths) <= _MOST_LINES:
        for path in sorted(paths):
            yield f"{paint(style, verb)} {clean(path)}"
        return
    by_folder: dict[str, int] = defaultdict(int)
    for path in paths:
        by_folder[path.rpartition("/")[0] or "."] += 1
    folders = sorted(by_folder)
    for folder in folders[:_MOST_LINES]:
        yield f"{paint(style, verb)} {clean(folder)}/ ({counted(by_folder[folder], 'file')})"
    if rest := folders[_MOST_LINES:]:
        files = sum(by_folder[folder] for folder in rest)
        yield f"{paint(style, verb)} {counted(files, 'file')} in {counted(len(rest), 'more folder')}"


def _closing(report: CompileReport) -> str:
    """``1 file would change, 1 unchanged: 3 roles, 2 instance profiles, 7 policies``."""
    changes, unchanged = len(report.wrote) + len(report.pruned), len(report.unchanged)
    if changes:
        head = f"{counted(changes, 'file')} {'would change' if report.check else 'changed'}"
        head += f", {unchanged:,} unchanged" if unchanged else ""
    else:
        head = f"{counted(unchanged, 'file')} unchanged"
    profiles, policies = counted(report.profiles, "instance profile"), counted(report.policies, "policy")
    return f"{head}: {counted(report.roles, 'role')}, {profiles}, {policies}"
