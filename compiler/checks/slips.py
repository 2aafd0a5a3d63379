"""Whether a word that nobody knows is a slip of the pen or may be something newer than the data.

``s3:GetObjct`` is one letter from an action that exists; ``payments:ListPaymentProfiles`` is merely like one. Both
deserve a suggestion, but only the first is certainly wrong: AWS adds actions every week.
"""

from __future__ import annotations

from collections.abc import Iterable

from compiler.diagnostics import closest
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

_SLIP = 2
_VERSION = LatePattern(r"(?:v?[0-9]+)?")


@record(frozen=True, slots=True)
class Near:
    """The known word that is most like an unknown one."""

    word: str
    is_slip: bool


def near(word: str, known: Iterable[str]) -> Near | None:
    """The known word most like ``word``, or None when nothing is like it.

    >>> near("GetObjct", ["GetObject", "PutObject"])
    Near(word='GetObject', is_slip=True)
    >>> near("ListPaymentProfiles", ["ListPaymentPreferences"])
    Near(word='ListPaymentPreferences', is_slip=False)
    """
    words = sorted(set(known))
    found = closest(word, words) or next((item for item in words if _is_one_off(word, item)), None)
    return Near(found, is_slip(word, found)) if found else None


def _is_one_off(word: str, known: str) -> bool:
    return abs(len(word) - len(known)) <= 1 and distance(word, known) == 1


def is_slip(word: str, known: str) -> bool:
    """Whether ``word`` is ``known`` with up to two slips; a word with a version number behind it is another word."""
    left, right = word.lower(), known.lower()
    if _is_version_of(left, right) or _is_version_of(right, left):
        return False
    return distance(left, right) <= min(_SLIP, len(right) // 3)


def _is_version_of(longer: str, shorter: str) -> bool:
    return longer.startswith(shorter) and _VERSION.fullmatch(longer[len(shorter) :]) is not None


def distance(left: str, right: str) -> int:
    """How many letters have to be added, removed, changed or swapped with their neighbour.

    >>> distance("secretmanager", "secretsmanager"), distance("ec2", "e2c")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
