"""``access`` and ``actions``: what they allow, judged by the independent evaluator, and what the data costs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.aws.derive import LEVELS, actions_on, arn_formats
from compiler.aws.matching import action_matches
from compiler.aws.service_data import Action, actions_of, data_version, find_action, resource_types_of
from tests.support.oracle import Request, allowed
from tests.unit.frontend.compiling import codes, compiled, policies, spec, statements

PLACE = ("aws", "eu-west-1", "123456789012")
SERVICES = ("s3", "dynamodb", "sqs", "ec2", "iam", "logs", "lambda", "kinesis", "servicecatalog", "glue", "sts")


def arn_of(service: str, kind: str) -> str:
    """An example of a resource type."""
    (format_,) = arn_formats((resource_types_of(service)[kind],), *PLACE)[:1]
    return re.sub(r"<[^>]*>", "x1", format_)


ACTIONS = sorted((action.full_name for service in SERVICES for action in actions_of(service).values()), key=str)
ARNS = sorted(
    arn
    for service in SERVICES
    for kind in resource_types_of(service)
    if "*" not in (arn := arn_of(service, kind)) and arn.split(":")[2] == service
)


def documents(text: str) -> list[dict[str, object]]:
    return [{"Version": "2012-10-17", "Statement": body} for body in policies(compiled(text, checks=False)).values()]


def known(text: str) -> Action:
    action = find_action(text)
    assert action is not None
    return action


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=6, unique=True), st.data())
def test_actions_allow_each_action_on_each_arn_it_works_on_and_nothing_else(
    names: list[str], data: st.DataObject
) -> None:
    """The list is made such that nothing in it is refused: an ARN for each action, and one that some other matches."""
    limited = [name for name in names if known(name).resource_types]
    arns = []
    for name in limited:
        fitting = [arn for arn in ARNS if action_matches(known(name), arn)]
        if fitting:
            arns.append(data.draw(st.sampled_from(fitting)))
        else:
            names = [other for other in names if other != name]
    if not names:
        return
    body = {"allow": names} | ({"on": sorted(set(arns))} if arns else {})
    found = documents(spec(f"actions: {json.dumps(body)}\n        reason: a test"))
    others = data.draw(st.lists(st.sampled_from(ACTIONS), max_size=4))
    elsewhere = data.draw(st.lists(st.sampled_from(ARNS), max_size=4))
    for name, arn in product({*names, *others}, {*arns, *elsewhere, "*"}):
        action = known(name)
        meant = name in names and (not action.resource_types or (arn in arns and action_matches(action, arn)))
        assert allowed(found, Request(name, arn)) == meant, (name, arn)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ARNS), st.sets(st.sampled_from(LEVELS), min_size=1))
def test_access_allows_the_actions_of_its_levels_and_nothing_else(arn: str, levels: set[str]) -> None:
    from compiler.aws.derive import kinds_of

    wanted = {action.full_name for kind in kinds_of(arn) for action in actions_on(kind, levels)}
    result = compiled(
        spec(f"access: {{resource: {json.dumps(arn)}, level: {json.dumps(sorted(levels))}}}"), checks=False
    )
    if result.failed:
        assert set(codes(result)) == {"SG335"}
        return
    found = statements(result)
    listed = {
        name for item in found for name in ([item["Action"]] if isinstance(item["Action"], str) else item["Action"])
    }
    assert listed == wanted
    assert not any("*" in name for name in listed)
    assert [item["Resource"] for item in found] == [arn]


def test_a_wildcard_never_reaches_beyond_its_arns() -> None:
    """``s3:*`` on a bucket does not become the settings of the account."""
    result = compiled(spec('actions: {allow: "s3:*", on: "arn:aws:s3:::shop"}'), checks=False)
    assert codes(result) == ["SG340"]
    assert {item["Resource"] for item in statements(result)} == {"arn:aws:s3:::shop"}


def test_a_wildcard_of_unlimited_actions_only_needs_no_arn() -> None:
    result = compiled(spec('actions: {allow: "cloudwatch:GetMetric*", on: "*"}\n        reason: graphs'))
    assert codes(result) == []
    assert {item["Resource"] for item in statements(result)} == {"*"}


def test_references_keep_their_policy_to_themselves() -> None:
    reference = '{arn: "${aws_s3_bucket.a.arn}", type: "s3:bucket"}'
    found = policies(compiled(spec(f'actions: {{allow: "s3:ListBucket", on: ["arn:aws:s3:::shop", {reference}]}}')))
    assert {label: [item["Resource"] for item in body] for label, body in found.items()} == {
        "app-web": ["arn:aws:s3:::shop"],
        "app-web-references": ["${aws_s3_bucket.a.arn}"],
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('["s3:PutObject", GetObject]', ["s3:GetObject", "s3:PutObject"]),
        ("[HeadObject]", "s3:GetObject"),
        ('"aws s3api put-object"', "s3:PutObject"),
        ('"s3:putobject"', "s3:PutObject"),
        ('"s3.upload_file"', ["s3:AbortMultipartUpload", "s3:PutObject"]),
        ('"{{ values.name }}"', "s3:GetObject"),
    ],
)
def test_names_of_operations(names: str, expected: object) -> None:
    head = "values: {name: s3.get_object}\n"
    (found,) = statements(compiled(spec(f'actions: {{allow: {names}, on: "arn:aws:s3:::shop/*"}}', head=head)))
    assert found["Action"] == expected


def test_the_output_names_the_release_only_where_it_depends_on_it() -> None:
    written = 'statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*"}'
    derived = 'actions: {allow: "s3:GetObject", on: "arn:aws:s3:::shop/*"}'
    for permissions, named in (((written,), False), ((derived,), True), ((written, derived), True)):
        text = compiled(spec(*permissions)).files["shop/app-web.tf.json"].decode()
        assert (f"(service data {data_version()})" in text) == named


def test_denying_takes_no_reason() -> None:
    result = compiled(spec('actions: {allow: "ec2:DescribeInstances"}\n        effect: deny'))
    assert codes(result) == []
    assert [item["Effect"] for item in statements(result)] == ["Deny"]


def test_in_a_module_formats_name_the_variables() -> None:
    result = compiled(
        spec('access: {resource: "arn:aws:sqs:eu-west-1:123456789012:a/b", level: read}'), layout="module"
    )
    (finding,) = result.diagnostics
    assert finding.code.id == "SG332"
    assert finding.expected == "`arn:${var.partition}:sqs:eu-west-1:${var.account_id}:<QueueName>`"


def test_the_table_of_operations_is_read_for_a_name_that_is_no_action_only() -> None:
    script = (
        "from tests.unit.frontend.compiling import compiled, spec\n"
        "from compiler.aws import api_names\n"
        'compiled(spec(\'actions: {allow: "s3:GetObject", on: "arn:aws:s3:::shop/*"}\'))\n'
        "assert api_names._table.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
