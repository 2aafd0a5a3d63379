"""YAML tags: which ones a scalar may carry, and what to say about the others."""

from __future__ import annotations

from compiler.diagnostics import Diagnostic, Span
from compiler.diagnostics.late import LatePattern
from compiler.source.codes import UNSUPPORTED_TAG

_STANDARD = "tag:yaml.org,2002:"

# Tag of a scalar -> whether the scalar counts as plain. ``!!str`` is another way to write quotes.
SCALAR_TAGS = {
    "!": False,
    f"{_STANDARD}str": False,
    f"{_STANDARD}int": True,
    f"{_STANDARD}float": True,
    f"{_STANDARD}bool": True,
    f"{_STANDARD}null": True,
}

# AWS CloudFormation User Guide, "Intrinsic function reference": the short forms.
_CLOUDFORMATION = LatePattern(
    "!(?:And|Base64|Cidr|Condition|Equals|FindInMap|GetAtt|GetAZs|If|ImportValue|Join|Length|Not|Or|Ref|Select|Split|Sub"
    "|ToJsonString|Transform)"
)


def tag_problem(tag: str, span: Span) -> Diagnostic:
    """The finding for a tag that the spec language does not know. ``span`` covers the tag and what follows it."""
    written = "!!" + tag.removeprefix(_STANDARD) if tag.startswith(_STANDARD) else tag
    at = span.text.find(written)
    place = Span(span.source, span.start + at, span.start + at + len(written)) if at >= 0 else span
    if _CLOUDFORMATION.fullmatch(tag):
        return Diagnostic(
            UNSUPPORTED_TAG,
            f"`{written}` is a function of CloudFormation",
            place,
            "no tags here",
            help=(
                "a value that Terraform knows is written `${aws_s3_bucket.assets.arn}` or `${var.name}`",
                "a value that is known when compiling is written `{{ values.name }}`",
            ),
        )
    return Diagnostic(
        UNSUPPORTED_TAG,
        f"tag `{written}` is not supported",
        place,
        "no tags here",
        help=("take the tag away; values are read as their place needs them",),
    )
