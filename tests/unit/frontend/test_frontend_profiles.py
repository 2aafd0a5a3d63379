"""Default, combined and renamed profiles."""

from __future__ import annotations

import pytest

from tests.unit.frontend.compiling import codes, compiled, spec

GRANT = "s3: {bucket: abc-d, access: get}"
COMBINED = "      web: {apps: [web]}\n      base: {}\n    profiles:\n      both: {layers: [web, base]}\n"


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        ("", []),
        ("    profile: {existing: made-elsewhere}\n", ["SG321"]),
        ("    profile: {existing: made-elsewhere, attach: true, role: r}\n", ["SG321"]),
        ("    profile: none\n", ["SG321"]),
    ],
)
def test_a_profile_made_elsewhere_is_not_combined(profile: str, found: list[str]) -> None:
    assert codes(compiled(spec(GRANT, stack=profile, layers=COMBINED))) == found


@pytest.mark.parametrize(("profile", "found"), [("", ["SG322"]), ("    profile: none\n", [])])
def test_nothing_moves_from_a_default_profile_that_stands(profile: str, found: list[str]) -> None:
    layers = "      web: {apps: [web], moved: default}\n"
    assert codes(compiled(spec(GRANT, stack=profile, layers=layers))) == found


@pytest.mark.parametrize(
    ("service", "actions"),
    [
        ("rolesanywhere", ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]),
        ("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
        ("ecs-tasks", ["sts:AssumeRole"]),
    ],
)
def test_a_service_that_tags_its_sessions_may_do_so(service: str, actions: list[str]) -> None:
    entries = f"    trust: [{{service: ec2}}, {{service: {service}}}]\n"
    result = compiled(spec(GRANT, stack=entries))
    assert codes(result) == []
    roles = [role for role in result.program.stacks[0].roles if role.label == "web"]
    found = {statement.principals[0][1][0]: list(statement.actions) for statement in roles[0].trust}
    assert found.pop("ec2.amazonaws.com") == ["sts:AssumeRole"]
    assert list(found.values()) == [actions]
