"""The schema of some grants says of every document what the whole one says, as long as no other grant is in it."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from compiler.diagnostics import Diagnostics, SourceText
from compiler.schema.narrow import mentioned, narrowed
from compiler.schema.store import load_schema
from compiler.schema.validate import validate
from compiler.source.yaml_reader import load_plain, read_documents

SCHEMA = load_schema()
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
    assert jsonschema_rs.Draft7Validator(narrowed(SCHEMA, mentioned(plain))).is_valid(plain)


def test_the_narrow_schema_is_small_and_leaves_the_whole_one_alone() -> None:
    before = len(str(SCHEMA))
    assert len(str(narrowed(SCHEMA, frozenset({"s3"})))) < before / 4
    assert len(str(SCHEMA)) == before


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
    validator = jsonschema_rs.Draft7Validator(narrowed(SCHEMA, frozenset()))
    assert validator.is_valid({"version": 1})
    assert not validator.is_valid({"version": 1, "apps": {"web": {"permissions": [{"s3": {}}]}}})
