"""单车电站创建流程 as a clerk walks it: a shed, its area, a device with sockets, a rule of e-bikes, the device put into operation, its code printed and
scanned; a virtual device charges there to the bill (S1, S5, S15, D3, D8, D10, D11, P17, U1-U4)."""
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "gateway"))

from clerk import Clerk  # noqa: E402
from fleet import Fleet  # noqa: E402
from instance import Instance, wait_for  # noqa: E402
from page import Page  # noqa: E402

SERIAL, PHONE, PLASTIC = "0513639501", "13900063001", "C0DE6301"


@pytest.fixture(scope="module")
def place():
    made = Instance("shed")
    made.up("--bare")
    try:
        clerk = Clerk(made)
        provider = clerk.provider("单车走流程", "13800063001")
        clerk.property(provider, "单车走流程物业", "13800063002")
        made.cookies = [{"name": c.name, "value": c.value, "path": "/"} for c in clerk.web.http.cookies]
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def virtual(place, tmp_path_factory):
    """The device itself; its energy flows a thousand times as fast."""
    fleet = Fleet(SimpleNamespace(i=place), [f"{SERIAL} 10 800 ap3000"], tmp_path_factory.mktemp("bike"), "--speedup", "1000", port=place.bike)
    yield fleet
    fleet.end()


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


@pytest.mark.feature("S1", "S5", "S15")
def test_a_shed_with_an_area_of_its_own(page, place):
    page.open("/admin/station/new")
    page.fill(name="流程车棚", kind="电单车", provider_id="单车走流程", address="学府路 2 号")
    page.wait(lambda: "单车走流程物业" in page.field("property_id").text, what="the provider's properties")
    page.fill(property_id="单车走流程物业")
    save(page)
    station = place.value("select id from station where name = '流程车棚'")
    assert place.value("select count(*) from area where station_id = %s and is_default", station) == 1
    page.open(f"/admin/area/new?station_id={station}")
    page.fill(name="东侧车棚")
    save(page)
    assert place.value("select count(*) from area where station_id = %s", station) == 2


@pytest.mark.feature("P17")
def test_a_rule_of_e_bikes_for_the_shed(page, place):
    clerk = Clerk(place)
    provider = place.value("select id from provider where name = '单车走流程'")
    tariff = clerk.tariff(provider, "车棚计时", [], kind="ebike", method="energy_hour", rounding="cut", energy_price="0.6", hour_price="0.25",
                          stop_minutes="600")
    area = place.value("select id from area where name = '东侧车棚'")
    page.open(f"/admin/area/{area}/edit")
    page.fill(tariff_id="车棚计时")
    save(page)
    assert place.value("select tariff_id from area where id = %s", area) == tariff


@pytest.mark.feature("D10", "D11", "D9")
def test_a_device_brings_its_sockets(page, place):
    page.open("/admin/bike_device/new")
    page.fill(name="流程十路", station_id="流程车棚")
    page.wait(lambda: "东侧车棚" in page.field("area_id").text, what="the station's areas")
    page.fill(area_id="东侧车棚", serial=SERIAL, connector_count="10", location="东墙", rated_watt="800", current_max="4")
    save(page)
    record = place.value("select id from pile where serial = %s", SERIAL)
    page.open(f"/admin/bike_device/{record}")
    page.shows("每小时0.25元")
    page.open(f"/admin/bike_device/{record}?tab=socket")
    page.shows("10号插座")


@pytest.mark.feature("D3", "D8", "D11", "U1")
def test_it_is_put_into_operation_and_its_code_leads_to_a_socket(page, place, virtual):
    record = place.value("select id from pile where serial = %s", SERIAL)
    code, socket = place.rows("select code, id from connector where pile_id = %s order by number limit 1", record)[0]
    wait_for(lambda: place.value("select online from pile_live where pile_id = %s", record) == 1, what="the device is heard")
    page.open(f"/admin/bike_device/{record}")
    page.click("投运", "button")
    page.wait(lambda: place.value("select status from pile where id = %s", record) == "enabled", what="the device is in operation")
    page.open(f"/admin/socket/{socket}/qr")
    page.shows("墙面海报")
    drawn = "return [...document.images].filter(i => i.complete && i.naturalWidth > 100).length"
    page.wait(lambda: page.driver.execute_script(drawn) >= 3, what="three templates")
    page.driver.delete_all_cookies()
    page.phone()
    page.open(f"/c/{place.value('select code from pile where id = %s', record)}")
    page.press(f'a[href$="/c/{code}"]')
    page.shows("流程车棚")
    page.shows("0.25")


def member_with_card(page, place, code):
    """Logs in on the phone at that socket; the member gets a card with five yuan."""
    page.phone()
    page.open(f"/c/{code}")
    page.press('a[href^="/d/login"]')
    page.fill(phone=PHONE)
    page.submit("form.box button[type=submit]")
    page.field("code")
    page.fill(code=json.loads(place.value("select payload from delivery where kind = 'sms' and target = %s order by id desc limit 1", PHONE))["code"])
    page.submit("form.box button[type=submit]")
    page.shows("流程车棚")
    member, provider = place.rows("select id, provider_id from member where phone = %s", PHONE)[0]
    place.sql("insert into card (no, member_id, provider_id, physical_no, logical_no, kind, created_at, updated_at)"
              " values ('63010001', %s, %s, %s, '63010001', 'physical', now(), now())", member, provider, PLASTIC)
    done = place.program("charge_probe", "recharge", place.value("select id from card where no = '63010001'"), 5 * 100000)
    assert done.returncode == 0, done.stderr


@pytest.mark.feature("U1", "U2", "U3", "U4", "N3", "N7")
def test_a_rider_scans_chooses_money_charges_and_sees_the_bill(page, place, virtual):
    code, socket = place.rows("select c.code, c.id from connector c join pile p on p.id = c.pile_id where p.serial = %s and c.number = 3", SERIAL)[0]
    member_with_card(page, place, code)
    virtual.ask(f"plug {SERIAL} 3")
    wait_for(lambda: place.value("select plugged from connector_live where connector_id = %s", socket) == 1, what="plugged")
    page.open(f"/c/{code}")
    page.press(page.all('input[name=pay][value^="card"]')[0])
    page.press(page.all('input[name=limit][value=amount]')[0])
    page.fill(amount="2")
    page.submit(f'form[action="/c/{code}"] button[type=submit]')
    page.wait(lambda: page.one("[data-live]").get_attribute("data-state") in ("charging", "finished"), what="it charges")
    page.wait(lambda: page.one("[data-live]").get_attribute("data-state") == "finished", 40, "the battery is full")
    no, amount, energy, prepaid = place.rows("select no, amount, energy, prepaid from session where connector_id = %s", socket)[0]
    assert prepaid == 2 and 0 < amount < 1 and energy > 0
    page.shows(f"¥{amount:.2f}")
    page.shows(no)
    page.shows("0.6000 + 0.0000")
    assert place.value("select sum(amount) from cdr where session_id = (select id from session where no = %s)", no) == amount
