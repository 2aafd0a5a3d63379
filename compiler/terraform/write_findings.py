"""What there is to say about the output folder: each function words one finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from compiler.diagnostics import Diagnostic
from compiler.terraform.codes import FOREIGN_FILE, ORPHAN_KEPT, OTHER_SPEC, OUTPUT_NAME_CLASH, OUTPUT_NOT_WRITABLE


def not_writable(error: OSError, path: Path) -> Diagnostic:
    """The finding about something the operating system refused."""
    where = error.filename if isinstance(error.filename, str) else str(path)
    return Diagnostic(
        OUTPUT_NOT_WRITABLE,
        f"`{where}` cannot be read or written: {(error.strerror or str(error)).lower()}",
        help=("check the folder's owner and permissions, or compile to another folder with `-o`",),
    )


def foreign(out: Path, path: str, what: str) -> Diagnostic:
    """Something that is not ours (``what``) stands where a file of ours has to go."""
    return Diagnostic(
        FOREIGN_FILE,
        f"`{out / path}` is {what}",
        notes=("only files with stackgrant's header are ever overwritten or deleted; nothing was written",),
        help=("move or delete it, or compile to another folder with `-o`",),
    )


def symlink(out: Path, path: str) -> Diagnostic:
    """A symbolic link stands where a file or folder of ours has to go."""
    return Diagnostic(
        OUTPUT_NOT_WRITABLE,
        f"`{out / path}` is a symbolic link",
        notes=("output is never written through a link below the output folder; nothing was written",),
        help=("replace the link by what it points to, or compile to the real folder with `-o`",),
    )


def case_clashes(out: Path, files: Iterable[str]) -> Iterator[Diagnostic]:
    """Output files that macOS and Windows would take for one."""
    seen: dict[str, str] = {}
    for path in sorted(files):
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            yield Diagnostic(
                OUTPUT_NAME_CLASH,
                f"`{out / other}` and `{out / path}` are one file where upper and lower case are not told apart",
                help=("rename one of the two stacks, apps or layers",),
            )


def kept(out: Path, folder: str, others: Sequence[str]) -> Diagnostic:
    """The folder of a stack that has left the spec holds more than what we wrote."""
    shown = ", ".join(f"`{name}`" for name in others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    stack = folder.rstrip("/")
    return Diagnostic(
        ORPHAN_KEPT,
        f"stack `{stack}` has left the spec, but `{out / stack}` still holds {shown}",
        notes=("what the stack created in AWS stays until it is destroyed",),
        help=(
            "if the stack was applied, bring the folder's files back from version control, run `terraform destroy` "
            "there, and then delete the folder",
        ),
    )


def other_spec(out: Path, spec_name: str, stacks: Sequence[str]) -> Diagnostic:
    """The folder holds stacks of a spec of this name, and none of this one's."""
    shown = ", ".join(f"`{name}`" for name in stacks[:5]) + (f" and {len(stacks) - 5} more" if len(stacks) > 5 else "")
    return Diagnostic(
        OTHER_SPEC,
        f"`{out}` holds the output of a `{spec_name}` with other stacks: {shown}",
        notes=("none of this spec's stacks stands there; nothing was written or deleted",),
        help=(
            "if they belong to another spec, compile to a folder of its own with `-o`",
            f"if all stacks were renamed or replaced, delete `{out / stacks[0]}`"
            + (" and the others first" if len(stacks) > 1 else " first"),
        ),
    )


def busy(out: Path) -> Diagnostic:
    """Somebody else holds the output folder's lock."""
    return Diagnostic(
        OUTPUT_NOT_WRITABLE,
        f"another `stackgrant compile` is writing to `{out}`",
        notes=("nothing was written",),
        help=("run it again when the other one has finished",),
    )


def incomplete(error: OSError, out: Path, marker: str) -> Diagnostic:
    """An error after some files were replaced already."""
    return Diagnostic(
        OUTPUT_NOT_WRITABLE,
        f"`{out}` could only be written in part: {(error.strerror or str(error)).lower()}",
        notes=(f"Terraform refuses the changed folders for as long as `{marker}` stands in them",),
        help=("remove the cause and run `stackgrant compile` again",),
    )
