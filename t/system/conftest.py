"""A scratch instance for each file of tests, made by ./chargeops in a folder and on ports of its own, ended afterwards."""
import pytest

from instance import Instance


def pytest_configure(config):
    config.addinivalue_line("markers", "feature(*ids): the acceptance rows this test proves")


@pytest.fixture(scope="module")
def instance():
    """Bare: schema and first administrator, nothing else."""
    made = Instance("system")
    made.up("--bare")
    yield made
    made.destroy()


@pytest.fixture(scope="module")
def demo():
    """With the demo operator, without the virtual fleet of `up` (tests start their own piles)."""
    made = Instance("demo")
    made.up("--bare")
    try:
        made.job("demo")
        yield made
    finally:
        made.destroy()


@pytest.fixture
def admin(instance):
    """An HTTP session logged in as the administrator of the bare instance."""
    return instance.admin()
