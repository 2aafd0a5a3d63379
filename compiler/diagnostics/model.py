"""What the compiler says to people: codes, labels and diagnostics, as plain values.

A diagnostic is complete before it is shown: views only lay it out.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import field

from compiler.diagnostics.repair import Repair
from compiler.diagnostics.span import Origin, Span
from compiler.diagnostics.value import record


class Severity(enum.Enum):
    """How much a finding matters: an error cannot work, a warning is a risk, a note is advice."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for errors, 1 for warnings, 2 for notes: the order in which they count."""
        return ("error", "warning", "note").index(self.value)


@record(frozen=True, slots=True)
class Code:
    """A stable diagnostic code with the page that ``stackgrant explain`` prints.

    ``bad`` is a spec (or input) that gives this code, with ``# error: CODE`` on the faulty line where the code
    speaks about a spec; ``good`` is what to write instead. Both are tests.
    """

    id: str
    name: str
    severity: Severity
    what: str
    why: str
    bad: str
    good: str
    references: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Label:
    """A span with what there is to say about just this place."""

    span: Span
    text: str = ""


@record(frozen=True, slots=True)
class Diagnostic:
    """One finding: one cause, one message.

    ``message`` stands alone as the headline; ``label`` says what is wrong at the primary span; ``secondary`` spans
    show the other place ("first defined here"); ``expected`` lists what would have been right; ``notes`` say why;
    ``help`` says what to type. ``path`` is the spec path of the place, when known; ``repair`` is what puts it right
    without asking, where that is certain.
    """

    code: Code
    message: str
    span: Span | None = None
    label: str = ""
    secondary: tuple[Label, ...] = ()
    expected: str = ""
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    path: str = ""
    severity: Severity | None = None
    repair: Repair | None = None

    @property
    def level(self) -> Severity:
        """The severity of this finding: its own where one is set, otherwise its code's."""
        return self.severity or self.code.severity

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Findings are shown by file, then place, then code."""
        if self.span is None:
            return ("", -1, -1, self.code.id, self.message)
        return (self.span.source.name, self.span.start, self.span.end, self.code.id, self.message)


def at(origin: Origin, needle: str = "") -> Span:
    """The span of an origin, narrowed to ``needle`` where the text contains it."""
    return origin.span.find(needle)


@record(slots=True)
class Diagnostics:
    """The sink that stages write to. Equal findings are shown once.

    ``inputs`` are files that a stage looked for because the spec says so: folder, name in it, digest of the text (empty
    where it could not be read).
    """

    items: list[Diagnostic] = field(default_factory=list)
    inputs: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        """Record one finding."""
        self.items.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record several findings."""
        self.items.extend(diagnostics)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(item.level is Severity.ERROR for item in self.items)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All findings in the order in which they are shown, each once (same code, place and message)."""
        seen: dict[tuple[str, int, int, str, str], Diagnostic] = {}
        for item in self.items:
            seen.setdefault(item.sort_key, item)
        return tuple(seen[key] for key in sorted(seen))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)
