"""A name, path or description with characters that IAM refuses.

Source: IAM API Reference, ``CreateRole``, ``CreateInstanceProfile`` and ``CreatePolicy``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.aws.limits import NAME_PATTERN, POLICY_PATH_PATTERN, ROLE_DESCRIPTION_PATTERN, ROLE_PATH_PATTERN
from compiler.aws.reference import has_reference
from compiler.checks.named import Named, unusual_names
from compiler.checks.spans import also, span_of
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.diagnostics.late import LatePattern
from compiler.ir.program import Program, setting_origin

REFUSED_CHARACTERS = Code(
    id="SG403",
    name="refused-characters",
    severity=Severity.ERROR,
    what="Reports a name, path or description with characters that IAM does not take.",
    why="IAM refuses the resource when it is created.",
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
      web:
        apps: [web]
        names: {role: "shop web"}  # error: SG403
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
      web:
        apps: [web]
        names: {role: shop-web}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html",
    ),
)
CODES = (REFUSED_CHARACTERS,)
_NAME_CHARACTERS = "letters, digits and `+=,.@-_`"
_PATHS = {"role": ROLE_PATH_PATTERN, "profile": ROLE_PATH_PATTERN, "policy": POLICY_PATH_PATTERN}
_ROLE_PATH = "`/`, or visible ASCII characters between slashes such as `/shop/`"
_POLICY_PATH = "`/`, or letters, digits and `+=,.@-_` between slashes such as `/shop/`"


def check(program: Program) -> Iterator[Diagnostic]:
    """Hold every name, path and description that is not plainly right against the pattern of the API."""
    for thing in unusual_names(program):
        if not NAME_PATTERN.fullmatch(thing.name) and not has_reference(thing.name):
            yield _name_report(thing)
        if thing.path != "/" and not _PATHS[thing.kind].fullmatch(thing.path):
            yield _path_report(thing)
        if thing.kind == "role" and thing.description and not ROLE_DESCRIPTION_PATTERN.fullmatch(thing.description):
            yield _description_report(thing)


def _name_report(thing: Named) -> Diagnostic:
    span = span_of(thing.name_origin, thing.name)
    message = f"{thing.what} name `{thing.name}` has characters that IAM refuses"
    allowed = re.sub(r"[^\w+=,.@-]+", "-", thing.name, flags=re.ASCII).strip("-")
    return Diagnostic(
        REFUSED_CHARACTERS,
        message if thing.name else f"the {thing.what} has an empty name",
        span,
        _refused(NAME_PATTERN, thing.name),
        also(f"the {thing.what} is made for this", thing.origin.span, unlike=thing.name_origin.span),
        expected=_NAME_CHARACTERS,
        help=(f"write `{allowed}`",) if allowed and thing.name else (),
        path=thing.name_origin.path,
    )


def _path_report(thing: Named) -> Diagnostic:
    # What is no path for a role is none for anything, and then all three have one cause.
    for_policies = ROLE_PATH_PATTERN.fullmatch(thing.path) is not None
    origin = setting_origin(thing.owner, "path")
    return Diagnostic(
        REFUSED_CHARACTERS,
        f"`{thing.path}` cannot be the path of a policy" if for_policies else f"`{thing.path}` is not an IAM path",
        origin.span,
        expected=_POLICY_PATH if for_policies else _ROLE_PATH,
        path=origin.path,
    )


def _description_report(thing: Named) -> Diagnostic:
    origin = setting_origin(thing.owner, "description")
    return Diagnostic(
        REFUSED_CHARACTERS,
        f"the description of role `{thing.name}` has characters that IAM refuses",
        origin.span,
        _refused(ROLE_DESCRIPTION_PATTERN, thing.description),
        expected="characters up to U+00FF: Latin letters, digits and punctuation",
        path=origin.path,
    )


def _refused(pattern: LatePattern, text: str) -> str:
    """The characters that do not fit, each once, in the order in which they stand."""
    refused = [f"`{character}`" for character in dict.fromkeys(text) if not pattern.fullmatch(character)]
    return f"{', '.join(refused)} cannot stand here" if refused else ""
