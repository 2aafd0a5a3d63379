from __future__ import annotations

import json

import pytest

from compiler.catalog import grant_names, load_grant
from compiler.views import grant_page, grants_list
from compiler.views.cells import width_of

GRANTS = [load_grant(name) for name in grant_names()]
OWN = [("bundle", "All permissions of an entry of `bundles`.")]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_list_fits_the_screen_and_leaves_no_grant_out(width: int) -> None:
    lines = grants_list.render(GRANTS, OWN, color=False, width=width).split("\n")
    assert max(map(width_of, lines)) <= width
    named = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert sorted(named) == sorted([*grant_names(), "bundle"])


def test_few_grants_are_without_a_group() -> None:
    others = [grant.name for grant in GRANTS if grants_list.group_of(grant) == grants_list.OTHERS]
    assert len(others) <= len(GRANTS) // 8, others


def test_finding_an_action() -> None:
    hits = {(hit.grant, hit.verb): hit for hit in grants_list.find_hits(GRANTS, "putobject")}
    assert hits["s3", "put"].actions == ("s3:PutObject", "s3:PutObjectTagging")
    assert hits["s3", "put"].within == ("write",)
    assert hits["s3", "tag"].actions == ("s3:PutObjectTagging",)
    whole = {(hit.grant, hit.verb): hit for hit in grants_list.find_hits(GRANTS, "S3:putobject")}
    assert whole["s3", "put"].actions == ("s3:PutObject",)
    assert ("s3", "tag") not in whole
    assert not list(grants_list.find_hits(GRANTS, "PutObject", "sqs"))


def test_the_use_of_a_key_is_through_a_service() -> None:
    found = {(hit.grant, hit.verb, hit.through) for hit in grants_list.find_hits(GRANTS, "kms:Decrypt")}
    assert {("kms", "decrypt", ""), ("sqs", "consume", "sqs")} <= found


@pytest.mark.parametrize("width", [80, 120])
def test_hits_fit_the_screen(width: int) -> None:
    hits = list(grants_list.find_hits(GRANTS, "get"))
    lines = grants_list.render_hits(hits, color=False, width=width).split("\n")
    assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize("grant", GRANTS, ids=lambda grant: grant.name)
def test_a_page_says_every_parameter_verb_and_action(grant: object) -> None:
    assert isinstance(grant, type(GRANTS[0]))
    page = grant_page.render(grant, [{"Effect": "Allow"}], color=False, width=80)
    for parameter in grant.parameters:
        assert f"\n  {parameter.name} " in page
    for verb in grant.verbs:
        assert len(grant.verbs) == 1 or f"access: {verb.name}\n" in page
        for row in grant_page.rows(grant, verb):
            assert all(action in page for action in row["actions"])
            assert all(f"on {arn}" in page for arn in row["resources"])
    data = grant_page.as_data(grant, "", [])
    assert json.loads(json.dumps(data))["name"] == grant.name


def test_arns_are_whole() -> None:
    s3 = load_grant("s3")
    assert grant_page.arn_text(s3, "{bucket}/{prefix}*") == "arn:{partition}:s3:::{bucket}/{prefix}*"


def test_short_json_stays_on_its_line() -> None:
    assert grant_page.json_lines({"a": [1, 2]}, 40) == ['{"a": [1, 2]}']
    assert grant_page.json_lines({"a": [], "b": ["x" * 30]}, 20) == [
        "{", '  "a": [],', '  "b": [', f'    "{"x" * 30}"', "  ]", "}",
    ]  # fmt: skip
