"""SG401, SG405, SG406, SG408, SG410: what IAM counts, and what it takes as a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import check_building as build
import pytest

from compiler.aws.reference import reference
from compiler.aws.statement import document_json, document_size
from compiler.checks import attachment_count, document_characters, nearly_full, policy_size, trust_size
from compiler.checks.survey import survey
from compiler.diagnostics import Diagnostic
from compiler.ir.program import Policy, Quotas

PREFIX = "arn:aws:s3:::shop/"


def reading(*resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [f"{PREFIX}{text}" for text in resources]}


def sized(size: int) -> dict[str, Any]:
    """A statement that makes a policy document of this size."""
    empty = document_size(document_json([build.statement(reading(""))]))
    return reading("x" * (size - empty))


class TestPolicySize:
    def test_one_character_over(self) -> None:
        tree = build.spec(sized(6145))
        finding = build.only(policy_size.check, tree)
        assert finding.code.id == "SG401"
        assert finding.message == "policy `shop-web` has 6,145 characters; IAM allows 6,144"
        assert finding.label == "1 character too many"

    def test_exactly_the_quota(self) -> None:
        assert list(policy_size.check(build.spec(sized(6144)))) == []

    def test_largest_permissions_come_first(self) -> None:
        small, large = reading("y" * 500), reading("z" * 6000)
        finding = build.only(policy_size.check, build.spec(small, large))
        assert finding.notes[0].startswith("`apps.web.permissions[1]` has 6,")
        assert finding.notes[1].startswith("`apps.web.permissions[0]` has ")
        assert finding.secondary[0].text == "the largest permission"
        assert "zzz" in finding.secondary[0].span.text

    def test_white_space_is_not_counted(self) -> None:
        assert list(policy_size.check(build.spec(reading(" " * 7000)))) == []

    def test_what_json_escapes_is_counted(self) -> None:
        tree = build.spec(reading('"' * 3100))
        assert build.only(policy_size.check, tree).code.id == "SG401"

    def test_references_make_it_a_lower_bound(self) -> None:
        statement = build.statement(sized(6200))
        marked = build.policy(statements=(statement, build.statement({"Resource": "<<aws_s3_bucket.a.arn>>"})))
        finding = build.only(policy_size.check, build.program(build.stack([marked], [])))
        assert "larger still" in build.words(finding)

    @pytest.mark.parametrize("count", [1, 5, 40])
    def test_the_estimate_is_never_too_small(self, count: int) -> None:
        condition = {
            "StringLike": {"s3:prefix": ["a", "b\u00e9"], "aws:RequestTag/x": "y"},
            "Bool": {"aws:SecureTransport": "true"},
        }
        body = {"Sid": "A", "Effect": "Deny", "NotAction": "s3:*", "NotResource": [PREFIX], "Condition": condition}
        bodies = [body if index % 2 else reading("abc", "d") for index in range(count)]
        size = document_size(document_json(build.policy(*bodies).statements))
        # Fill up to the quota with what is measured exactly: the policy must be looked at as soon as it is over.
        tree = build.spec(*bodies, sized(6146 - size + document_size(document_json([]))))
        assert [item.name for item in survey(tree).large] == ["shop-web"]


class TestAttachments:
    def test_a_place_stays_free(self) -> None:
        arns = [f"arn:aws:iam::123456789012:policy/p{number}" for number in range(9)]
        role = build.role(managed=tuple(map(build.managed, arns)), policies=("app-web",))
        finding = build.only(attachment_count.check, build.program(build.stack([build.policy()], [role])))
        assert finding.code.id == "SG405"
        assert finding.message == "role `shop-web` has 10 managed policies; 9 fit"
        assert "one place stays free" in build.words(finding)
        assert any("managed_policies_per_role: 11" in line for line in finding.help)

    def test_no_quota_helps_beyond_25(self) -> None:
        policies = [build.policy(label=f"p{number:02}") for number in range(25)]
        role = build.role(policies=tuple(policy.label for policy in policies))
        finding = build.only(attachment_count.check, build.program(build.stack(policies, [role])))
        assert finding.help == ("grant fewer or shorter resources, or run some of the apps on another layer",)

    def test_what_is_largest_and_what_the_role_could_do_without(self) -> None:
        small = build.policy(reading("a"), label="app-web")
        large = build.policy(sized(6000), label="stack", kind="stack")
        arns = [f"arn:aws:iam::123456789012:policy/p{number}" for number in range(8)]
        role = build.role(managed=tuple(map(build.managed, arns)), policies=("app-web", "stack"))
        finding = build.only(attachment_count.check, build.program(build.stack([small, large], [role])))
        assert "largest: `stack` with 6,000 characters, `app-web` with " in build.words(finding)
        assert "8 policies are made elsewhere" in build.words(finding)
        assert [line.split("`")[1] for line in finding.help if "`" in line] == [
            "quotas: {managed_policies_per_role: 11}", "managed_policy", "profile: replace",
        ]  # fmt: skip

    def test_nine_fit(self) -> None:
        role = build.role(policies=tuple(f"p{number}" for number in range(9)))
        assert list(attachment_count.check(build.program(build.stack([], [role])))) == []

    def test_a_raised_quota(self) -> None:
        role = build.role(policies=tuple(f"p{number}" for number in range(19)))
        stack = build.stack([], [role], quotas=Quotas(managed_policies_per_role=20))
        assert list(attachment_count.check(build.program(stack))) == []


class TestTrustSize:
    def trusting(self, length: int) -> dict[str, Any]:
        condition = {"StringEquals": {"sts:ExternalId": "x" * length}}
        principal = {"AWS": "arn:aws:iam::210987654321:root"}
        return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}

    def test_over_the_quota(self) -> None:
        roles = [build.role(label=label, trust=build.trust(self.trusting(2000))) for label in ("a", "b")]
        findings = list(trust_size.check(build.program(build.stack([], roles[:1]))))
        assert [item.code.id for item in findings] == ["SG406"]
        assert "the quota is 2,048" in findings[0].message
        assert any("trust_policy_length" in line for line in findings[0].help)

    def test_at_the_quota_and_at_what_aws_allows(self) -> None:
        for size, count in ((2048, 0), (2049, 1), (8192, 1), (8193, 1)):
            empty = document_size(document_json(build.trust(self.trusting(0))))
            role = build.role(trust=build.trust(self.trusting(size - empty)))
            findings = list(trust_size.check(build.program(build.stack([], [role]))))
            assert len(findings) == count
            for finding in findings:
                assert any("trust_policy_length" in line for line in finding.help) is (size <= 8192)

    def test_no_quota_helps_beyond_8192(self) -> None:
        role = build.role(trust=build.trust(self.trusting(9000)))
        finding = build.only(trust_size.check, build.program(build.stack([], [role])))
        assert not any("trust_policy_length" in line for line in finding.help)

    def test_many_values_of_one_statement(self) -> None:
        users = [f"arn:aws:iam::210987654321:user/a-person-with-number-{number}" for number in range(60)]
        body = {"Effect": "Allow", "Principal": {"AWS": users}, "Action": "sts:AssumeRole"}
        role = build.role(trust=build.trust(body))
        assert build.only(trust_size.check, build.program(build.stack([], [role]))).code.id == "SG406"

    def test_raised_quota_and_small_policies(self) -> None:
        role = build.role(trust=build.trust(self.trusting(2000)))
        raised = build.stack([], [role], quotas=Quotas(trust_policy_length=4096))
        assert list(trust_size.check(build.program(raised))) == []
        assert list(trust_size.check(build.program(build.stack([], [build.role()])))) == []
        existing = build.role(existing=True, trust=())
        assert list(trust_size.check(build.program(build.stack([], [existing])))) == []


class TestDocumentCharacters:
    def test_a_resource(self) -> None:
        tree = build.spec('{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/фото/*"}')
        finding = build.only(document_characters.check, tree)
        assert finding.code.id == "SG408"
        assert finding.span is not None
        assert finding.span.text == "arn:aws:s3:::shop/фото/*"
        assert finding.label == "`ф` (U+0444), `о` (U+043E), `т` (U+0442)"
        assert finding.help == ("write `arn:aws:s3:::shop/????/*`: `?` stands for any one character",)

    def test_a_condition_value_has_no_such_help(self) -> None:
        condition = {"StringEquals": {"aws:PrincipalTag/team": "\U0001f680"}}
        tree = build.spec({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*", "Condition": condition})
        assert build.only(document_characters.check, tree).help == ()

    @pytest.mark.parametrize("text", ["caf\u00e9/ÿ", "a\u2028b", reference("var.name")])
    def test_what_arrives_as_allowed(self, text: str) -> None:
        statement = build.statement({"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::shop/{text}"})
        tree = build.program(build.stack([build.policy(statements=(statement,))]))
        assert list(document_characters.check(tree)) == []

    def test_actions_and_sids_are_looked_at(self) -> None:
        tree = build.spec({"Sid": "ж", "Action": "s3:Getж", "Resource": "*"})
        assert [item.message[:5] for item in document_characters.check(tree)] == ["`ж` h", "`s3:G"]


class TestNearlyFull:
    """SG410: from 80% of what combining and splitting cannot make smaller."""

    def policies(self, count: int, size: int = 400, *, apart: bool = False) -> list[Policy]:
        marked = build.statement({"Resource": "<<aws_s3_bucket.a.arn>>", "Action": "s3:GetObject"})
        return [
            build.policy(statements=(build.statement(sized(size)), *((marked,) if apart else ())), label=f"p{n:02}")
            for n in range(count)
        ]

    def found(self, policies: list[Policy], foreign: int = 0, quota: int = 10, **role: Any) -> list[Diagnostic]:
        managed = tuple(build.managed(f"arn:aws:iam::123456789012:policy/m{n}") for n in range(foreign))
        made = build.role(policies=tuple(policy.label for policy in policies), managed=managed, **role)
        stack = build.stack(policies, [made], quotas=Quotas(managed_policies_per_role=quota))
        return list(nearly_full.check(build.program(stack)))

    @pytest.mark.parametrize(
        ("own", "foreign", "quota", "count"),
        [(0, 7, 10, 0), (0, 8, 10, 1), (0, 9, 10, 1), (0, 10, 10, 0), (1, 6, 10, 0), (1, 7, 10, 1), (2, 6, 10, 0),
         (2, 7, 10, 1), (0, 15, 20, 0), (0, 16, 20, 1), (0, 0, 1, 0)],
    )  # fmt: skip
    def test_places_that_no_combining_spares(self, own: int, foreign: int, quota: int, count: int) -> None:
        found = self.found(self.policies(own), foreign, quota)
        assert [item.code.id for item in found] == ["SG410"] * count

    @pytest.mark.parametrize("count", [7, 8, 9])
    def test_small_policies_are_combined_and_nothing_to_warn_of(self, count: int) -> None:
        assert self.found(self.policies(count)) == []

    def test_policies_with_references_stay_apart(self) -> None:
        assert self.found(self.policies(7, apart=True)) == []
        (finding,) = self.found(self.policies(8, apart=True))
        assert finding.message == "role `shop-web` needs 8 managed policies; 9 fit"
        assert finding.label == "80% of the quota of 10"
        assert "8 policies hold Terraform references" in build.words(finding)
        assert finding.help[0].startswith("write `quotas: {managed_policies_per_role: 20}`")

    def test_characters(self) -> None:
        assert self.found(self.policies(8, 5300)) == []  # they could be seven
        (finding,) = self.found(self.policies(8, 6144))
        assert finding.message == "the policies of role `shop-web` have 49,152 characters; 55,296 fit"
        assert finding.label == "88% of what its places hold"
        assert "largest: `p00` with 6,144 characters" in build.words(finding)

    def test_inline_policies_are_the_last_reserve(self) -> None:
        policies = [*self.policies(8, 6100), replace(self.policies(1, 3000)[0], label="last", inline=True)]
        role = build.role(policies=tuple(policy.label for policy in policies[:-1]), inline=("last",))
        (finding,) = nearly_full.check(build.program(build.stack(policies, [role])))
        assert "have 51,800 characters" in finding.message

    @pytest.mark.parametrize(("size", "count"), [(1638, 0), (1639, 1), (2048, 1), (2049, 0)])
    def test_trust(self, size: int, count: int) -> None:
        trusting = TestTrustSize().trusting
        empty = document_size(document_json(build.trust(trusting(0))))
        role = build.role(trust=build.trust(trusting(size - empty)), policies=())
        found = list(nearly_full.check(build.program(build.stack([], [role]))))
        assert [item.code.id for item in found] == ["SG410"] * count
        assert all("the quota is 2,048" in item.message for item in found)

    def test_a_role_made_elsewhere_has_no_trust_policy_of_ours(self) -> None:
        assert self.found([], 8, existing=True, trust=())[0].code.id == "SG410"
        assert self.found([], 0, existing=True, trust=()) == []
