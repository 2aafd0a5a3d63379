"""Tags that IAM refuses: too many, too long, with other characters, reserved, or equal but for case.

Source: IAM User Guide, "Tags for IAM resources" (rules for tagging in IAM).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import RESERVED_TAG_PREFIX, TAG_COUNT, TAG_KEY_LENGTH, TAG_PATTERN, TAG_VALUE_LENGTH
from compiler.aws.reference import has_reference
from compiler.checks.spans import also
from compiler.checks.wording import characters
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Policy, Program, Role, Tags, setting_origin

REFUSED_TAGS = Code(
    id="SG407",
    name="refused-tags",
    severity=Severity.ERROR,
    what="Reports more than 50 tags, tag keys over 128 or values over 256 characters, characters that tags cannot "
    "have, keys that begin with `aws:`, and keys that are equal when case is ignored.",
    why="IAM refuses the role or policy when it is created.",
    bad="""\
version: 1
defaults:
  tags:
    Team: web
    team: web  # error: SG407
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
defaults:
  tags:
    team: web
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",),
)
CODES = (REFUSED_TAGS,)
_CHARACTERS = "letters, digits, spaces and `_.:/=+-@`"


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each distinct set of tags once: roles and policies mostly inherit the same one."""
    seen: set[Tags] = set()
    for stack in program.stacks:
        for thing in (*stack.roles, *stack.policies):
            assert isinstance(thing, Role | Policy)
            if thing.tags and thing.tags not in seen:
                seen.add(thing.tags)
                yield from _problems(thing)


def _problems(thing: Role | Policy) -> Iterator[Diagnostic]:
    if len(thing.tags) > TAG_COUNT:
        message = f"{len(thing.tags)} tags are too many; IAM allows {TAG_COUNT}"
        yield Diagnostic(
            REFUSED_TAGS,
            message,
            thing.origin.span,
            f"{len(thing.tags) - TAG_COUNT} too many",
            notes=("the tags of all levels of settings count together",),
            path=thing.origin.path,
        )
    first: dict[str, str] = {}
    for key, value in thing.tags:
        if first.setdefault(key.lower(), key) != key:
            yield _same_key(thing, first[key.lower()], key)
        for message, label, expected in (*_key_faults(key), *_value_faults(key, value)):
            origin = setting_origin(thing, f"tags.{key}")
            yield Diagnostic(REFUSED_TAGS, message, origin.span, label, expected=expected, path=origin.path)


def _key_faults(key: str) -> Iterator[tuple[str, str, str]]:
    """Message, label and what would be right, for each fault of a key."""
    if not 1 <= len(key) <= TAG_KEY_LENGTH:
        message = f"tag key `{key}` has {len(key)} characters; IAM allows 1 to {TAG_KEY_LENGTH}"
        yield message, f"{characters(len(key) - TAG_KEY_LENGTH)} too many" if key else "empty", ""
    if key.lower().startswith(RESERVED_TAG_PREFIX):
        yield f"tag key `{key}` begins with `aws:`, which is reserved for AWS", "reserved", "a key without `aws:`"
    if refused := _refused(key):
        yield f"tag key `{key}` has characters that a tag cannot have", f"{refused} cannot stand here", _CHARACTERS


def _value_faults(key: str, value: str) -> Iterator[tuple[str, str, str]]:
    if has_reference(value):  # not known before Terraform runs
        return
    if len(value) > TAG_VALUE_LENGTH:
        message = f"the value of tag `{key}` has {len(value)} characters; IAM allows {TAG_VALUE_LENGTH}"
        yield message, f"{characters(len(value) - TAG_VALUE_LENGTH)} too many", ""
    if refused := _refused(value):
        message = f"the value of tag `{key}` has characters that a tag cannot have"
        yield message, f"{refused} cannot stand here", _CHARACTERS


def _refused(text: str) -> str:
    """The characters that a tag cannot have, each once."""
    return ", ".join(f"`{character}`" for character in dict.fromkeys(text) if not TAG_PATTERN.fullmatch(character))


def _same_key(thing: Role | Policy, *keys: str) -> Diagnostic:
    """Two keys that differ in case; the one further down is reported, whichever comes first in the alphabet."""
    known = [(setting_origin(thing, f"tags.{key}"), key) for key in keys]
    (there, first), (here, second) = sorted(known, key=lambda item: item[0].span.start)
    return Diagnostic(
        REFUSED_TAGS,
        f"tag keys `{first}` and `{second}` differ only in case",
        here.span,
        "the same key for IAM",
        also("first used here", there.span, unlike=here.span),
        help=("keep one of them",),
        path=here.path,
    )
