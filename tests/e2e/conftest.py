"""One ``terraform init`` and one fake AWS for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.tf import (
    OVERRIDE_FILE,
    Terraform,
    moto_server,
    offline_override,
    override_for_moto,
    prepared_home,
    reset_moto,
    write_module,
)

MakeTerraform = Callable[..., Terraform]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.terraform)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_home(tmp_path_factory.mktemp("terraform-home"))


@pytest.fixture(scope="session")
def moto(home: Path) -> Iterator[str]:
    with moto_server() as endpoint:
        yield endpoint


@pytest.fixture
def aws(moto: str) -> str:
    """The endpoint of an empty fake AWS."""
    reset_moto(moto)
    return moto


@pytest.fixture
def offline(home: Path, tmp_path: Path) -> MakeTerraform:
    """Make an initialised folder of these files that can be planned without AWS."""

    def make(files: Mapping[str, bytes], name: str = "module") -> Terraform:
        folder = tmp_path / name
        write_module(folder, files)
        (folder / OVERRIDE_FILE).write_bytes(offline_override())
        terraform = Terraform(folder, home)
        terraform.init()
        return terraform

    return make


@pytest.fixture
def deployable(home: Path, tmp_path: Path, aws: str) -> MakeTerraform:
    """Make an initialised folder of these files that can be applied to the fake AWS."""

    def make(files: Mapping[str, bytes], region: str = "eu-west-1") -> Terraform:
        folder = tmp_path / "deployed"
        write_module(folder, files)
        (folder / OVERRIDE_FILE).write_bytes(override_for_moto(aws, region))
        terraform = Terraform(folder, home)
        terraform.init()
        return terraform

    return make
