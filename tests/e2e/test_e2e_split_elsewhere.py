"""Splitting and combining step by step on roles that have no exclusive lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import MakeTerraform
from tests.e2e.test_e2e_split import REGION, ROLE, Apps, apps, compiled, stepped
from tests.support.tf import iam_client

SPLIT: list[Apps] = [{"site": range(60)}, {"site": range(260)}, {"site": range(60)}]
CROWDED: list[Apps] = [apps(8), apps(12), apps(8)]


@pytest.mark.parametrize("found", [SPLIT, CROWDED], ids=["split", "crowded"])
def test_roles_made_elsewhere(
    deployable: MakeTerraform, moto: str, make_role: Callable[[], None], found: list[Apps]
) -> None:
    """These have no exclusive lists; what comes after all that is attached stands for nothing else."""
    steps = [(item, compiled(item, mode={"existing": ROLE, "role": ROLE, "attach": True})) for item in found]
    terraform = deployable(steps[0][1])
    make_role()
    stepped(terraform, moto, steps, 20)


def test_roles_that_others_may_attach_to(deployable: MakeTerraform, moto: str) -> None:
    steps = [(found, compiled(found, exclusive=False)) for found in CROWDED]
    stepped(deployable(steps[0][1]), moto, steps, 20)


@pytest.fixture
def make_role(moto: str) -> Callable[[], None]:
    def make() -> None:
        iam_client(moto, REGION).create_role(RoleName=ROLE, AssumeRolePolicyDocument="{}")

    return make
