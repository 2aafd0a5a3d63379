"""Guardrails: what somebody might write in a spec to get around them, and that none of it does."""

from __future__ import annotations

import datetime as dt

import pytest

from compiler.diagnostics import SourceText
from compiler.driver import Options, Result, Source, compile_sources
from tests.unit.frontend.compiling import ACCOUNT, spec

TODAY = dt.date(2027, 1, 1)
NO_IAM = "forbid_services: iam"
NO_ACL = "forbid_actions: s3:GetObjectAcl"
ON_IT = 'Resource: "*"'


def held(text: str, *rules: str, more: dict[str, str] | None = None) -> Result:
    """A spec held against one guardrail with these rules."""
    lines = "".join(f"    {rule}\n" for rule in rules)
    guardrails = SourceText("guardrails.yaml", f"version: 1\nguardrails:\n  rail:\n    reason: ours\n{lines}")
    sources = [Source(SourceText(name, body), name) for name, body in {"spec.yaml": text, **(more or {})}.items()]
    return compile_sources(sources, Options(guardrails=(guardrails,), today=TODAY))


def breaks(text: str, *rules: str) -> list[str]:
    """The codes of guardrails that a spec breaks; when it breaks one, nothing is compiled."""
    result = held(text, *rules)
    found = [item for item in result.diagnostics if "SG630" <= item.code.id < "SG650"]
    assert bool(result.files) is not bool(found), [item.message for item in result.diagnostics]
    for item in found:
        assert item.level.value == "error"
        assert any(label.span.source.name == "guardrails.yaml" for label in item.secondary)
    return [item.code.id for item in found]


