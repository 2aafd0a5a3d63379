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
