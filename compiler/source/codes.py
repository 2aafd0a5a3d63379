"""Codes of the YAML reader (1xx), and of reading files (801 and 802)."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

_YAML = "https://yaml.org/spec/1.2.2/"

_GOOD = """\
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
      web: {apps: [web]}
"""


def _with(old: str, new: str, spec: str = _GOOD) -> str:
    """The good spec with one place changed."""
    assert old in spec
    return spec.replace(old, new, 1)


SYNTAX = Code(
    "SG101",
    "yaml-syntax",
    Severity.ERROR,
    "The file is not YAML: indentation, quotes, brackets, colons or commas are not where they have to be.",
    "Nothing after such a place can be read with certainty, so reading stops there.",
    _with("region: eu-west-1", "region: 'eu'-west-1  # error: SG101"),
    _GOOD,
    (_YAML,),
)

DUPLICATE_KEY = Code(
    "SG102",
    "duplicate-key",
    Severity.ERROR,
    "A key stands twice in one mapping.",
    "Most YAML readers keep the last value and drop the other in silence; permissions must not vanish like that.",
    _with("    region: eu-west-1\n", "    region: eu-west-1\n    region: eu-west-2  # error: SG102\n"),
    _GOOD,
    (f"{_YAML}#3213-node-comparison",),
)

UNSUPPORTED_TAG = Code(
    "SG103",
    "unsupported-tag",
    Severity.ERROR,
    "A value carries a YAML tag such as `!Ref` or `!!python/object`.",
    "A spec is data: no tag runs anything. Only the standard tags of scalars are accepted; `!!str` counts as quotes.",
    _with("bucket: shop-assets, ", "bucket: !Ref AssetsBucket, ").replace("read}", "read}  # error: SG103"),
    _with("bucket: shop-assets", 'bucket: "${aws_s3_bucket.assets.bucket}"'),
    ("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html",),
)

TOO_DEEP = Code(
    "SG104",
    "nested-too-deep",
    Severity.ERROR,
    "Lists and mappings stand inside of one another more than 100 levels deep.",
    "A spec needs about ten levels. The limit keeps a damaged or hostile file from exhausting the machine.",
    _with("version: 1\n", "version: 1\nvalues: {a: " + "[" * 101 + "]" * 101 + "}  # error: SG104\n"),
    _GOOD,
)

ALIAS_BOMB = Code(
    "SG105",
    "alias-bomb",
    Severity.ERROR,
    "The aliases of a file together stand for more than a million values.",
    "A few lines of nested aliases can stand for billions of values. What many places share is better said once, as a "
    "bundle or under `defaults`.",
    _with(
        "version: 1\n",
        "version: 1\nvalues:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"  {name}: &{name} [{', '.join([f'*{inner}'] * 10)}]{'  # error: SG105' if name == 'f' else ''}\n"
            for inner, name in zip("abcde", "bcdef", strict=True)
        ),
    ),
    _GOOD,
)

NOT_UTF8 = Code(
    "SG106",
    "not-utf8",
    Severity.ERROR,
    "The bytes of a file are not UTF-8.",
    "Guessing an encoding can change a name without anybody seeing it.",
    "",  # a spec is a text here, and a text has no encoding any more
    _GOOD,
    (f"{_YAML}#52-character-encodings",),
)

FORBIDDEN_CHARACTER = Code(
    "SG107",
    "forbidden-character",
    Severity.ERROR,
    "The text contains a control character, a direction control, a private-use character or half of a surrogate pair.",
    "Such characters cannot be seen, or they make a line look different from what it says, so that a reviewer approves "
    "something else than what is compiled.",
    _with("bucket: shop-assets,", "bucket: shop-assets\u202e,").replace("read}", "read}  # error: SG107"),
    _GOOD,
    ("https://www.cve.org/CVERecord?id=CVE-2021-42574",),
)

MERGE_VALUE = Code(
    "SG108",
    "merge-of-no-mapping",
    Severity.ERROR,
    "The value of a merge key `<<` is neither a mapping nor a list of mappings.",
    "A merge takes over keys, and only a mapping has keys.",
    _with("version: 1\n", "version: 1\nvalues:\n  base: &base [a, b]\n").replace(
        "{apps: [web]}", "{<<: *base, apps: [web]}  # error: SG108"
    ),
    _with("version: 1\n", "version: 1\nvalues:\n  base: &base {description: the web layer}\n").replace(
        "{apps: [web]}", "{<<: *base, apps: [web]}"
    ),
    ("https://yaml.org/type/merge.html",),
)

ALIAS_CYCLE = Code(
    "SG109",
    "alias-cycle",
    Severity.ERROR,
    "An alias stands inside of what its own anchor names.",
    "The value would contain itself without end.",
    _with("      web: {apps: [web]}", "      web: &web\n        apps: *web  # error: SG109"),
    _GOOD,
    (f"{_YAML}#71-alias-nodes",),
)

KEY_NOT_SCALAR = Code(
    "SG110",
    "key-is-no-text",
    Severity.ERROR,
    "A key of a mapping is itself a list or a mapping.",
    "Keys are names. Most often a template was meant: YAML reads `{{ … }}` without quotes as a mapping in a mapping.",
    _with("region: eu-west-1", "region: {{ values.region }}  # error: SG110"),
    _with("version: 1\n", "version: 1\nvalues: {region: eu-west-1}\n").replace(
        "region: eu-west-1\n", 'region: "{{ values.region }}"\n'
    ),
)

UNKNOWN_ALIAS = Code(
    "SG111",
    "unknown-alias",
    Severity.ERROR,
    "An alias `*name` has no anchor `&name` before it.",
    "Without quotes, a text that begins with `*` is an alias of YAML and not a wildcard of IAM.",
    _with(
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}",
        "      - s3: {bucket: shop-assets, prefix: *public, access: read}  # error: SG111",
    ),
    _GOOD,
    (f"{_YAML}#71-alias-nodes",),
)

NOT_A_MAPPING = Code(
    "SG112",
    "document-is-no-mapping",
    Severity.ERROR,
    "A document of the file is a list or a text.",
    "A spec consists of keys such as `version`, `apps` and `stacks`.",
    _GOOD + "---\n- web  # error: SG112\n",
    _GOOD,
)

FILE_NOT_FOUND = Code(
    "SG801",
    "file-not-found",
    Severity.ERROR,
    "A path that was given does not exist, or a folder contains no spec.",
    "Compiling nothing and reporting success would hide a mistyped path.",
    "",  # a spec cannot show it: the path is an argument of the command
    "",
)

UNREADABLE_FILE = Code(
    "SG802",
    "unreadable-file",
    Severity.ERROR,
    "A file exists but cannot be read.",
    "A spec that is read in part would compile to fewer permissions than it asks for.",
    "",  # a spec cannot show it: the fault is one of the file system
    "",
)

CODES = (
    SYNTAX,
    DUPLICATE_KEY,
    UNSUPPORTED_TAG,
    TOO_DEEP,
    ALIAS_BOMB,
    NOT_UTF8,
    FORBIDDEN_CHARACTER,
    MERGE_VALUE,
    ALIAS_CYCLE,
    KEY_NOT_SCALAR,
    UNKNOWN_ALIAS,
    NOT_A_MAPPING,
    FILE_NOT_FOUND,
    UNREADABLE_FILE,
)