@pytest.mark.parametrize(
    ("permission", "rule"),
    [
        ('statement: {Effect: Allow, Action: "iam:ListUsers", Resource: "*"}', NO_IAM),
        ('statement: {Effect: Allow, Action: "IAM:listusers", Resource: "*"}', NO_IAM),
        ('statement: {Effect: Allow, Action: "i?m:ListUsers", Resource: "*"}', NO_IAM),
        ('statement: {Effect: Allow, Action: "*:ListUsers", Resource: "*"}', NO_IAM),
        ('statement: {Effect: Allow, Action: "*", Resource: "*"}', NO_IAM),
        ('statement: {Effect: Allow, NotAction: "s3:*", Resource: "*"}', NO_IAM),
        ('statement: {Effect: Allow, NotAction: ["iam:Get*", "iam:List*"], Resource: "*"}', NO_IAM),
        ('statement: [{Effect: Allow, Action: ["s3:ListAllMyBuckets", "iam:ListUsers"], Resource: "*"}]', NO_IAM),
        ('statement: {Effect: Allow, Action: "{{ values.service }}:ListUsers", Resource: "*"}', NO_IAM),
        ("statement: {Effect: Allow, Action: \"{{ 'iam' ~ ':ListUsers' }}\", Resource: \"*\"}", NO_IAM),
        ('access: {resource: "arn:aws:iam::123456789012:role/x", level: [read]}', NO_IAM),
        ("pass_role: {role: task, to: ecs-tasks.amazonaws.com}", NO_IAM),
        ("bundle: hidden", NO_IAM),
        ("managed_policy: IAMFullAccess", NO_IAM),
        ("managed_policy: {name: mine}", NO_IAM),
        ('managed_policy: "${aws_iam_policy.mine.arn}"', NO_IAM),
        ('statement: {Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::a/*"}', NO_ACL),
        ('statement: {Effect: Allow, Action: "s?:Get*", Resource: "arn:aws:s3:::a/*"}', NO_ACL),
        ('statement: {Effect: Allow, Action: "s3:GetObject?cl", Resource: "arn:aws:s3:::a/*"}', NO_ACL),
        ('actions: {allow: ["s3:getobjectACL"], on: "arn:aws:s3:::a/*"}', NO_ACL),
        ('statement: {Effect: Allow, Action: "S3:GetObject", Resource: "arn:aws:s3:::b*/x"}',
         'resources: "arn:aws:s3:::bucket*"'),
        ('statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::${aws:PrincipalTag/b}/x"}',
         'resources: "arn:aws:s3:::bucket*"'),
        ('statement: {Effect: Allow, Action: "s3:GetObject", NotResource: "arn:aws:s3:::bucket/x"}',
         'resources: "arn:aws:s3:::bucket*"'),
        ('sqs: {queue: "arn:aws:sqs:eu-west-1:*:orders", access: send}', "accounts: own"),
        ('sqs: {queue: "${aws_sqs_queue.q.arn}", access: send}', "accounts: own"),
        ('statement: {Effect: Allow, Action: "s3:PutObject", Resource: "*", Condition: '
         '{StringEqualsIfExists: {"aws:ResourceAccount": "123456789012"}}}', "accounts: own"),
        ('statement: {Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::shop-*/x"}',
         "no_wildcard_writes: true"),
        ('statement: {Effect: Allow, Action: "sqs:Se*", Resource: "arn:aws:sqs:eu-west-1:123456789012:q?"}',
         "no_wildcard_writes: true"),
        ('statement: {Effect: Allow, Action: "ec2:StartInstances", Resource: '
         '"arn:aws:ec2:eu-west-1:123456789012:instance/*", Condition: {StringLike: {"aws:ResourceTag/a": "*"}}}',
         "no_wildcard_writes: true"),
        ("s3: {bucket: shop, access: read}\n        expires: 2028-01-01", "max_expiry: 90d"),
        ('s3: {bucket: shop, access: read}\n        when: {DateLessThan: {"aws:CurrentTime": ["2027-01-02T00:00:00Z", '
         '"2028-01-02T00:00:00Z"]}}', "max_expiry: 90d"),
        ('s3: {bucket: shop, access: read}\n        when: {DateGreaterThan: {"aws:CurrentTime": "2027-01-02T00:00Z"}}',
         "max_expiry: 90d"),
        ("bundle: hidden", "forbid_grants: statement"),
        ('statement: {Effect: Allow, NotAction: "iam:PassRole", Resource: "*"}', "no_action_wildcards: true"),
    ],
)  # fmt: skip
def test_a_permission_does_not_get_around_a_guardrail(permission: str, rule: str) -> None:
    head = (
        "values: {service: iam}\nbundles:\n  hidden:\n"
        '    - statement: {Effect: Allow, Action: "iam:ListUsers", Resource: "*"}\n'
    )
    if "bundle:" not in permission:
        head = head.partition("bundles")[0]
    if "values." not in permission:
        head = head.partition("\n")[2]
    assert breaks(spec(permission, head=head), rule)


def test_comments_in_the_spec_accept_nothing() -> None:
    text = spec('statement: {Effect: Allow, Action: "iam:ListUsers", Resource: "*"}')
    line = next(line for line in text.splitlines() if "iam:ListUsers" in line)
    for mark in ("SG630", "guardrail-action", "SG630, SG601", "*"):
        assert breaks(text.replace(line, f"{line}  # stackgrant: ignore[{mark}] we may"), NO_IAM) == ["SG630"]


class TestPoliciesMadeElsewhere:
    """A managed policy is judged by whose permissions name it."""

    def test_of_an_app_that_has_nothing_else(self) -> None:
        text = spec("managed_policy: AdministratorAccess")
        assert breaks(text, "apps: web", "allow_services: s3") == ["SG635"]
        assert breaks(text, "apps: other", "allow_services: s3") == []
        assert breaks(text, "except: apps.web", "allow_services: s3") == []

    def test_its_role_needs_what_roles_need(self) -> None:
        text = spec("managed_policy: AdministratorAccess")
        assert breaks(text, "apps: web", "require_boundary: arn:aws:iam::*:policy/boundary") == ["SG637"]

    def test_an_app_that_may_have_it_vouches_for_no_other(self) -> None:
        text = spec(
            "managed_policy: AdministratorAccess",
            head="",
            layers="      web: {apps: [deploy, web]}\n      ops: {apps: [deploy]}\n",
        ).replace("stacks:", "  deploy: {permissions: [{managed_policy: AdministratorAccess}]}\nstacks:")
        assert breaks(text, "except: apps.deploy", "allow_services: s3") == ["SG635"]

    def test_through_a_bundle(self) -> None:
        text = spec("bundle: b", head="bundles: {b: [{managed_policy: AdministratorAccess}]}\n")
        assert breaks(text, "apps: web", "allow_services: s3") == ["SG635"]


