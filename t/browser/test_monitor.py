"""The live monitor in a browser: a virtual pile's charge comes by itself, its alarm shows, the tabs count; on a phone a row is a card (O11-O13, H11)."""
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from fleet import Fleet  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from page import Page  # noqa: E402
from site_rows import Site  # noqa: E402


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Instance("monitor")
    made.up("--bare")
    fleet = None
    try:
        site = Site(made, piles=2)
        fleet = Fleet(site, site.serials[:1], tmp_path_factory.mktemp("piles"), "--speedup", 9)
        made.site, made.fleet = site, fleet
        made.cookies = [{"name": c.name, "value": c.value, "path": "/"} for c in made.admin().http.cookies]
        yield made
    finally:
        if fleet:
            fleet.end()
        made.destroy()


@pytest.fixture
def page(place, chromium):
    chromium.get(place.url + "/admin/login")
    chromium.delete_all_cookies()
    for c in place.cookies:
        chromium.add_cookie(c)
    chromium.get_log("browser")
    p = Page(chromium, place.url)
    yield p
    p.desktop()
    assert not p.console_errors()


@pytest.mark.feature("O11", "O12", "H11")
def test_a_charge_comes_and_goes_without_a_click(place, page):
    site, fleet, serial = place.site, place.fleet, place.site.serials[0]
    page.open("/admin/monitor?tab=served")
    page.shows("没有符合条件的服务")
    page.driver.execute_script("window.same = true")
    card, _ = site.card(100)
    wait_for(lambda: fleet.status(serial)["model"] != "-", 5, "prices")
    fleet.ask(f"plug {serial} 1")
    wait_for(lambda: place.value("select plugged from connector_live where connector_id = %s", site.connector(serial)) == 1, 5, "plugged")
    no = site.probe("start", site.connector(serial), card)["no"]
    page.wait(lambda: "充电中" in page.one("#monitor tbody").text, 20, "the charge, by itself")
    counts = lambda: [e.text for e in page.all("#monitor .tabs .count")]
    assert counts() == ["1", "1", "0", "0"]
    place.sql("insert into alarm (pile_id, station_id, connector_number, code, level, opened_at, last_at) select pile_id, station_id, 1,"
              " 'emergency_stop', 'urgent', now(), now() from connector where id = %s", site.connector(serial))
    page.wait(lambda: page.all("#monitor tbody .sign[aria-label^='桩体告警 · 急停']"), 12, "the sign of its alarm")
    kwh = page.one("#monitor tbody [data-label=kWh]").text
    page.wait(lambda: page.one("#monitor tbody [data-label=kWh]").text != kwh, 15, "energy goes up")
    assert page.driver.execute_script("return window.same") is True, "the page was not loaded anew"
    page.press("input[data-refresh-switch=monitor]")
    assert not page.one("input[data-refresh-switch=monitor]").is_selected()
    page.open("/admin/monitor")
    assert not page.one("input[data-refresh-switch=monitor]").is_selected(), "the choice is remembered"
    page.press("input[data-refresh-switch=monitor]")
    page.press("#monitor tbody .row-actions a")
    for words in ("服务信息", "中控仪表", "服务进程", "账单信息", no):
        page.shows(words)
    page.phone()
    page.open("/admin/monitor")
    assert page.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth && document.querySelector('.list-wrap').scrollWidth"
                                      " <= document.querySelector('.list-wrap').clientWidth")
    assert "站" in page.one("#monitor tbody tr").text
    fleet.ask(f"stop {serial} 1")
    page.shows("没有符合条件的服务", 25)
