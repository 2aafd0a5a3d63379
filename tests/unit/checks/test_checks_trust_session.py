"""SG545: what a session can only have by an action of its own; and that one cause is one finding in trust policies."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.checks import trust_federation, trust_session
from compiler.ir.program import Program

DEPLOY = {"AWS": "arn:aws:iam::123456789012:role/deploy"}
TAGGED = {"StringEquals": {"aws:RequestTag/project": "shop"}}


def trusting(*statements: dict[str, Any]) -> Program:
    return build.program(build.stack([], [build.role(trust=build.trust(*statements), policies=())]))


def entry(principal: Any, *actions: str, when: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {"Effect": "Allow", "Principal": principal, "Action": list(actions or ["sts:AssumeRole"])}
    return body | ({"Condition": when} if when else {})


@pytest.mark.parametrize(
    ("statement", "needed"),
    [
        (entry(DEPLOY, when=TAGGED), "`sts:TagSession`"),
        (entry(DEPLOY, when={"ForAnyValue:StringEquals": {"aws:TagKeys": "project"}}), "`sts:TagSession`"),
        (entry(DEPLOY, when={"StringLike": {"sts:SourceIdentity": "a*"}}), "`sts:SetSourceIdentity`"),
        (entry({"Service": "rolesanywhere.amazonaws.com"}), "`sts:SetSourceIdentity` and `sts:TagSession`"),
        (entry({"Service": "rolesanywhere.amazonaws.com"}, "sts:AssumeRole", "sts:TagSession"),
         "`sts:SetSourceIdentity`"),
        (entry({"Service": "pods.eks.amazonaws.com"}), "`sts:TagSession`"),
    ],
)  # fmt: skip
def test_an_action_is_missing(statement: dict[str, Any], needed: str) -> None:
    finding = build.only(trust_session.check, trusting(statement))
    assert f"needs {needed}, which" in finding.message


@pytest.mark.parametrize(
    "statements",
    [
        [entry(DEPLOY, "sts:AssumeRole", "sts:TagSession", when=TAGGED)],
        [entry(DEPLOY, "sts:*", when=TAGGED)],
        [entry(DEPLOY, when=TAGGED), entry(DEPLOY, "sts:TagSession")],
        [entry(DEPLOY, when={"StringEqualsIfExists": {"aws:RequestTag/project": "shop"}})],
        [entry(DEPLOY, when={"Null": {"aws:RequestTag/project": "true"}})],
        [entry(DEPLOY, when={"StringEquals": {"aws:PrincipalTag/project": "shop"}})],
        [entry({"Service": "rolesanywhere.amazonaws.com"}, "sts:AssumeRole", "sts:TagSession",
               "sts:SetSourceIdentity")],
        [entry({"Service": "ec2.amazonaws.com"})],
    ],
)  # fmt: skip
def test_nothing_is_missing(statements: list[dict[str, Any]]) -> None:
    assert list(trust_session.check(trusting(*statements))) == []


def test_a_saml_provider_that_can_use_nothing_is_not_told_to_ask_for_an_audience() -> None:
    provider = {"Federated": "arn:aws:iam::123456789012:saml-provider/login"}
    assert list(trust_federation.check(trusting(entry(provider)))) == []
    build.only(trust_federation.check, trusting(entry(provider, "sts:AssumeRoleWithSAML")))