class TestRoles:
    """What is said of roles holds for each of them."""

    def test_a_profile_made_elsewhere_with_the_policies_of_an_app(self) -> None:
        layers = "      web: {apps: [web], profile: {existing: admin, role: admin, attach: true}}\n"
        text = spec("s3: {bucket: shop-assets, access: read}", layers=layers)
        assert breaks(text, "apps: web", "allow_existing_profiles: legacy-*") == ["SG636"]
        assert breaks(text, "apps: other", "allow_existing_profiles: legacy-*") == []

    def test_a_layer_that_takes_another_boundary(self) -> None:
        boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
        rule = "require_boundary: arn:aws:iam::*:policy/boundary"
        own = "      web: {apps: [web], permissions_boundary: %s}\n"
        for other in (f"arn:aws:iam::{ACCOUNT}:policy/x/boundary", '"${var.boundary}"'):
            text = spec("s3: {bucket: shop, access: read}", stack=f"    permissions_boundary: {boundary}\n",
                        layers=own % other)  # fmt: skip
            assert breaks(text, rule) == ["SG637"]

    @pytest.mark.parametrize(
        "entry",
        [
            '{account: "210987654321"}',
            '{principal: "arn:aws:iam::210987654321:role/x"}',
            '{principal: "${aws_iam_role.x.arn}"}',
            "{service: lambda}",
            "{service: ec2.amazonaws.com.evil.amazonaws.com}",
        ],
    )
    def test_trust(self, entry: str) -> None:
        text = spec("s3: {bucket: shop, access: read}", stack=f"    trust: [{{service: ec2}}, {entry}]\n")
        assert breaks(text, "allow_trust: [ec2, own]")[:1] == ["SG640"]

    def test_trust_that_is_allowed(self) -> None:
        entries = f'{{service: ec2}}, {{principal: "arn:aws:iam::{ACCOUNT}:role/deploy"}}'
        text = spec("s3: {bucket: shop, access: read}", stack=f"    trust: [{entries}]\n")
        assert breaks(text, "allow_trust: [ec2, own]") == []
        assert breaks(text, 'allow_trust: ["ec2.amazonaws.com", "arn:aws:iam::*:role/deploy"]') == []
        assert breaks(text, "allow_trust: ec2") == ["SG640"]


def test_a_second_file_of_the_spec_is_held_against_them_too() -> None:
    statement = '{Effect: Allow, Action: "iam:ListUsers", Resource: "*"}'
    other = f"version: 1\napps:\n  b: {{permissions: [{{statement: {statement}}}]}}\n"
    text = spec("s3: {bucket: shop, access: read}", layers="      web: {apps: [web, b]}\n")
    result = held(text, NO_IAM, more={"other.yaml": other})
    assert "SG630" in [item.code.id for item in result.diagnostics]
    assert not result.files


def test_a_guardrails_file_that_is_faulty_lets_nothing_through() -> None:
    text = spec("s3: {bucket: shop, access: read}")
    assert not held(text, NO_IAM).failed
    for body in (
        "",
        "guardrails: {}\n",
        "version: 1\nguardrails: {a: {forbid_services: iamm, reason: r}}\n",
        "[",
        "- a\n",
    ):
        result = compile_sources(
            [Source(SourceText("spec.yaml", text), "spec.yaml")], Options(guardrails=(SourceText("g.yaml", body),))
        )
        assert result.failed, body
        assert not result.files, body
