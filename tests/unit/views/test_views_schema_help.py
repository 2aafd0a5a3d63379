from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.schema.describe import Description, Key
from compiler.source.yaml_reader import load_plain
from compiler.views import schema_help
from compiler.views.yaml_text import block, flow

GRANT = Description(
    "apps.*.permissions[].s3",
    "Amazon S3",
    "a mapping with `bucket` and `access`",
    False,
    "Read, list, write and delete objects of buckets. With `prefix` everything is limited to it, listing too.",
    keys=(
        Key("bucket", "the name or ARN of a bucket, or a list of these", True, "The bucket or buckets"),
        Key("access", "one of the values below, or a list of these", True, "What the application does"),
        Key("reason", "a text", False, ""),
    ),
    examples=(
        {"bucket": "shop-assets", "prefix": "public/", "access": "read"},
        {"bucket": "shop-reports", "prefix": "2026/", "access": ["put", "get"], "kms_key": "0f1e2d3c-4b5a-6978-8796"},
    ),
)
SCREENS = {
    "grant": GRANT,
    "choice": Description(
        "stacks.*.layers.*.profile",
        "profile",
        "`inherit` or `replace`",
        True,
        "Where the layer's instance profile comes from.",
        choices=(("inherit", "Use the stack's default profile."), ("replace", "A profile of its own."), ("none", "")),
        examples=("replace",),
    ),
    "entries": Description(
        "apps",
        "Apps",
        "a mapping of apps by name",
        False,
        "Applications and what each may do.",
        keys=(Key("permissions", "a list of permissions", False, "What may be done"),),
        entries="app",
        examples=({"web": {"permissions": [{"s3": {"bucket": "shop-assets", "prefix": "a/", "access": "read"}}]}},),
    ),
    "top": Description("", "stackgrant spec", "a mapping", True, "Stacks.", keys=(Key("version", "1", True, "V"),)),
    "item": Description("defaults.trust[]", "trust", "a mapping", True, "", examples=({"account": "123456789012"},)),
    "entry": Description("apps.*", "", "a mapping", True, "", examples=({},)),
}


@pytest.mark.parametrize("name", SCREENS)
def test_screens(name, snapshot):
    snapshot(f"schema_{name}.txt", schema_help.render(SCREENS[name], color=False, width=64))


@pytest.mark.parametrize("name", SCREENS)
def test_colours_change_nothing_else(name):
    coloured = schema_help.render(SCREENS[name], color=True, width=90)
    plain = schema_help.render(SCREENS[name], color=False, width=90)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain != coloured


texts = st.one_of(
    st.sampled_from(
        ["yes", "On", "null", "~", "123", "1.5", "2026-01-31", "a: b", "a #b", "- a", "*x", "&x", "{a", "=", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Cf", "Zl", "Zp"])),
    st.from_regex(r"[A-Za-z0-9_./:@*?-]{1,12}", fullmatch=True),
)
scalars = st.one_of(texts, st.integers(-1000, 1000), st.booleans(), st.none())
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts.filter(lambda key: key != "<<"), inner)
)


@given(values, st.integers(0, 60))
def test_what_is_written_is_read_back_as_the_same(value, width):
    assert load_plain(flow([value])) == [value]
    assert load_plain("\n".join(block({"key": value}, width))) == {"key": value}
