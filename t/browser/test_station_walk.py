"""汽车电站创建流程 as a clerk walks it: the station with its place picked on the map, an area, prices whose border is dragged, a pile with two guns; then
the pile logs in, a driver reads the price and the station's page, and charges there to his bill (S2, S3, S5, S14, D1, P1, P3, U2, U4, U5)."""
import json
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from page import Page  # noqa: E402
from peer import Peer  # noqa: E402

SERIAL = "32010600019577"
PHONE = "13912377001"


@pytest.fixture(scope="module")
def place():
    made = Instance("walk")
    made.up("--bare")
    try:
        clerk = Clerk(made)
        provider = clerk.provider("走流程服务商", "13800077001")
        clerk.property(provider, "走流程物业", "13800077002")
        made.cookies = [{"name": c.name, "value": c.value, "path": "/"} for c in clerk.web.http.cookies]
        yield made
    finally:
        made.destroy()


@pytest.fixture
def page(place, chromium):
    chromium.get(place.url + "/admin/login")
    chromium.delete_all_cookies()
    for c in place.cookies:
        chromium.add_cookie(c)
    chromium.get_log("browser")
    p = Page(chromium, place.url)
    p.desktop()
    yield p
    assert not p.console_errors()


def save(page):
    before = page.driver.current_url
    page.submit("form .form-foot button[type=submit].btn-primary")
    page.wait(lambda: page.driver.current_url != before or page.all(".alert-danger"), what="an answer to the form")
    assert not page.all(".alert-danger, .invalid-feedback"), page.text()


@pytest.mark.feature("S2", "S3", "S5")
def test_the_station_stands_where_the_map_was_clicked(page, place):
    page.open("/admin/station/new")
    page.fill(name="流程电站", provider_id="走流程服务商", address="科技路 1 号", hotline="4008001234")
    page.wait(lambda: "走流程物业" in page.field("property_id").text, what="the provider's properties")
    page.fill(property_id="走流程物业")
    chart = page.one(".place-pick[data-ready]")
    page.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", chart)
    ActionChains(page.driver).move_to_element_with_offset(chart, 60, 20).click().perform()
    picked = page.wait(lambda: page.field("longitude").get_attribute("value"), what="the map's answer")
    assert abs(float(picked) - 105) < 60 and page.field("latitude").get_attribute("value")
    save(page)
    assert place.value("select longitude is not null and latitude is not null from station where name = '流程电站'") == 1
    assert place.value("select count(*) from area where station_id = (select id from station where name = '流程电站')") == 1, "the default area (S5)"


@pytest.mark.feature("S14")
def test_an_area_of_its_own(page, place):
    page.open("/admin/area/new")
    page.fill(station_id="流程电站", name="地下二层", power="480")
    save(page)
    assert place.value("select concat(name, ' ', power) from area order by id desc limit 1") == "地下二层 480.00"


@pytest.mark.feature("P1", "P3")
def test_prices_whose_border_is_dragged(page, place):
    page.open("/admin/tariff/new")
    page.fill(name="流程峰谷", provider_id="走流程服务商", slot_energy="0.4", slot_service="0.3")
    page.press("button[name=row_split]")
    rows = page.all("#slots tbody tr")
    assert len(rows) == 2
    from selenium.webdriver.support.ui import Select
    Select(rows[1].find_element(By.NAME, "slot_type")).select_by_visible_text("峰")
    for name, value in (("slot_energy", "1.0"), ("slot_service", "0.5")):
        cell = rows[1].find_element(By.NAME, name)
        cell.clear()
        cell.send_keys(value)
    bar = page.one("#day-bar")
    page.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", bar)
    width = bar.size["width"]
    ActionChains(page.driver).move_to_element_with_offset(bar, 0, 0).click_and_hold().move_by_offset(-round(width / 24 * 4), 0).release().perform()
    ends = [r.find_element(By.NAME, "slot_end").get_attribute("value") for r in page.all("#slots tbody tr")]
    assert ends == ["08:00", "24:00"], "four hours to the left"
    page.shows("时段完整")
    page.press('[name=effective][value=now]')
    save(page)
    assert place.rows("select start_minute, end_minute, type from tariff_slot order by start_minute") == [(0, 480, "flat"), (480, 1440, "peak")]


