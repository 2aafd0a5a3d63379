"""What validation says about a spec of the wrong shape."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from schema_checking import EVERY_KEY, SMALL, changed, check

from compiler.schema import problems
from compiler.schema.codes import CODES

if TYPE_CHECKING:
    from compiler.diagnostics import Code

GRANT = "- s3: {bucket: shop-assets, access: read}"
LAYER = "apps: [web]}"


def test_valid_specs() -> None:
    assert check(EVERY_KEY) == ()
    assert check(SMALL) == ()
    assert check("version: 1\n") == ()


# Replaced text, its replacement; code, headline, underlined characters, first help line.
CASES = [
    (
        "    permissions:",
        "    permisions:",
        "SG201",
        "unknown key `permisions` in app `web`",
        "permisions",
        "did you mean `permissions`?",
    ),
    (
        "    region: eu-west-1\n",
        "    region: eu-west-1\n    apps: [web]\n",
        "SG201",
        "unknown key `apps` in stack `shop`",
        "apps",
        "`apps` belongs to a layer: `stacks.NAME.layers.NAME`",
    ),
    (
        "version: 1\n",
        "version: 1\ntrust: []\n",
        "SG201",
        "unknown key `trust` in the spec",
        "trust",
        "`trust` belongs to a stack: `stacks.NAME`",
    ),
    (
        GRANT,
        "- s3: {bucket:b, access: read}",
        "SG201",
        "unknown key `bucket:b` in `s3`",
        "bucket:b",
        "put a space after the colon: `bucket: b`",
    ),
    (
        GRANT,
        "- s3: {bucket: b, access: read, when: {}}",
        "SG201",
        "unknown key `when` in `s3`",
        "when",
        "`when` belongs to a permission, beside its grant",
    ),
    (
        GRANT,
        GRANT + "\n        prefix: public/",
        "SG201",
        "unknown key `prefix` in this permission",
        "prefix",
        "indent it: this belongs below `s3`",
    ),
    (
        GRANT,
        "- s3:\n        bucket: b\n        access: read",
        "SG201",
        "unknown keys `bucket` and `access` in this permission",
        "bucket",
        "indent it: `s3` above is empty, and this belongs below it",
    ),
    (
        GRANT,
        "- Effect: Allow\n        Action: s3:*",
        "SG201",
        "unknown keys `Effect` and `Action` in this permission",
        "Effect",
        "a raw statement stands under the key `statement`",
    ),
    (
        GRANT,
        "- statement: {Effect: Allow, Principal: '*', Action: a, Resource: b}",
        "SG201",
        "unknown key `Principal` in this statement",
        "Principal",
        "the role itself is the principal; who may assume it is said under `trust`",
    ),
    (
        GRANT,
        "- dynamo: {table: x}",
        "SG201",
        "unknown key `dynamo` in this permission",
        "dynamo",
        "did you mean `dynamodb`?",
    ),
    (
        "apps:\n  web:",
        "apps:\nweb:",
        "SG201",
        "unknown key `web` in the spec",
        "web",
        "indent it: `apps` above is empty, and this belongs below it",
    ),
    ("version: 1\n", 'version: 1\n"": x\n', "SG201", "a key is empty", '""', None),
    (
        '    account: "123456789012"\n',
        "",
        "SG202",
        "stack `shop` has no `account`",
        "shop",
        'add `account: "123456789012"`',
    ),
    (GRANT, "- s3: {prefix: x}", "SG202", "`s3` has no `bucket` and no `access`", "s3", "add `bucket: shop-assets`"),
    (
        GRANT,
        "- managed_policy: {path: /x/}",
        "SG202",
        "this managed policy has no `name`",
        "managed_policy",
        "add `name: audit`",
    ),
    (
        'account: "123456789012"',
        'acount: "123456789012"',
        "SG201",
        "unknown key `acount` in stack `shop`",
        "acount",
        "did you mean `account`?",
    ),
    (LAYER, "apps: web}", "SG203", "`apps` is the text `web`, not a list of app names", "web", "write `[web]`"),
    (LAYER, "apps: [{a: b}]}", "SG203", "an item of `apps` is a mapping, not the name of an app", "a", None),
    (
        GRANT,
        "- s3:GetObject",
        "SG203",
        "an item of `permissions` is the text `s3:GetObject`, not a permission, which is a mapping with one grant",
        "s3:GetObject",
        'write `statement: {Effect: Allow, Action: "s3:GetObject", Resource: …}`',
    ),
    (
        GRANT,
        "- s3",
        "SG203",
        "an item of `permissions` is the text `s3`, not a permission, which is a mapping with one grant",
        "s3",
        "write `s3: {…}`",
    ),
    (
        GRANT,
        "- s3:",
        "SG203",
        "`s3` is empty, not a mapping with `bucket` and `access`",
        "s3",
        "indent below it what belongs to it, or take the key away",
    ),
    (
        "      - s3:",
        "      s3:",
        "SG203",
        "`permissions` is a mapping, not a list of permissions",
        "permissions",
        "begin each entry with `- `",
    ),
    (
        "  web:\n    permissions:\n      " + GRANT,
        "  web:\n    - x",
        "SG203",
        "app `web` is a list, not a mapping",
        "web",
        "take away the `- ` before each key",
    ),
    (
        LAYER,
        "profile: []}",
        "SG203",
        "`profile` is a list, not `inherit`, `extend`, `replace` or a mapping with `existing`",
        "profile",
        None,
    ),
    (
        "region: eu-west-1",
        "region: 5",
        "SG203",
        "`region` is the number `5`, not a region such as `eu-west-1`",
        "5",
        None,
    ),
    (
        GRANT,
        "- s3: {bucket: b, access: {a: b}}",
        "SG203",
        "`access` is a mapping, not one of its choices, or a list of these",
        "access",
        None,
    ),
    ("access: read", "access: reed", "SG204", "`access` cannot be `reed`", "reed", "did you mean `read`?"),
    (
        "access: read",
        "access: [read, reed]",
        "SG204",
        "an item of `access` cannot be `reed`",
        "reed",
        "did you mean `read`?",
    ),
    (GRANT, GRANT + "\n        effect: Deny", "SG204", "`effect` cannot be `Deny`", "Deny", "did you mean `deny`?"),
    (LAYER, "profile: replac}", "SG204", "`profile` cannot be `replac`", "replac", "did you mean `replace`?"),
    ('"123456789012"', "12345", "SG205", "`account` cannot be `12345`", "12345", None),
    ('"123456789012"', '"12345678901x"', "SG205", "`account` cannot be `12345678901x`", '"12345678901x"', None),
    ("region: eu-west-1", "region: Ireland", "SG205", "`region` cannot be `Ireland`", "Ireland", None),
    ("region: eu-west-1", 'region: "eu-west-1\\n"', "SG205", "`region` cannot be `eu-west-1 `", '"eu-west-1\\n"', None),
    (GRANT, GRANT + "\n        expires: tomorrow", "SG205", "`expires` cannot be `tomorrow`", "tomorrow", None),
    (LAYER, "exclusive: yes}", "SG205", "`exclusive` cannot be `yes`", "yes", "write `true`, without quotes"),
    (LAYER, "protect: 'false'}", "SG205", "`protect` cannot be `false`", "'false'", "write `false`, without quotes"),
    (LAYER, "path: shop}", "SG205", "`path` cannot be `shop`", "shop", None),
    ("  web:\n", "  my app:\n", "SG205", "`my app` cannot be a name", "my app", "write `my-app`"),
    ("  shop:\n", "  shop_:\n", "SG205", "`shop_` cannot be a name", "shop_", "write `shop`"),
    (LAYER, "apps: [we b]}", "SG205", "an item of `apps` cannot be `we b`", "we b", None),
    (
        GRANT,
        "- reason: x",
        "SG206",
        "this permission has no grant",
        "reason",
        "write `s3: {bucket: shop-assets, access: read}`",
    ),
    (GRANT, "- {}", "SG206", "this permission has no grant", "{}", "write `s3: {bucket: shop-assets, access: read}`"),
    (
        "version: 1\n",
        "version: 1\nresources: {a: {kms_key: x}}\n",
        "SG206",
        "resource `a` has no service",
        "kms_key",
        "write `s3: shop-assets`",
    ),
    (
        GRANT,
        GRANT + "\n        policy: x.json",
        "SG207",
        "this permission has 2 grants, `s3` and `policy`",
        "policy",
        "make it two entries, each with one grant",
    ),
    (
        LAYER,
        "trust: [{service: a, principal: b}]}",
        "SG207",
        "this trust entry has 2 principals, `service` and `principal`",
        "principal",
        "make it two entries, each with one principal",
    ),
    (LAYER, "session_duration: 60}", "SG208", "`session_duration` cannot be `60`", "60", None),
    (LAYER, "trust: []}", "SG208", "`trust` is empty", "trust", None),
    ("version: 1\n", "version: 1\nbundles: {x: []}\n", "SG208", "`x` is empty", "x", None),
    (GRANT, "- pass_role: {role: [], to: ec2.amazonaws.com}", "SG208", "`role` is empty", "role", None),
    (
        "version: 1\n",
        "version: 1\ndefaults: {terraform: {backend: {s3: {}, gcs: {}}}}\n",
        "SG208",
        "`backend` has 2 entries, where there can be 1",
        "backend",
        None,
    ),
    ("version: 1\n", "", "SG209", "the document does not say its version", "apps", "begin with `version: 1`"),
    ("version: 1\n", "version: '1'\n", "SG209", "the version is a text, not the number 1", "'1'", "write `version: 1`"),
    ("version: 1\n", "version: 2\n", "SG209", "version `2` is not supported", "2", "write `version: 1`"),
    ("version: 1\n", "version:\n", "SG209", "the version is empty", "version", "write `version: 1`"),
    ("version: 1\n", "version: [1]\n", "SG209", "the version is a list", "version", "write `version: 1`"),
    ("region: eu-west-1", "region:", "SG203", None, "region", "write `region: eu-west-1`"),
    ("access: read", "access: ", "SG203", None, "access", "write `access: read`"),
    (LAYER, "tags: }", "SG203", None, "tags", "indent below it what belongs to it, or take the key away"),
    (GRANT, "-", "SG203", None, "", "write something behind the `-`, or take it away"),
    (LAYER, "trust: x}", "SG203", None, "x", "write a list such as `[{service: ec2.amazonaws.com}]`"),
    (LAYER, 'tags: {"": x}}', "SG205", "a key is empty", '""', None),
    (LAYER, "session_duration: '3600'}", "SG205", None, "'3600'", "write `3600`, without quotes"),
    (LAYER, "session_duration: 43_200}", "SG205", None, "43_200", "write `43200`"),
    ('"123456789012"', "1234-5678-9012", "SG205", None, "1234-5678-9012", 'write `"123456789012"`'),
    (
        "    region:",
        "    \u00a0region: eu-west-1\n    region:",
        "SG201",
        "unknown key `\u00a0region` in stack `shop`",
        "\u00a0region",
        "write `region`: U+00A0 (NO-BREAK SPACE) stands beside it, which YAML takes for a part of the text",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "underlined", "help_line"), CASES, ids=[case[3] or case[1] for case in CASES]
)
def test_one_cause_one_message(
    old: str, new: str, code: str, message: str | None, underlined: str, help_line: str | None
) -> None:
    (found,) = check(changed(old, new))
    assert found.code.id == code
    assert message is None or found.message == message
    assert found.span is not None
    assert found.span.text.strip("\n") == underlined
    assert (found.help[0] if found.help else None) == help_line


def test_labels_expectations_and_paths() -> None:
    (found,) = check(changed('"123456789012"', '"1234"'))
    assert (found.label, found.path) == ("has 4 digits, not 12", "stacks.shop.account")
    (found,) = check(changed("access: read", "access: reed"))
    assert found.path == "apps.web.permissions[0].s3.access"
    assert "`read`" in found.expected
    (found,) = check(changed(GRANT, GRANT + "\n        policy: x.json"))
    assert [(label.span.text, label.text) for label in found.secondary] == [("s3", "the first one")]


def test_the_name_that_is_suggested_keeps_letters_with_accents() -> None:
    (found,) = check("version: 1\napps: {wéb: {}}\n")
    assert found.help == ("write `web`",)


def test_a_key_above_that_can_hold_nothing_is_not_what_an_unknown_key_belongs_to() -> None:
    first, second = check(changed("    permissions:\n", "    description:\n    permisions:\n"))
    assert (first.message, second.help) == ("`description` is empty, not a text", ("did you mean `permissions`?",))


def test_of_many_unknown_keys_with_one_cause_some_are_named() -> None:
    apps = "".join(f"app{number}: {{}}\n" for number in range(30))
    (found,) = check(f"version: 1\napps:\n{apps}")
    assert found.message == "unknown keys `app0`, `app1`, `app2`, `app3`, `app4` and 25 others in the spec"
    assert len(found.secondary) == 4


def test_all_faults_of_all_documents_are_found_in_one_run() -> None:
    text = changed("access: read", "access: reed")
    text = changed("apps: [web]}", "apps: web, colour: red}", text)
    text += "---\nversion: 1\nstacks: {s: {account: 1, region: x}}\n"
    assert [item.code.id for item in check(text)] == ["SG204", "SG203", "SG201", "SG205", "SG205"]


def test_no_regular_expression_is_ever_shown() -> None:
    for old, new, *_ in CASES:
        for item in check(changed(old, new)):
            words = " ".join((item.message, item.label, item.expected, *item.help, *item.notes))
            assert not re.search(r"\^|\(\?:|\[a-z\]|\\\{", words), words


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_bad_and_good_examples(code: Code) -> None:
    marks = [
        (mark, number)
        for number, line in enumerate(code.bad.split("\n"), 1)
        for mark in re.findall(r"# error: (SG\d{3})", line)
    ]
    found = [(item.code.id, item.span.source.position(item.span.start)[0]) for item in check(code.bad) if item.span]
    assert found == marks
    assert [mark for mark, _ in marks] == [code.id]
    assert check(code.good) == ()


def test_a_fault_that_cannot_be_explained_is_still_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "find_problems", lambda *_: ())
    (found,) = check(changed("access: read", "access: reed"))
    assert found.span is not None
    assert found.span.text == "reed"
    assert found.message == "a value does not have the form that its place needs"


def test_a_valid_spec_imports_nothing_that_explains() -> None:
    program = (
        "import sys\n"
        "from compiler.diagnostics import Diagnostics, SourceText\n"
        "from compiler.schema.validate import validate\n"
        "from compiler.source.yaml_reader import read_documents\n"
        f"assert validate(read_documents(SourceText('x', {SMALL!r}), Diagnostics()), Diagnostics())\n"
        "print([name for name in ('jsonschema', 'compiler.schema.messages') if name in sys.modules])\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
