"""A name, path or description that is longer than IAM takes.

Names are made from the names of stack, layer and app unless ``names:`` says otherwise, so what is too long is often
not written anywhere as it stands.

Source: IAM User Guide, "IAM and AWS STS quotas".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import (
    DESCRIPTION_LENGTH,
    PATH_LENGTH,
    POLICY_NAME_LENGTH,
    PROFILE_NAME_LENGTH,
    ROLE_NAME_LENGTH,
)
from compiler.aws.reference import has_reference
from compiler.checks.named import Named, unusual_names
from compiler.checks.spans import also
from compiler.checks.wording import characters
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, setting_origin

NAME_TOO_LONG = Code(
    id="SG402",
    name="name-too-long",
    severity=Severity.ERROR,
    what="Reports a role name over 64 characters, an instance profile or policy name over 128, a path over 512 or a "
    "description over 1,000.",
    why="IAM refuses it when the resource is created.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      payment-reconciliation-and-settlement-worker-of-the-platform-team:  # error: SG402
        apps: [web]
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      payment-reconciliation-and-settlement-worker-of-the-platform-team:
        apps: [web]
        names: {shorten: true}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",),
)
CODES = (NAME_TOO_LONG,)
_LIMITS = {"role": ROLE_NAME_LENGTH, "profile": PROFILE_NAME_LENGTH, "policy": POLICY_NAME_LENGTH}


def check(program: Program) -> Iterator[Diagnostic]:
    """Measure every name, path and description that is not plainly short enough."""
    for thing in unusual_names(program):
        if len(thing.name) > _LIMITS[thing.kind] and not has_reference(thing.name):
            yield _name_report(thing, _LIMITS[thing.kind])
        if len(thing.path) > PATH_LENGTH:
            yield _text_report(thing, "path", thing.path, PATH_LENGTH)
        if len(thing.description) > DESCRIPTION_LENGTH:
            yield _text_report(thing, "description", thing.description, DESCRIPTION_LENGTH)


def _name_report(thing: Named, limit: int) -> Diagnostic:
    span = thing.name_origin.span
    help_lines = (
        f"give it a name of its own with `names: {{{thing.kind}: …}}`",
        "or set `names: {shorten: true}`: the name is cut and ends with a hash that keeps it unique",
    )
    return Diagnostic(
        NAME_TOO_LONG,
        f"{thing.what} name `{thing.name}` has {len(thing.name)} characters; IAM allows {limit}",
        span,
        f"{characters(len(thing.name) - limit)} too many",
        also(f"the {thing.what} is made for this", thing.origin.span, unlike=span),
        help=("name the role that exists",) if thing.existing else help_lines,
        path=thing.name_origin.path,
    )


def _text_report(thing: Named, element: str, text: str, limit: int) -> Diagnostic:
    origin = setting_origin(thing.owner, element)
    return Diagnostic(
        NAME_TOO_LONG,
        f"the {element} has {len(text):,} characters; IAM allows {limit:,}",
        origin.span,
        f"{characters(len(text) - limit)} too many",
        also(f"the {thing.what} is made for this", thing.origin.span, unlike=origin.span),
        path=origin.path,
    )