@pytest.mark.feature("P12", "W6")
def test_a_rule_is_copied_and_gets_a_weekend(page, place):
    tariff = place.value("select id from tariff where name = '流程峰谷'")
    page.open(f"/admin/tariff/{tariff}/copy")
    page.fill(name="流程峰谷二")
    page.click("特价与条件", "summary")
    page.press('[data-rows=specials] > button')
    row = page.one("table.rows tbody tr")
    for day in ("周六", "周日"):
        page.press(page.wait(lambda: next(e for e in row.find_elements(By.CSS_SELECTOR, ".row-days span") if e.text == day[1]), what=day))
    for cell, value in zip(row.find_elements(By.CSS_SELECTOR, "td > input"), ("0.5", "0.25")):
        cell.send_keys(value)
    page.press('[name=effective][value=now]')
    save(page)
    assert place.rows("select days, start_minute, end_minute, energy_price, service_price from tariff_special") == [(96, 0, 1440, Decimal("0.50000"), Decimal("0.25000"))]
    assert place.value("select count(*) from tariff_slot") == 4


def driver_with_card(page, place, code):
    """Logs in on the phone at that connector; the member gets a card with fifty yuan."""
    page.open(f"/c/{code}")
    page.press('a[href^="/d/login"]')
    page.fill(phone=PHONE)
    page.submit("form.box button[type=submit]")
    page.field("code")
    page.fill(code=json.loads(place.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", PHONE))["code"])
    page.submit("form.box button[type=submit]")
    page.shows("流程电站")
    member, provider = place.rows("select id, provider_id from member where phone = %s", PHONE)[0]
    place.sql("insert into card (no, member_id, provider_id, logical_no, kind, created_at, updated_at) values ('63020001', %s, %s, '63020001', 'electronic', now(), now())",
              member, provider)
    done = place.program("charge_probe", "recharge", place.value("select id from card where no = '63020001'"), 50 * 100000)
    assert done.returncode == 0, done.stderr


def charge_there(page, place, pile, code):
    """Started on the phone, a kilowatt hour by the pile's own record, the bill on the phone."""
    driver_with_card(page, place, code)
    page.open(f"/c/{code}")
    page.press(page.all('input[name=pay][value^="card"]')[0])
    page.submit(f'form[action="/c/{code}"] button[type=submit]')
    no = pile.expect(0x34, 10)[:16].hex().upper()
    pile.start_answer(no)
    pile.live(state=3, no=no, volts=400, amps=100, energy=5000, amount=5000, soc=50)
    page.wait(lambda: page.one("[data-live]").get_attribute("data-state") == "charging", what="it charges")
    now = int(time.time())
    pile.record(no, now - 60, now, 10000)
    assert pile.acknowledged(no)
    page.wait(lambda: page.one("[data-live]").get_attribute("data-state") == "finished", 15, "the bill")
    amount, lines = place.rows("select s.amount, (select sum(l.amount) from cdr c join cdr_line l on l.cdr_id = c.id where c.session_id = s.id) from session s"
                               " where s.no = %s", no)[0]
    assert amount == lines and Decimal("0.7") <= amount <= Decimal("1.5"), "by the slots that the clerk drew"
    page.shows(f"¥{amount:.2f}")
    page.shows(no)


@pytest.mark.feature("D1", "U1", "U2", "U4", "U5", "N1")
def test_a_pile_charges_there_at_these_prices(page, place):
    page.open("/admin/pile/new")
    page.fill(name="流程一号桩", station_id="流程电站")
    page.wait(lambda: "地下二层" in page.field("area_id").text, what="the station's areas")
    page.fill(area_id="地下二层", serial=SERIAL, connector_count="2", rated_power="120")
    page.fill(tariff_id="流程峰谷")
    save(page)
    code = place.value("select c.code from connector c join pile p on p.id = c.pile_id where p.serial = %s and c.number = 1", SERIAL)
    pile = Peer(place.pile, SERIAL, guns=2)
    try:
        assert pile.login()
        pile.live(plugged=1)
        wait_for(lambda: place.value("select state from connector_live l join connector c on c.id = l.connector_id where c.code = %s", code) == "plugged",
                 what="the connector is plugged")
        record = place.value("select id from pile where serial = %s", SERIAL)
        page.open(f"/admin/pile/{record}")
        page.click("投运", "button")             # the platform has heard of it (D3)
        page.wait(lambda: place.value("select status from pile where id = %s", record) == "enabled", what="the pile is in operation")
        page.driver.delete_all_cookies()
        page.phone()
        page.open(f"/c/{code}")
        page.shows("流程电站")
        page.shows("1.5000")
        page.open(f"/d/station/{place.value('select code from station')}")
        page.shows("流程一号桩")
        charge_there(page, place, pile, code)
    finally:
        pile.close()
