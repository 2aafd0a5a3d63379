"""Documents that fit the spec's JSON Schema, for property tests: a strategy made from the schema itself."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = Any

# Texts that bring trouble wherever the schema lets any text through.
_TROUBLE = [
    "shop", "shop-assets", "orders", "ref:assets", "ref:", "arn:aws:s3:::shop-assets",
    "arn:aws:iam::123456789012:role/x", "arn:", "*", "x:y", "true", "-1", "/", "/a/b", "${aws:username}",
    "${aws_s3_bucket.a.arn}", "${var.x}", '${file("x")}', "%{if}", "{{values.x}}", "{{nothing}}", "{{", "2027-01-31",
    "123456789012", "é", "eu-west-1", "cn-north-1", "s3:GetObject", "s3:*", "alias/x",
    "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "ec2.amazonaws.com",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(_TROUBLE), st.text(max_size=12))
NAMES = st.sampled_from(["web", "worker", "shop", "assets", "default", "A1", "a-b", "a_b"])


def documents(schema: Json) -> st.SearchStrategy[Json]:
    """Documents that the schema accepts (as far as its keywords are understood here: those that it uses)."""
    return _strategy(schema, schema, 0)


def _strategy(root: Json, schema: Json, depth: int) -> st.SearchStrategy[Json]:
    if "$ref" in schema:
        target = root["definitions"][schema["$ref"].rpartition("/")[2]]
        return st.deferred(lambda: _strategy(root, target, depth + 1))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return st.one_of([_strategy(root, {**rest, **part}, depth) for part in schema["anyOf"]])
    types = schema.get("type", ["string"])
    options = [_typed(root, schema, kind, depth) for kind in (types if isinstance(types, list) else [types])]
    return st.one_of(options)


def _typed(root: Json, schema: Json, kind: str, depth: int) -> st.SearchStrategy[Json]:
    if kind == "object":
        return _mapping(root, schema, depth)
    if kind == "array":
        low = schema.get("minItems", 0)
        return st.lists(_strategy(root, schema.get("items", {}), depth + 1), min_size=low, max_size=max(low, 3))
    if kind == "string":
        return st.from_regex(schema["pattern"], fullmatch=True) | TEXTS if "pattern" in schema else TEXTS
    if kind in ("integer", "number"):
        return st.integers(schema.get("minimum", -10), schema.get("maximum", 100_000))
    return st.booleans() if kind == "boolean" else st.none()


@st.composite
def _mapping(draw: st.DrawFn, root: Json, schema: Json, depth: int) -> Json:
    properties = schema.get("properties", {})
    keys = list(schema.get("required", ()))
    optional = [key for key in properties if key not in keys]
    one_key = [part["required"][0] for part in schema.get("oneOf", ()) if part.get("required")]
    if one_key:
        optional = [key for key in optional if key not in one_key]
        keys.append(draw(st.sampled_from(one_key)))
    if optional:
        chance = 6 if depth < 4 else 3
        keys += draw(st.lists(st.sampled_from(optional), max_size=chance, unique=True))
    value = {key: draw(_strategy(root, properties[key], depth + 1)) for key in keys if key in properties}
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        size = draw(st.integers(schema.get("minProperties", 0), min(schema.get("maxProperties", 3), 3)))
        for name in draw(st.lists(NAMES, min_size=size, max_size=size, unique=True)):
            value[name] = draw(_strategy(root, extra, depth + 1))
    return value
