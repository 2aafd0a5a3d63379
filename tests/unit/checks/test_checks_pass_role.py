"""SG509: an action that hands over a role, in a role that may hand over none."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.checks import missing_pass_role
from compiler.diagnostics import Severity

CREATE = {"Effect": "Allow", "Action": "states:CreateStateMachine", "Resource": "*"}


def passing(to: Any = None, action: Any = "iam:PassRole", operator: str = "StringEquals") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:iam::123456789012:role/workflow"}
    return statement | ({"Condition": {operator: {"iam:PassedToService": to}}} if to else {})


def test_nothing_grants_it() -> None:
    finding = build.only(missing_pass_role.check, build.spec(CREATE))
    assert (finding.code.id, finding.level) == ("SG509", Severity.ERROR)
    assert finding.span is not None
    assert finding.span.text == "states:CreateStateMachine"
    assert finding.message.endswith("to `states.amazonaws.com`, which nothing grants")
    assert finding.help == ("add `- pass_role: {role: NAME-OF-THE-ROLE, to: states.amazonaws.com}` to the permissions",)


@pytest.mark.parametrize(
    "statement",
    [
        passing(),
        passing("states.amazonaws.com"),
        passing(["ec2.amazonaws.com", "states.amazonaws.com"]),
        passing("*.amazonaws.com", operator="StringLike"),
        passing("<<var.service>>"),
        passing("ec2.amazonaws.com", operator="StringNotEquals"),
        passing(action="iam:*"),
        passing(action="IAM:passrole"),
        passing(action="*"),
        {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
    ],
)
def test_satisfied(statement: dict[str, Any]) -> None:
    assert list(missing_pass_role.check(build.spec(CREATE, statement))) == []


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"},
    ],
)
def test_not_satisfied(statement: dict[str, Any]) -> None:
    assert build.only(missing_pass_role.check, build.spec(CREATE, statement)).level is Severity.ERROR


def test_passing_to_another_service_only_is_a_warning() -> None:
    finding = build.only(missing_pass_role.check, build.spec(CREATE, passing("ec2.amazonaws.com")))
    assert finding.level is Severity.WARNING
    assert finding.message.endswith("and roles may be passed to other services only")


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "states:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Allow", "Action": "states:StartExecution", "Resource": "*"},
        {"Effect": "Deny", "Action": "states:CreateStateMachine", "Resource": "*"},
    ],
)
def test_not_needed(statement: dict[str, Any]) -> None:
    assert list(missing_pass_role.check(build.spec(statement))) == []


def test_another_policy_of_the_role_may_grant_it() -> None:
    create, grant = build.policy(CREATE, label="create"), build.policy(passing(), label="grant")
    both = build.role(label="both", policies=("create", "grant"))
    one = build.role(label="one", policies=("create",))
    assert list(missing_pass_role.check(build.program(build.stack([create, grant], [both])))) == []
    assert build.only(missing_pass_role.check, build.program(build.stack([create, grant], [both, one])))


def test_an_app_on_many_layers_is_one_finding() -> None:
    roles = [build.role(label=str(number)) for number in range(5)]
    assert build.only(missing_pass_role.check, build.program(build.stack([build.policy(CREATE)], roles)))


def test_actions_of_one_statement_are_one_finding_for_each_service() -> None:
    actions = ["states:CreateStateMachine", "lambda:CreateFunction", "eks:CreateCluster", "eks:CreateNodegroup"]
    findings = list(missing_pass_role.check(build.spec(CREATE | {"Action": actions})))
    assert len(findings) == 3
    assert findings[2].message.startswith("`eks:CreateCluster` and `eks:CreateNodegroup` need")


@pytest.mark.parametrize(
    ("arn", "count"),
    [
        ("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", 1),
        ("arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforAWSCodeDeploy", 1),
        ("arn:aws:iam::aws:policy/PowerUserAccess", 0),
        ("arn:aws:iam::123456789012:policy/AmazonSSMManagedInstanceCore", 0),
    ],
)
def test_what_a_policy_from_elsewhere_grants_is_not_known(arn: str, count: int) -> None:
    role = build.role(managed=(build.managed(arn),))
    tree = build.program(build.stack([build.policy(CREATE)], [role]))
    assert len(list(missing_pass_role.check(tree))) == count


def test_a_role_from_elsewhere_is_left_alone() -> None:
    tree = build.program(build.stack([build.policy(CREATE)], [build.role(existing=True, profile=None)]))
    assert list(missing_pass_role.check(tree)) == []


def test_china() -> None:
    action = {"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"}
    tree = build.spec(action, partition="aws-cn", region="cn-north-1")
    assert "`ec2.amazonaws.com.cn`" in build.only(missing_pass_role.check, tree).message
    granted = build.spec(action, passing("ec2.amazonaws.com.cn"), partition="aws-cn", region="cn-north-1")
    assert list(missing_pass_role.check(granted)) == []
