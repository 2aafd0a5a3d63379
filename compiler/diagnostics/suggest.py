"""Did-you-mean, and lists of what would have been right, worded the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable

_CUTOFF = 0.7


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like ``word`` (ignoring case), or None when nothing is close.

    Ties are broken alphabetically, so that messages are the same on every run.

    >>> closest("permisions", ["apps", "permissions", "path"])
    'permissions'
    >>> closest("zzz", ["apps"]) is None
    True
    """
    from difflib import SequenceMatcher, get_close_matches

    by_lower = {candidate.lower(): candidate for candidate in sorted(candidates, reverse=True)}
    found = get_close_matches(word.lower(), by_lower, n=len(by_lower) or 1, cutoff=_CUTOFF)
    if not found:
        return None
    # The ratio depends on which text is the second: it is the word here, as it was for the search.
    ratio = {name: SequenceMatcher(None, name, word.lower()).ratio() for name in found}
    return by_lower[min(found, key=lambda name: (-ratio[name], name))]


def one_of(candidates: Iterable[str], word: str = "", limit: int = 9) -> str:
    """``a, b or c`` for up to ``limit`` candidates; beyond that three, the nearest to ``word``, and how many more.

    >>> one_of(["b", "a"])
    '`a` or `b`'
    """
    names = sorted(set(candidates))
    if len(names) > limit:
        from difflib import get_close_matches

        near = get_close_matches(word.lower(), names, n=3, cutoff=0.0) if word else names[:3]
        return ", ".join(f"`{name}`" for name in near) + f" and {len(names) - len(near)} others"
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" or {quoted[-1]}" if quoted else "nothing"


class Suggestion(str):
    """A help line that names the one ``word`` to write instead of what stands at the finding's place.

    >>> Suggestion("apps")
    'did you mean `apps`?'
    """

    __slots__ = ("word",)
    word: str

    def __new__(cls, word: str) -> Suggestion:
        """The line for a word."""
        line = super().__new__(cls, f"did you mean `{word}`?")
        line.word = word
        return line


def did_you_mean(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """A help line when a candidate is close, none otherwise: the form that ``Diagnostic.help`` takes."""
    found = closest(word, candidates)
    return (Suggestion(found),) if found else ()


def is_slip(written: str, meant: str) -> bool:
    """Whether one text is so close to the other that it was surely mistyped."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, written.lower(), meant.lower()).ratio() >= _CUTOFF
