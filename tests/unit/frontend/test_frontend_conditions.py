"""``when:`` and ``expires:``: what each shorthand becomes, where it is put, and what stands in each other's way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.aws.operators import parse_operator, true_when_absent
from compiler.catalog.context import Context
from compiler.frontend.condition_shorthands import SHORTHANDS, Use
from tests.support.oracle import Request, allowed
from tests.unit.frontend.compiling import codes, compiled, spec, statements

KEY = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
GET = "s3: {bucket: shop-assets, access: get}"
READ = "dynamodb: {table: carts, access: read}"
NOT_IAM = "statement: {Effect: Allow, NotAction: 'iam:*', Resource: '*'}"
CARTS = "arn:aws:dynamodb:eu-west-1:123456789012:table/carts"


def when(permission: str, conditions: str, effect: str = "") -> str:
    """A permission with conditions around it."""
    return permission + (f"\n        effect: {effect}" if effect else "") + f"\n        when: {conditions}"


def conditions(*permissions: str, **more: Any) -> list[Any]:
    return [statement.get("Condition") for statement in statements(compiled(spec(*permissions, **more)))]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("{source_vpc: vpc-01234567}", {"StringEquals": {"aws:SourceVpc": "vpc-01234567"}}),
        (
            "{source_vpce: [vpce-0123456789abcdef0, vpce-01234567]}",
            {"StringEquals": {"aws:SourceVpce": ["vpce-01234567", "vpce-0123456789abcdef0"]}},
        ),
        ("{source_ip: 203.0.113.7}", {"IpAddress": {"aws:SourceIp": "203.0.113.7"}}),
        ("{tls: true}", {"Bool": {"aws:SecureTransport": "true"}}),
        ("{tls: false}", {"Bool": {"aws:SecureTransport": "false"}}),
        ("{resource_tag: {team: web}}", {"StringEquals": {"aws:ResourceTag/team": "web"}}),
        (
            "{resource_tag: {team: [web, data], env: 'prod*'}}",
            {"StringEquals": {"aws:ResourceTag/team": ["data", "web"]}, "StringLike": {"aws:ResourceTag/env": "prod*"}},
        ),
        (
            '{principal_tag: {team: "${aws:ResourceTag/team}"}}',
            {"StringEquals": {"aws:PrincipalTag/team": "$${aws:ResourceTag/team}"}},
        ),
        ("{principal_tag: {team: '${*}'}}", {"StringEquals": {"aws:PrincipalTag/team": "$${*}"}}),
        ("{org: o-a1b2c3d4e5}", {"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}}),
        ('{org: "${var.org}"}', {"StringEquals": {"aws:ResourceOrgID": "${var.org}"}}),
        ('{org: "{{ values.org }}"}', {"StringEquals": {"aws:ResourceOrgID": "o-aaaaaaaaaa"}}),
        ("{via: athena}", {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}),
        (
            "{tls: true, StringEquals: {aws:RequestedRegion: eu-west-1}}",
            {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        ),
        ("{own_instance_only: false, tls: true}", {"Bool": {"aws:SecureTransport": "true"}}),
    ],
)
def test_what_it_becomes(written: str, wanted: Any) -> None:
    assert conditions(when(GET, written), head="values: {org: o-aaaaaaaaaa}\n") == [wanted]


def test_tags_of_a_request_are_those_and_no_others() -> None:
    secret = "secretsmanager: {secret: shop, access: create}"
    (found,) = conditions(when(secret, "{request_tag: {team: web, env: [a, b]}}"))
    assert found == {
        "StringEquals": {"aws:RequestTag/team": "web", "aws:RequestTag/env": ["a", "b"]},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["env", "team"]},
    }
    (found,) = conditions(when(secret, "{request_tag: {team: web}}", "deny"))
    assert found == {"StringEquals": {"aws:RequestTag/team": "web"}}


def test_via_names_the_service_that_uses_a_key() -> None:
    (found,) = conditions(when(f"kms: {{key: {KEY}, access: decrypt}}", "{via: s3}"))
    assert found == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    both = conditions(when(f"s3: {{bucket: shop-assets, access: get, kms_key: {KEY}}}", "{via: athena}"))
    assert all(item["ForAnyValue:StringEquals"] == {"aws:CalledVia": "athena.amazonaws.com"} for item in both)
    assert [item.get("StringEquals") for item in both] == [{"kms:ViaService": "s3.eu-west-1.amazonaws.com"}, None]


@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1"])
def test_via_in_a_module_knows_the_partition(region: str) -> None:
    text = spec(when(f"kms: {{key: {KEY}, access: decrypt}}", "{via: s3}")).replace("eu-west-1", region)
    (found,) = statements(compiled(text, layout="module"))
    suffix = ".cn" if region.startswith("cn") else ""
    assert found["Condition"] == {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com{suffix}"}}


def _decided(result: Any, action: str, keys: dict[str, tuple[str, ...]]) -> bool:
    documents = [{"Version": "2012-10-17", "Statement": statements(result)}]
    return allowed(json.loads(json.dumps(documents).replace("$${", "${")), Request(action, CARTS, keys))


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [(("acme",), True), (("acme", "other"), False), ((), False), (("other",), False)],
)
def test_every_leading_key_has_to_fit(keys: tuple[str, ...], wanted: bool) -> None:
    context = {"dynamodb:LeadingKeys": keys} if keys else {}
    found = compiled(spec(when(READ, "{leading_keys: acme}")))
    assert _decided(found, "dynamodb:BatchGetItem", context) is wanted
    assert not _decided(found, "dynamodb:Scan", {})


def test_any_leading_key_is_denied() -> None:
    get = "statement: {Effect: Deny, Action: 'dynamodb:BatchGetItem', Resource: '*'}"
    (found,) = conditions(when(get, "{leading_keys: [a, 'b*']}"))
    assert found == {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["a", "b*"]}}


def test_a_bundle_that_is_denied_denies_any() -> None:
    grant = "dynamodb: {table: carts, access: read}\n      when: {leading_keys: a}"
    head = f"bundles:\n  b:\n    - {grant}\n"
    found = compiled(spec("bundle: b\n        effect: deny", head=head))
    # `Scan` has no keys: it would not be denied, which has to be said.
    assert set(codes(found)) == {"SG507"}
    (reading,) = {item for item in found.program.stacks[0].policies[0].statements if "dynamodb:Query" in item.actions}
    assert [item.operator for item in reading.conditions] == ["ForAnyValue:StringEquals"]


def test_actions_without_the_key_are_left_out_of_a_grant_only() -> None:
    found = statements(compiled(spec(when(READ, "{leading_keys: acme}"))))
    assert {action for item in found for action in item["Action"]} == {
        f"dynamodb:{name}" for name in ("BatchGetItem", "ConditionCheckItem", "GetItem", "PartiQLSelect", "Query")
    }
    raw = "statement: {Effect: Allow, Action: [dynamodb:GetItem, dynamodb:Scan], Resource: '*'}"
    assert codes(compiled(spec(when(raw, "{leading_keys: acme}")))) == ["SG507"]
    assert codes(compiled(spec(when("dynamodb: {table: carts, access: describe}", "{leading_keys: a}")))) == ["SG506"]


def test_the_key_of_a_table_can_be_used_by_whoever_may_read_it() -> None:
    text = spec(when(f"dynamodb: {{table: carts, access: read, kms_key: {KEY}}}", "{leading_keys: acme, tls: true}"))
    (use,) = [item for item in statements(compiled(text)) if item["Action"] == "kms:Decrypt"]
    assert use["Condition"] == {
        "Bool": {"aws:SecureTransport": "true"},
        "StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"},
    }


def test_own_instance_only() -> None:
    stop = "statement: {Effect: Allow, Action: 'ec2:StopInstances', Resource: 'arn:aws:ec2:*:123456789012:instance/*'}"
    (found,) = conditions(when(stop, "{own_instance_only: true}"))
    assert found == {"ArnLike": {"ec2:SourceInstanceArn": "arn:aws:ec2:*:*:instance/$${ec2:InstanceID}"}}


@pytest.mark.parametrize(
    ("permission", "written", "code", "marked"),
    [
        (GET, "{source_vpc: vpce-01234567}", "SG319", "vpce-01234567"),
        (GET, "{source_vpce: vpc-01234567}", "SG319", "vpc-01234567"),
        (GET, "{source_ip: [203.0.113.0/24, 10.0.0.0/8]}", "SG319", "10.0.0.0/8"),
        (GET, "{source_ip: 203.0.113.0/40}", "SG319", "203.0.113.0/40"),
        (GET, "{org: '123456789012'}", "SG319", "123456789012"),
        (GET, "{via: 'Amazon Athena'}", "SG319", "Amazon Athena"),
        (GET, "{leading_keys: a}", "SG506", "leading_keys"),
        ("sqs: {queue: a, access: send}", "{namespace: a}", "SG506", "namespace"),
        (GET, "{source_vcp: a}", "SG201", "source_vcp"),
        (GET, "{stringEquals: {a: b}}", "SG201", "stringEquals"),
        (GET, "{tls: maybe}", "SG205", "maybe"),
        (GET, "{resource_tag: {}}", "SG208", "resource_tag"),
        (GET, "{resource_tag: web}", "SG203", "web"),
        (GET, "{own_instance_only: true}", "SG349", "own_instance_only"),
        (NOT_IAM, "{own_instance_only: true}", "SG349", "own_instance_only"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_at_its_place(permission: str, written: str, code: str, marked: str) -> None:
    (finding,) = compiled(spec(when(permission, written))).diagnostics
    assert finding.code.id == code
    assert finding.span is not None
    assert finding.span.text.strip("'") == marked


@pytest.mark.parametrize(
    ("permission", "first", "second"),
    [
        (when(GET, "{tls: true, Bool: {aws:SecureTransport: true}}"), "tls", "aws:SecureTransport"),
        (when(GET, "{StringEquals: {AWS:sourcevpc: vpc-1}, source_vpc: vpc-01234567}"), "AWS:sourcevpc", "source_vpc"),
        (
            when(GET, "{DateLessThanEquals: {aws:CurrentTime: 2090-01-01}}") + "\n        expires: 2099-01-01",
            "aws:CurrentTime",
            "expires",
        ),
        (when(GET, "{StringEquals: {aws:SourceVpc: vpc-1, aws:sourcevpc: vpc-2}}"), "aws:SourceVpc", "aws:sourcevpc"),
        (when("cloudwatch: {access: put, namespace: Shop}", "{namespace: Shop}"), "cloudwatch", "namespace"),
        (when(READ, "{leading_keys: a, 'Null': {dynamodb:LeadingKeys: true}}"), "leading_keys", "dynamodb:LeadingKeys"),
    ],
)  # fmt: skip
def test_a_key_that_is_set_twice_is_an_error_at_both_places(permission: str, first: str, second: str) -> None:
    (finding,) = compiled(spec(permission)).diagnostics
    assert finding.code.id == "SG326"
    assert finding.span is not None
    assert (finding.secondary[0].span.text, finding.span.text) == (first, second)


def test_a_bundle_that_sets_it_is_shown() -> None:
    head = "bundles:\n  b:\n    - s3: {bucket: shop-a, access: get}\n      when: {tls: true}\n"
    (finding,) = compiled(spec(when("bundle: b", "{tls: true}"), head=head)).diagnostics
    assert finding.code.id == "SG326"
    assert "shop-a" in finding.secondary[0].span.text


def test_the_same_key_under_another_operator_is_fine() -> None:
    (found,) = conditions(when(GET, "{principal_tag: {a: b}, StringNotEquals: {aws:PrincipalTag/a: c}}"))
    assert set(found) == {"StringEquals", "StringNotEquals"}


@pytest.mark.parametrize("name", SHORTHANDS)
def test_an_allow_never_rests_on_a_key_that_is_missing(name: str) -> None:
    """At least one of the conditions of each shorthand needs its key to be in the request."""
    item = SHORTHANDS[name]
    use = Use(denies=False, keys_only=False, through=False, place=Context("aws", "eu-west-1", "123456789012"))
    values = ("true",) if item.form == "flag" else ("x",)
    made = (
        list(item.values(values, use))
        if item.values
        else list(item.tags((("team", values),), use))
        if item.tags
        else []
    )
    needing = []
    for condition in made:
        parsed = parse_operator(condition.operator)
        assert parsed is not None
        if not true_when_absent(parsed, condition.values):
            needing.append(condition)
    assert needing


def test_an_operator_is_never_taken_for_a_shorthand() -> None:
    assert all(name == name.lower() for name in SHORTHANDS)
