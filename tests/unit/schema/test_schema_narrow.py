"""The schema of some grants says of every document what the whole one says, as long as no other grant is in it."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from compiler.diagnostics import Diagnostics, SourceText
from compiler.schema.narrow import mentioned, narrowed
from compiler.schema.store import load_schema, schema_path
from compiler.schema.validate import validate
from compiler.source.yaml_reader import load_plain, read_documents

SCHEMA = load_schema()
TEXT = schema_path().read_bytes()
GRANTS = sorted(name.removeprefix("grant_") for name in SCHEMA["definitions"] if name.startswith("grant_"))
SPECS = sorted((Path(__file__).parents[3] / "examples").rglob("stackgrant.yaml"))


def spec(permission: str) -> str:
    return f"version: 1\napps:\n  web:\n    permissions:\n      - {permission}\n"


def is_valid(text: str) -> bool:
    diagnostics = Diagnostics()
    documents = read_documents(SourceText("spec.yaml", text), diagnostics)
    return validate(documents, diagnostics)


def test_grants_are_found_wherever_permissions_stand() -> None:
    one = {"permissions": [{"s3": {}, "when": {}}]}
    document = {
        "apps": {"a": one, "b": {"permissions": [{"sns": {}}]}, "c": None},
        "bundles": {"base": [{"sqs": {}}, "odd"]},
        "resources": {"key": {"kms": "x"}, "odd": 1},
        "stacks": {
            "x": {
                "permissions": [{"logs": {}}],
                "layers": {"l": {"permissions": [{"ecr": {}}]}},
                "profiles": {"p": {"permissions": [{"ssm": {}}]}},
            }
        },
    }
    assert mentioned(document) == {"s3", "when", "sns", "sqs", "kms", "logs", "ecr", "ssm"}


@pytest.mark.parametrize(
    "odd", [{}, {"apps": []}, {"stacks": {"x": {"layers": 1}}}, {"apps": {"a": {"permissions": {}}}}]
)
def test_what_has_no_shape_mentions_nothing(odd: dict[str, object]) -> None:
    assert mentioned(odd) == frozenset()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_a_whole_spec_is_judged_by_its_own_grants(path: Path) -> None:
    plain = load_plain(path.read_text())
    assert jsonschema_rs.Draft7Validator(narrowed(TEXT, mentioned(plain))).is_valid(plain)


def test_with_all_grants_it_is_the_whole_schema() -> None:
    assert narrowed(TEXT, frozenset(GRANTS)) == SCHEMA
    assert len(str(narrowed(TEXT, frozenset({"s3"})))) < len(str(SCHEMA)) / 4


@pytest.mark.parametrize("grants", [{GRANTS[0]}, {GRANTS[-1]}, {"s3", "sqs"}, {*GRANTS[1:-1]}, {"s3", "other"}, set()])
def test_nothing_but_the_other_grants_is_left_out(grants: set[str]) -> None:
    found = narrowed(TEXT, frozenset(grants))
    dropped = {*GRANTS} - grants
    changed = {"permission", "resource"}
    assert found["definitions"].keys() == SCHEMA["definitions"].keys() - {f"grant_{name}" for name in dropped}
    for name in found["definitions"].keys() - changed:
        assert found["definitions"][name] == SCHEMA["definitions"][name]
    for name in changed:
        ours, whole = found["definitions"][name], SCHEMA["definitions"][name]
        assert ours["properties"] == {key: value for key, value in whole["properties"].items() if key not in dropped}
        assert ours["oneOf"] == (
            [branch for branch in whole["oneOf"] if dropped.isdisjoint(branch["required"])] or [False]
        )
        assert {**ours, "properties": 0, "oneOf": 0} == {**whole, "properties": 0, "oneOf": 0}
    assert {**found, "definitions": 0} == {**SCHEMA, "definitions": 0}


@pytest.mark.parametrize(
    ("permission", "valid"),
    [
        ("s3: {bucket: shop, access: read}", True),
        ("bundle: base", True),
        ('"\\x733": {bucket: shop, access: read}', True),
        ("s3: {bucket: shop}", False),
        ("s3: {bucket: shop, access: read, extra: 1}", False),
        ("s33: {bucket: shop, access: read}", False),
        ("{s3: {bucket: shop, access: read}, sqs: {queue: a, access: send}}", False),
        ('{s3: {bucket: shop, access: read}, "\\x73qs": {queue: a, access: send}}', False),
        ("{}", False),
    ],
)
def test_the_verdict_is_that_of_the_whole_schema(permission: str, valid: bool) -> None:
    assert is_valid(spec(permission)) is valid


def test_without_any_grant_no_permission_fits() -> None:
    validator = jsonschema_rs.Draft7Validator(narrowed(TEXT, frozenset()))
    assert validator.is_valid({"version": 1})
    assert not validator.is_valid({"version": 1, "apps": {"web": {"permissions": [{"s3": {}}]}}})
