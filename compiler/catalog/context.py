"""Where names are looked for, and what is said about a value that cannot be right."""

from __future__ import annotations

from compiler.diagnostics.value import record


@record(frozen=True, slots=True)
class Context:
    """Where named resources are: each a text or a marked Terraform reference.

    ``explicit`` are those of ``region`` and ``account`` that the permission says itself, so that an ARN which says
    something else contradicts it.
    """

    partition: str
    region: str
    account: str
    explicit: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Problem:
    """What is wrong with a value: the parts of a diagnostic that do not depend on its place."""

    message: str
    label: str = ""
    help: tuple[str, ...] = ()
    expected: str = ""


def with_article(noun: str) -> str:
    """The noun with its article.

    >>> with_article("alarm")
    'an alarm'
    """
    return f"an {noun}" if noun[0] in "aeio" else f"a {noun}"
