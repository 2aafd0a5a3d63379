"""Codes of the schema (2xx): what the shape of a spec may be."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

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


def _with(old: str, new: str) -> str:
    """The good spec with one place changed."""
    assert old in _GOOD
    return _GOOD.replace(old, new, 1)


UNKNOWN_KEY = Code(
    "SG201",
    "unknown-key",
    Severity.ERROR,
    "A mapping has a key that means nothing there.",
    "A mistyped key would otherwise be ignored, and with it the permissions or the condition below it.",
    _with("    permissions:\n", "    permisions:  # error: SG201\n"),
    _GOOD,
)

MISSING_KEY = Code(
    "SG202",
    "missing-key",
    Severity.ERROR,
    "A mapping lacks a key that it needs.",
    "There is no default that would be right for everybody, such as an account or a bucket.",
    _with('  shop:\n    account: "123456789012"\n', "  shop:  # error: SG202\n"),
    _GOOD,
)

WRONG_TYPE = Code(
    "SG203",
    "wrong-type",
    Severity.ERROR,
    "A list, a mapping or a single value stands where something else belongs.",
    "Guessing what was meant would grant something that nobody wrote.",
    _with("    permissions:\n      - s3:", "    permissions:  # error: SG203\n      s3:"),
    _GOOD,
)

NOT_A_CHOICE = Code(
    "SG204",
    "not-a-choice",
    Severity.ERROR,
    "A value is not among those that its key knows.",
    "Each choice has a fixed meaning; an unknown one has none.",
    _with("access: read}", "access: reed}  # error: SG204"),
    _GOOD,
)

WRONG_FORM = Code(
    "SG205",
    "wrong-form",
    Severity.ERROR,
    "A value or a name does not have the form that it needs, such as the 12 digits of an account.",
    "AWS or Terraform would refuse it later, when other resources exist already.",
    _with('account: "123456789012"', 'account: "12345678901"  # error: SG205'),
    _GOOD,
)

NO_GRANT = Code(
    "SG206",
    "no-grant",
    Severity.ERROR,
    "A permission names no grant, a resource no service, or a trust entry nobody to trust.",
    "Such an entry says nothing.",
    _with(
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n",
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n      - reason: reports  # error: SG206\n",
    ),
    _GOOD,
)

SEVERAL_GRANTS = Code(
    "SG207",
    "several-grants",
    Severity.ERROR,
    "A permission names more than one grant, a resource several services, or a trust entry several principals.",
    "`when`, `effect` and `expires` stand around one grant; with two it would be unclear what they are about.",
    _with(
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n",
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n"
        "        sqs: {queue: orders, access: send}  # error: SG207\n",
    ),
    _with(
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n",
        "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n"
        "      - sqs: {queue: orders, access: send}\n",
    ),
)

WRONG_AMOUNT = Code(
    "SG208",
    "wrong-amount",
    Severity.ERROR,
    "A list or mapping is empty where something is needed, has too many entries, or a number is out of its range.",
    "An empty list grants nothing, or, depending on who reads it, everything.",
    _with("    region: eu-west-1\n", "    region: eu-west-1\n    session_duration: 60  # error: SG208\n"),
    _with("    region: eu-west-1\n", "    region: eu-west-1\n    session_duration: 3600\n"),
    ("https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",),
)

VERSION = Code(
    "SG209",
    "spec-version",
    Severity.ERROR,
    "A document does not say `version: 1`.",
    "The version says how the rest is to be read, so that a later language cannot change what an old spec means.",
    _with("version: 1\n", "version: 2  # error: SG209\n"),
    _GOOD,
)

CODES = (
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_TYPE,
    NOT_A_CHOICE,
    WRONG_FORM,
    NO_GRANT,
    SEVERAL_GRANTS,
    WRONG_AMOUNT,
    VERSION,
)
