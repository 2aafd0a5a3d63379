"""Tags that IAM refuses: too many, too long, with other characters, reserved, or equal but for case.

Source: IAM User Guide, "Tags for IAM resources" (rules for tagging in IAM).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import RESERVED_TAG_PREFIX, TAG_COUNT, TAG_KEY_LENGTH, TAG_PATTERN, TAG_VALUE_LENGTH
from compiler.aws.reference import has_reference
from compiler.checks.places import also, setting_place
from compiler.diagnostics import Code, Diagnostic, Origin, Severity
from compiler.ir.program import Program, Tags

REFUSED_TAGS = Code(
    id="SG407",
    name="refused-tags",
    severity=Severity.ERROR,
    what="Reports more than 50 tags, tag keys over 128 or values over 256 characters, characters that tags cannot have, "
    "keys that begin with `aws:`, and keys that are equal when case is ignored.",
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
    told: set[tuple[str, str]] = set()
    for stack in program.stacks:
        things = [(item.tags, item.origin) for item in stack.roles]
        things += [(item.tags, item.origin) for item in stack.policies]
        for tags, origin in things:
            if not tags or tags in seen:
                continue
            seen.add(tags)
            for finding, subject in _problems(tags, origin):
                if (finding.message, subject) not in told:
                    told.add((finding.message, subject))
                    yield finding


def _problems(tags: Tags, origin: Origin) -> Iterator[tuple[Diagnostic, str]]:
    """Findings with what they are about, so that a tag that many roles inherit is reported once."""
    if len(tags) > TAG_COUNT:
        message = f"{len(tags)} tags are too many; IAM allows {TAG_COUNT}"
        yield _finding(origin, message, f"{len(tags) - TAG_COUNT} too many", needle="tags"), ""
    lower: dict[str, str] = {}
    for key, value in tags:
        first = lower.setdefault(key.lower(), key)
        if first != key:
            yield _same_key(origin, first, key), key
        for message, label, expected in (*_key_faults(key), *_value_faults(key, value)):
            yield _finding(origin, message, label, expected, needle=key), key


def _key_faults(key: str) -> Iterator[tuple[str, str, str]]:
    if not 1 <= len(key) <= TAG_KEY_LENGTH:
        message = f"tag key `{key}` has {len(key)} characters; IAM allows 1 to {TAG_KEY_LENGTH}"
        yield message, f"{len(key) - TAG_KEY_LENGTH} characters too many" if key else "empty", ""
    if key.lower().startswith(RESERVED_TAG_PREFIX):
        yield f"tag key `{key}` begins with `aws:`, which is reserved for AWS", "reserved", "a key without `aws:`"
    if refused := _refused(key):
        yield f"tag key `{key}` has characters that a tag cannot have", f"{refused} cannot stand here", _CHARACTERS


def _value_faults(key: str, value: str) -> Iterator[tuple[str, str, str]]:
    if has_reference(value):  # not known before Terraform runs
        return
    if len(value) > TAG_VALUE_LENGTH:
        message = f"the value of tag `{key}` has {len(value)} characters; IAM allows {TAG_VALUE_LENGTH}"
        yield message, f"{len(value) - TAG_VALUE_LENGTH} characters too many", ""
    if refused := _refused(value):
        message = f"the value of tag `{key}` has characters that a tag cannot have"
        yield message, f"{refused} cannot stand here", _CHARACTERS


def _refused(text: str) -> str:
    """The characters that a tag cannot have, each once."""
    return ", ".join(f"`{character}`" for character in dict.fromkeys(text) if not TAG_PATTERN.fullmatch(character))


def _same_key(origin: Origin, first: str, second: str) -> Diagnostic:
    here, there = setting_place(origin, second), setting_place(origin, first)
    return Diagnostic(
        REFUSED_TAGS,
        f"tag keys `{first}` and `{second}` differ only in case",
        here,
        "the same key for IAM",
        also("first used here", there, unlike=here),
        help=(f"keep one of them; both `{first}` and `{second}` may come from another level of settings",),
        path=origin.path,
    )


def _finding(origin: Origin, message: str, label: str, expected: str = "", *, needle: str) -> Diagnostic:
    span = setting_place(origin, needle)
    return Diagnostic(REFUSED_TAGS, message, span, label, expected=expected, path=origin.path)
