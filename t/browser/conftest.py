"""A real Chromium in front of a scratch instance. Screenshots of a failed test go to build-test/screenshots."""
import sys
from pathlib import Path

import pytest
from selenium.common.exceptions import WebDriverException

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "t/system"))

from instance import BUILD, Instance  # noqa: E402

SHOTS = BUILD / "screenshots"


def pytest_configure(config):
    config.addinivalue_line("markers", "feature(*ids): the acceptance rows this test proves")


@pytest.fixture(scope="session")
def instance():
    made = Instance("browser")
    made.up("--bare")
    yield made
    made.destroy()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=zh-CN", "--window-size=1366,900",
                 f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    downloads = tmp_path_factory.mktemp("downloads")
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads), "intl.accept_languages": "zh-CN,zh"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.implicitly_wait(0)
    driver.downloads = downloads
    yield driver
    driver.quit()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed and "chromium" in item.funcargs:
        SHOTS.mkdir(parents=True, exist_ok=True)
        try:
            item.funcargs["chromium"].save_screenshot(str(SHOTS / f"{item.name}.png"))
        except WebDriverException as away:
            print(f"no screenshot: {away.msg}")
