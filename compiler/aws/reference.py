"""Terraform references inside strings: ``${aws_s3_bucket.a.arn}`` as the compiler carries it.

A reference is kept between two private-use characters that no input can contain (the reader refuses them), so a
string of the program is always a plain ``str`` and everything in it that is *not* marked is literal text: the
encoder escapes all literal text and cannot forget to.
"""

from __future__ import annotations

from compiler.diagnostics.late import LatePattern

OPEN, CLOSE = "\ue000", "\ue001"
_MARKED = LatePattern(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def reference(expression: str) -> str:
    """A string that stands for a Terraform expression such as ``aws_s3_bucket.a.arn``."""
    return f"{OPEN}{expression}{CLOSE}"


def has_reference(text: str) -> bool:
    """Whether the text contains a Terraform reference."""
    return OPEN in text


def references(text: str) -> tuple[str, ...]:
    """The Terraform expressions in a text, in order."""
    return tuple(_MARKED.findall(text)) if OPEN in text else ()


def display(text: str) -> str:
    """The text as the user wrote it: references as ``${…}``.

    >>> display("arn:aws:s3:::" + reference("var.bucket"))
    'arn:aws:s3:::${var.bucket}'
    """
    return _MARKED.sub(r"${\1}", text) if OPEN in text else text


def substitute(text: str, replacement: str) -> str:
    """The text with each reference replaced, for measuring or matching what is not yet known."""
    return _MARKED.sub(lambda _: replacement, text) if OPEN in text else text
