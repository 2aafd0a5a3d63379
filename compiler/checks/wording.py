"""Lists, articles and numbers as people write them."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 6


def listed(texts: Iterable[str]) -> str:
    """``\\`a\\`, \\`b\\` and \\`c\\```; of long lists the first few and how many more.

    >>> listed(["a", "b"])
    '`a` and `b`'
    """
    quoted = [f"`{text}`" for text in texts]
    if len(quoted) > _SHOWN:
        return f"{', '.join(quoted[: _SHOWN - 1])} and {len(quoted) - _SHOWN + 1} more"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}" if quoted else "nothing"


def either(words: Iterable[str]) -> str:
    """``a, b or c``.

    >>> either(["bucket", "object"])
    'bucket or object'
    """
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def with_article(words: str) -> str:
    """The words with ``a`` or ``an`` in front.

    >>> with_article("alias"), with_article("SNS topic"), with_article("queue")
    ('an alias', 'an SNS topic', 'a queue')
    """
    first = words.split(" ", 1)[0]
    # An abbreviation is spelled out: an S3 bucket, an SQS queue, a KMS key.
    vowels = "AEFHILMNORSX" if first.isupper() else "AEIOaeiou"
    return f"{'an' if words[:1] in vowels else 'a'} {words}"


def characters(count: int) -> str:
    """A number of characters.

    >>> characters(1), characters(1200)
    ('1 character', '1,200 characters')
    """
    return "1 character" if count == 1 else f"{count:,} characters"
