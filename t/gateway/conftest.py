"""A scratch instance with the gateway and one station of registered piles; each test takes piles of its own."""
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

from instance import Instance  # noqa: E402
from site_rows import Site  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "feature(*ids): the acceptance rows this test proves")


@pytest.fixture(scope="session")
def instance():
    made = Instance("gateway")
    made.up("--bare")
    yield made
    made.destroy()


@pytest.fixture(scope="session")
def site(instance):
    return Site(instance, piles=400 + int(os.environ.get("CHARGEOPS_CHAOS_PILES", 0)))


@pytest.fixture(scope="session")
def unused(site):
    return iter(site.serials)


@pytest.fixture
def serial(unused):
    """A pile that no other test has touched."""
    return next(unused)
