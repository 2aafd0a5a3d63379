"""Settings of the whole suite."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--bless`` rewrites expected files, and still fails, so that nobody blesses by accident."""
    parser.addoption("--bless", action="store_true", help="rewrite the expected files of golden cases (and fail)")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether expected files shall be rewritten."""
    return bool(request.config.getoption("--bless"))


_CACHES = itertools.count()


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, _caches: Path) -> None:
    monkeypatch.setenv("STACKGRANT_CACHE_DIR", str(_caches / str(next(_CACHES))))
    for name in ("NO_COLOR", "FORCE_COLOR", "STACKGRANT_DEBUG", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    os.environ.setdefault("COLUMNS", "100")
